package io.github.dl4jx.examples;

import io.github.dl4jx.regularizers.graph.StochasticDepth;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import java.io.IOException;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A {@code ComputationGraph} of residual blocks, with and without stochastic depth: a vertex that
 * adds a branch, and drops it in training more often the deeper it is. The moving average of the
 * weights is the same line as for a {@code MultiLayerNetwork}.
 */
public final class ResidualGraph {

  private static final int BLOCKS = 8;

  private ResidualGraph() {}

  /**
   * Compares the two.
   *
   * @param args none
   * @throws IOException if MNIST cannot be read
   */
  public static void main(String[] args) throws IOException {
    Result result = run(2_000, 20);
    System.out.printf("%d residual blocks:       %.2f %% right%n", BLOCKS, 100 * result.plain);
    System.out.printf("with stochastic depth:   %.2f %%%n", 100 * result.stochastic);
    System.out.printf("and a moving average:    %.2f %%%n", 100 * result.averaged);
  }

  static Result run(int examples, int epochs) throws IOException {
    DataSetIterator train = new MnistDataSetIterator(50, examples, false, true, true, 1);
    DataSetIterator test = new MnistDataSetIterator(500, 10_000, false, false, false, 1);
    Result result = new Result();

    ComputationGraph plain = graph(false);
    plain.fit(train, epochs);
    result.plain = plain.<Evaluation>evaluate(test).accuracy();

    ComputationGraph graph = graph(true);
    WeightAveragingListener ema = WeightAveragingListener.ema(0.99).build();
    graph.setListeners(ema);
    graph.fit(train, epochs);
    result.stochastic = graph.<Evaluation>evaluate(test).accuracy();
    result.averaged = ema.averagedNetwork(graph).<Evaluation>evaluate(test).accuracy();
    return result;
  }

  private static ComputationGraph graph(boolean stochastic) {
    ComputationGraphConfiguration.GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .weightInit(WeightInit.RELU)
            .activation(Activation.RELU)
            .updater(new Adam(1e-3))
            .graphBuilder()
            .addInputs("in")
            .addLayer("block0", new DenseLayer.Builder().nIn(784).nOut(64).build(), "in");
    for (int i = 1; i <= BLOCKS; i++) {
      String before = "block" + (i - 1);
      String branch = "branch" + i;
      builder.addLayer(branch, new DenseLayer.Builder().nIn(64).nOut(64).build(), before);
      if (stochastic) {
        double retain = StochasticDepth.linearDecay(i, BLOCKS);
        builder.addVertex("block" + i, new StochasticDepth(retain), before, branch);
      } else {
        ElementWiseVertex add = new ElementWiseVertex(ElementWiseVertex.Op.Add);
        builder.addVertex("block" + i, add, before, branch);
      }
    }
    builder
        .addLayer(
            "out",
            new OutputLayer.Builder()
                .nIn(64)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .weightInit(WeightInit.XAVIER)
                .build(),
            "block" + BLOCKS)
        .setOutputs("out");
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }

  /** Accuracies. */
  static final class Result {
    double plain;
    double stochastic;
    double averaged;
  }
}
