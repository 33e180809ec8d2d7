package io.github.dl4jx.studies.tuning;

import io.github.dl4jx.ensembles.combine.GreedySelection;
import io.github.dl4jx.ensembles.combine.WeightedVote;
import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.tuning.report.SearchReport;
import io.github.dl4jx.tuning.run.Confirmation;
import io.github.dl4jx.tuning.run.Search;
import io.github.dl4jx.tuning.run.SearchResult;
import io.github.dl4jx.tuning.run.TrialResult;
import io.github.dl4jx.tuning.run.TrialSetup;
import io.github.dl4jx.tuning.sample.RandomSearch;
import io.github.dl4jx.tuning.schedule.FullTraining;
import io.github.dl4jx.tuning.schedule.Hyperband;
import io.github.dl4jx.tuning.schedule.Schedule;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** One search of {@link TuningStudy}: six parameters of a small network. */
final class SearchRun {

  static final int BATCH = 50;
  static final int TOP = 10;

  private static final int ROUNDS = 50;
  private static final int CONFIRMED = 3;

  private final SearchSpace space = new SearchSpace();
  private final Parameter<Double> rate = space.logUniform("rate", 1e-4, 0.3);
  private final Parameter<Integer> hidden = space.logInt("hidden", 8, 128);
  private final Parameter<String> updater = space.choice("updater", "adam", "nesterovs");
  private final Parameter<Activation> activation =
      space.choice("activation", Activation.RELU, Activation.TANH, Activation.SIGMOID);
  private final Parameter<Double> l2 = space.logUniform("l2", 1e-6, 1e-1);
  private final Parameter<Double> retain = space.quantized("retain", 0.4, 1, 0.1);

  private final String data;
  private final DataSet train;
  private final DataSet validation;
  private final DataSet test;
  private final int maxEpochs;

  SearchRun(String data, DataSet train, DataSet validation, DataSet test, int maxEpochs) {
    this.data = data;
    this.train = train;
    this.validation = validation;
    this.test = test;
    this.maxEpochs = maxEpochs;
  }

  private MultiLayerConfiguration configuration(TrialSetup trial) {
    double r = trial.get(rate);
    return new NeuralNetConfiguration.Builder()
        .activation(trial.get(activation))
        .updater(trial.get(updater).equals("adam") ? new Adam(r) : new Nesterovs(r, 0.9))
        .l2(trial.get(l2))
        .list()
        .layer(new DenseLayer.Builder().nIn(784).nOut(trial.get(hidden)).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(trial.get(hidden))
                .nOut(10)
                .dropOut(new InvertedDropout(trial.get(retain)))
                .build())
        .build();
  }

  /** The loss of {@code DataSetLossCalculator} has the penalty in it, which the search sets. */
  private static ScoreCalculator<MultiLayerNetwork> nll(DataSet of) {
    return new ScoreCalculator<>() {
      @Override
      public double calculateScore(MultiLayerNetwork net) {
        return MnistNetwork.scores(net, of).nll();
      }

      @Override
      public boolean minimizeScore() {
        return true;
      }
    };
  }

  /**
   * Searches.
   *
   * @param page where a report of the search goes, if there is to be one
   */
  List<TuningPoint> points(String name, long seed, int trials, Optional<Path> page)
      throws IOException {
    boolean random = name.equals(TuningStudy.RANDOM);
    Schedule schedule = random ? FullTraining.maxEpochs(maxEpochs) : Hyperband.maxEpochs(maxEpochs);
    List<Trial> scored = new ArrayList<>();
    Search search =
        Search.of(space, this::configuration)
            .score(nll(validation))
            .sampler(new RandomSearch())
            .schedule(schedule)
            .seed(seed)
            .listener((trial, progress) -> scored.add(trial))
            .build();
    try (SearchResult result = search.run(TrainingData.of(train, BATCH), trials)) {
      if (page.isPresent()) {
        report(name, result, scored, page.get());
      }
      return points(name, seed, scored, result);
    }
  }

  private List<TuningPoint> points(
      String name, long seed, List<Trial> scored, SearchResult result) {
    List<MultiLayerNetwork> networks = new ArrayList<>();
    for (TrialResult trial : result.top(TOP)) {
      if (trial.trial().state() == Trial.State.FINISHED) { // others have no network any more
        networks.add(trial.network());
      }
    }
    try {
      List<INDArray> onTest = outputs(networks, test);
      WeightedVote greedy =
          GreedySelection.fit(validation.getLabels(), outputs(networks, validation), ROUNDS);
      double best = nll(onTest.get(0));
      double ensemble = nll(greedy.combine(onTest));
      int members = (int) Arrays.stream(greedy.weights()).filter(w -> w > 0).count();
      Map<Integer, Integer> spent = new HashMap<>();
      List<TuningPoint> points = new ArrayList<>();
      int epochs = 0;
      double least = Double.POSITIVE_INFINITY;
      for (Trial trial : scored) {
        Integer before = spent.put(trial.number(), trial.epochs());
        epochs += trial.epochs() - (before == null ? 0 : before);
        least = Math.min(least, trial.score().orElse(Double.POSITIVE_INFINITY));
        points.add(
            new TuningPoint(
                data, name, seed, epochs, spent.size(), least, best, ensemble, members));
      }
      return points;
    } finally {
      networks.forEach(MultiLayerNetwork::close);
    }
  }

  private static List<INDArray> outputs(List<MultiLayerNetwork> networks, DataSet of) {
    List<INDArray> outputs = new ArrayList<>();
    networks.forEach(net -> outputs.add(MnistNetwork.outputs(net::output, of.getFeatures())));
    return outputs;
  }

  private double nll(INDArray probabilities) {
    return ClassificationScores.of(test.getLabels(), probabilities).nll();
  }

  private void report(String name, SearchResult result, List<Trial> scored, Path page)
      throws IOException {
    SearchReport.Builder report =
        SearchReport.of(result.history())
            .title(name + ", one search on " + data)
            .scoreName("validation NLL");
    scored.forEach(trial -> report.scored(trial.number(), trial.epochs()));
    for (Confirmation again : result.confirm(CONFIRMED, CONFIRMED, nll(test))) {
      report.confirmed(
          again.found().number(), again.scores().stream().mapToDouble(score -> score).toArray());
    }
    report.build().write(page.toFile());
  }
}
