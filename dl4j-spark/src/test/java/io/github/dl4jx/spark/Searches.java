package io.github.dl4jx.spark;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.tuning.run.Search;
import io.github.dl4jx.tuning.run.SearchResult;
import io.github.dl4jx.tuning.run.TrialSetup;
import io.github.dl4jx.tuning.sample.RandomSearch;
import io.github.dl4jx.tuning.schedule.Hyperband;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** Searches in which trials pause, stop, diverge and throw. */
final class Searches {

  static final TrainingData DATA = TrainingData.of(Tasks.points(120, 5), 32);

  private final double retained;
  private final SearchSpace space = new SearchSpace();
  private final Parameter<Double> rate = space.logUniform("rate", 1e-4, 1e-1);
  private final Parameter<Integer> hidden = space.logInt("hidden", 2, 8);
  private final Parameter<String> kind =
      space.choice("kind", "good", "fine", "well", "diverges", "throws");

  private Searches(double retained) {
    this.retained = retained;
  }

  static DataSetLossCalculator loss() {
    return new DataSetLossCalculator(
        new ListDataSetIterator<DataSet>(Tasks.points(40, 9).asList(), 20), true);
  }

  private MultiLayerConfiguration network(TrialSetup trial) {
    int units = trial.get(hidden);
    String is = trial.get(kind);
    return new NeuralNetConfiguration.Builder()
        .updater(is.equals("diverges") ? new Sgd(1e39) : new Adam(trial.get(rate)))
        .dropOut(retained)
        .list()
        .layer(
            new DenseLayer.Builder()
                .nIn(is.equals("throws") ? Tasks.FEATURES + 1 : Tasks.FEATURES)
                .nOut(units)
                .build())
        .layer(
            new OutputLayer.Builder()
                .nIn(units)
                .nOut(Tasks.CLASSES)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  /** Some of the first brackets, four trials at a time. */
  static Search.Builder builder() {
    return builder(0.9);
  }

  /** Others if the probability of dropout is another. */
  static Search.Builder builder(double retained) {
    Searches searches = new Searches(retained);
    return Search.of(searches.space, searches::network)
        .score(Searches::loss)
        .sampler(new RandomSearch())
        .schedule(Hyperband.maxEpochs(9))
        .workers(4)
        .seed(11);
  }

  static void run(Search.Builder search, Path folder, int trials) {
    search.resumeIn(folder);
    try (SearchResult result = search.build().run(DATA, trials)) {
      result.best();
    }
  }

  /** The journal without what the real clock says, and so without the checksums. */
  static List<String> journal(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve("journal.jsonl")).stream()
        .map(line -> line.replaceAll(",\"(seconds|time|crc|cause)\":(\"[^\"]*\"|[^,}]*)", ""))
        .toList();
  }
}
