package io.github.dl4jx.training.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Deeplearning4j applies constraints after its listeners: what they see is outside of them. */
class ConstrainedAverageTest {

  private static final double MAX_NORM = 0.3;

  private static final DataSet DATA =
      new DataSet(
          Nd4j.createFromArray(new float[][] {{1, 2}, {-3, 1}, {2, -2}}),
          Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}));

  private static NeuralNetConfiguration.Builder maxNorm() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Sgd(0.5))
        .constrainWeights(new MaxNormConstraint(MAX_NORM, 1));
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder().nIn(2).nOut(3).activation(Activation.SOFTMAX).build();
  }

  private static MultiLayerNetwork trained(
      NeuralNetConfiguration.Builder conf, WeightAveragingListener average) {
    MultiLayerNetwork net = new MultiLayerNetwork(conf.list().layer(output()).build());
    net.init();
    net.setListeners(average);
    for (int i = 0; i < 5; i++) {
      net.fit(DATA);
    }
    return net;
  }

  /** Norms of the inputs' weights of each unit, in doubles. */
  private static double largestNorm(INDArray weights) {
    double largest = 0;
    for (double[] row : weights.toDoubleMatrix()) {
      double sum = 0;
      for (double w : row) {
        sum += w * w;
      }
      largest = Math.max(largest, Math.sqrt(sum));
    }
    return largest;
  }

  @Test
  void averagedNetwork_maxNorm_isWithinIt() {
    WeightAveragingListener average = WeightAveragingListener.ema(0.5).build();
    MultiLayerNetwork net = trained(maxNorm(), average);
    assertThat(largestNorm(average.averagedNetwork(net).getParam("0_W")))
        .isLessThan(MAX_NORM + 1e-6);
  }

  @Test
  void averagedNetwork_latestWeights_areTheTrainingWeightsBitForBit() {
    WeightAveragingListener latest = WeightAveragingListener.ema(0).build();
    MultiLayerNetwork net = trained(maxNorm(), latest);
    assertThat(latest.averagedNetwork(net).params()).isEqualTo(net.params());
  }

  @Test
  void averagedNetwork_ofAGraph_isWithinTheMaxNorm() {
    WeightAveragingListener average = WeightAveragingListener.ema(0.5).build();
    ComputationGraph graph =
        new ComputationGraph(
            maxNorm()
                .graphBuilder()
                .addInputs("in")
                .addLayer("out", output(), "in")
                .setOutputs("out")
                .build());
    graph.init();
    graph.setListeners(average);
    for (int i = 0; i < 5; i++) {
      graph.fit(DATA);
    }
    assertThat(largestNorm(average.averagedNetwork(graph).getParam("out_W")))
        .isLessThan(MAX_NORM + 1e-6);
  }

  /** A mean of vectors of norm 1 is shorter than 1. */
  @Test
  void averagedNetwork_unitNorm_hasIt() {
    WeightAveragingListener average = WeightAveragingListener.ema(0.9).constantDecay().build();
    MultiLayerNetwork net =
        trained(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(0.5))
                .constrainWeights(new UnitNormConstraint(1)),
            average);
    INDArray weights = average.averagedNetwork(net).getParam("0_W");
    assertThat(largestNorm(weights)).isBetween(1 - 1e-5, 1 + 1e-5);
  }

  @Test
  void swapInto_maxNorm_isWithinItAndRestoresTheBits() {
    WeightAveragingListener average = WeightAveragingListener.ema(0.5).build();
    MultiLayerNetwork net = trained(maxNorm(), average);
    float[] training = net.params().toFloatVector();
    float[] averaged = average.averagedNetwork(net).params().toFloatVector();
    try (SwappedWeights scope = average.swapInto(net)) {
      assertThat(largestNorm(net.getParam("0_W"))).isLessThan(MAX_NORM + 1e-6);
      assertThat(net.params().toFloatVector()).isEqualTo(averaged);
    }
    assertThat(net.params().toFloatVector()).isEqualTo(training);
  }

  @Test
  void swapInto_maxNorm_leavesTheAverageAlone() {
    WeightAveragingListener average = WeightAveragingListener.ema(0.5).build();
    MultiLayerNetwork net = trained(maxNorm(), average);
    float[] before = average.state().arrays().get(0).toFloatVector();
    average.swapInto(net).close();
    average.averagedNetwork(net).close();
    assertThat(average.state().arrays().get(0).toFloatVector()).isEqualTo(before);
  }

  @Test
  void saveAveraged_maxNorm_isWithinIt(@TempDir File folder) throws IOException {
    WeightAveragingListener average = WeightAveragingListener.ema(0.5).build();
    trained(maxNorm(), average);
    File file = new File(folder, "averaged.zip");
    average.saveAveraged(file);
    MultiLayerNetwork saved = MultiLayerNetwork.load(file, false);
    assertThat(largestNorm(saved.getParam("0_W"))).isLessThan(MAX_NORM + 1e-6);
  }
}
