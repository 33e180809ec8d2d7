package io.github.dl4jx.tuning.run;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.tuning.schedule.Hyperband;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import java.nio.file.Path;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Searches of networks with three inputs, one hidden layer with dropout, and one output. */
final class TinySearch {

  final SearchSpace space = new SearchSpace();
  final Parameter<Double> rate = space.logUniform("rate", 1e-4, 1e-1);
  final Parameter<Integer> hidden = space.logInt("hidden", 2, 8);

  /** y = a sum of squares. */
  private static DataSet data(int examples, long seed) {
    Random random = new Random(seed);
    float[][] x = new float[examples][3];
    float[][] y = new float[examples][1];
    for (int i = 0; i < examples; i++) {
      for (int j = 0; j < 3; j++) {
        x[i][j] = (float) random.nextGaussian();
        y[i][0] += x[i][j] * x[i][j] / 3;
      }
    }
    return new DataSet(Nd4j.create(x), Nd4j.create(y));
  }

  static TrainingData train() {
    return TrainingData.of(data(64, 1), 16);
  }

  static DataSetLossCalculator loss() {
    return new DataSetLossCalculator(validation(), true);
  }

  static DataSetIterator validation() {
    return new ListDataSetIterator<>(data(32, 2).asList(), 16);
  }

  MultiLayerConfiguration conf(TrialSetup trial) {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(trial.get(rate)))
        .list()
        .layer(new DenseLayer.Builder().nOut(trial.get(hidden)).dropOut(0.9).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nOut(1)
                .build())
        .setInputType(InputType.feedForward(3))
        .build();
  }

  Search.Builder builder() {
    return Search.of(space, this::conf)
        .score(TinySearch::loss)
        .schedule(Hyperband.maxEpochs(9))
        .workers(4)
        .seed(7);
  }

  /** A process: folder, threads, trials. */
  public static void main(String[] args) {
    Search search =
        new TinySearch()
            .builder()
            .resumeIn(Path.of(args[0]))
            .parallelism(Integer.parseInt(args[1]))
            .build();
    try (SearchResult result = search.run(train(), Integer.parseInt(args[2]))) {
      System.out.println(result.best());
    }
  }
}
