package io.github.dl4jx.examples;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.tuning.run.Search;
import io.github.dl4jx.tuning.run.SearchResult;
import io.github.dl4jx.tuning.run.TrialResult;
import io.github.dl4jx.tuning.sample.Tpe;
import io.github.dl4jx.tuning.schedule.Hyperband;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import java.io.IOException;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.SplitTestAndTrain;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A search for learning rate, width and dropout of a network, which stops bad trials early: by the
 * loss on digits that are kept back from training.
 */
public final class SearchExample {

  private SearchExample() {}

  /**
   * Compares what it finds with a guess.
   *
   * @param args none
   * @throws IOException if MNIST cannot be read
   */
  public static void main(String[] args) throws IOException {
    Result result = run(1_000, 9, 20);
    System.out.printf("a guess:    %.2f %% of the test digits are right%n", 100 * result.guess);
    System.out.printf("the search: %.2f %%, with %s%n", 100 * result.best, result.point);
  }

  static Result run(int examples, int maxEpochs, int trials) throws IOException {
    DataSet all = new MnistDataSetIterator(2 * examples, 2 * examples, false, true, true, 1).next();
    SplitTestAndTrain split = all.splitTestAndTrain(examples);
    DataSetIterator train = new ListDataSetIterator<>(split.getTrain().asList(), 50);
    DataSetIterator validation = new ListDataSetIterator<>(split.getTest().asList(), 500);
    DataSetIterator test = new MnistDataSetIterator(500, 10_000, false, false, false, 1);
    Result result = new Result();

    MultiLayerNetwork guess = new MultiLayerNetwork(conf(1e-3, 100, 0.5));
    guess.init();
    guess.fit(train, maxEpochs);
    result.guess = guess.evaluate(test).accuracy();

    SearchSpace space = new SearchSpace();
    Parameter<Double> rate = space.logUniform("rate", 1e-4, 1e-1);
    Parameter<Integer> hidden = space.logInt("hidden", 32, 256);
    Parameter<Double> retain = space.uniform("retain", 0.3, 1);
    Search search =
        Search.of(space, trial -> conf(trial.get(rate), trial.get(hidden), trial.get(retain)))
            .score(new DataSetLossCalculator(validation, true))
            .sampler(Tpe.builder().build())
            .schedule(Hyperband.maxEpochs(maxEpochs))
            .parallelism(2)
            .seed(42)
            .build();
    try (SearchResult found = search.run(train, trials)) {
      TrialResult best = found.best();
      result.point = best.point().toString();
      result.best = best.network().evaluate(test).accuracy();
    }
    return result;
  }

  private static MultiLayerConfiguration conf(double rate, int hidden, double retain) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Adam(rate))
        .list()
        .layer(new DenseLayer.Builder().nIn(784).nOut(hidden).activation(Activation.RELU).build())
        .layer(
            new OutputLayer.Builder()
                .nIn(hidden)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .dropOut(new InvertedDropout(retain))
                .build())
        .build();
  }

  /** Accuracies, and where the better one was found. */
  static final class Result {
    double guess;
    double best;
    String point = "";
  }
}
