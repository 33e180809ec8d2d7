package io.github.dl4jx.regularizers.layers;

import static io.github.dl4jx.regularizers.SmallNetworks.convolution;
import static io.github.dl4jx.regularizers.SmallNetworks.data;
import static io.github.dl4jx.regularizers.SmallNetworks.dense;
import static io.github.dl4jx.regularizers.SmallNetworks.gradientsAgree;
import static io.github.dl4jx.regularizers.SmallNetworks.graph;
import static io.github.dl4jx.regularizers.SmallNetworks.maskedSequences;
import static io.github.dl4jx.regularizers.SmallNetworks.network;
import static io.github.dl4jx.regularizers.SmallNetworks.output;
import static io.github.dl4jx.regularizers.SmallNetworks.sequenceOutput;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class VanillaDropoutLayerTest {

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE); // the gradient check insists
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  /** The layer with the identity after it. */
  private static MultiLayerNetwork alone(VanillaDropoutLayer layer) {
    return network(
        InputType.feedForward(6),
        layer,
        new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.5, 0.8})
  void output_inTraining_keepsBitForBitWhatInvertedDropoutKeeps(double p) {
    INDArray x = Nd4j.rand(DataType.DOUBLE, 50, 6).addi(1);
    INDArray y = alone(new VanillaDropoutLayer(p, 7)).output(x, true);
    INDArray inverted =
        new InvertedDropout(p, 7)
            .applyDropout(x, x.ulike(), 0, 0, LayerWorkspaceMgr.noWorkspaces());
    for (int i = 0; i < 300; i++) {
      assertThat(y.getDouble(i)).isEqualTo(inverted.getDouble(i) == 0 ? 0 : x.getDouble(i));
    }
    assertThat(y.eq(0).castTo(DataType.DOUBLE).sumNumber().doubleValue()).isBetween(10.0, 290.0);
  }

  @Test
  void output_atTestTime_isScaledByP() {
    INDArray x = Nd4j.createFromArray(new double[][] {{1, -2, 0, 4, 0.5, 10}});
    INDArray before = x.dup();
    assertThat(alone(new VanillaDropoutLayer(0.25)).output(x))
        .isEqualTo(Nd4j.createFromArray(new double[][] {{0.25, -0.5, 0, 1, 0.125, 2.5}}));
    assertThat(x).isEqualTo(before);
  }

  /** A batch of 10^5 equal examples is 10^5 masks. */
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.5, 0.8})
  void output_manyMasks_haveTheMeanOfTestTime(double p) {
    int masks = 100_000;
    INDArray x = Nd4j.createFromArray(new double[][] {{1, -2, 3, 4, 0.5, 10}});
    MultiLayerNetwork net = alone(new VanillaDropoutLayer(p, 3));
    INDArray test = net.output(x);
    INDArray mean = net.output(x.repeat(0, masks), true).mean(0);
    for (int f = 0; f < 6; f++) {
      // 6 standard errors; one of 6 means is beyond with chance 6 * 2e-9
      double bound = 6 * Math.abs(x.getDouble(f)) * Math.sqrt(p * (1 - p) / masks);
      assertThat(mean.getDouble(f)).isCloseTo(test.getDouble(f), within(bound));
    }
  }

  @Test
  void output_inTraining_layersAndIterationsDropDifferently() {
    MultiLayerNetwork net =
        network(
            InputType.feedForward(6),
            new VanillaDropoutLayer(0.5),
            new VanillaDropoutLayer(0.5),
            new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build());
    INDArray ones = Nd4j.ones(DataType.DOUBLE, 500, 6);
    double kept = net.output(ones, true).meanNumber().doubleValue();
    // 3000 elements kept with chance 0.25: 6 standard errors, exceeded with chance 2e-9
    assertThat(kept).isCloseTo(0.25, within(6 * Math.sqrt(0.25 * 0.75 / 3000)));
    assertThat(net.output(ones, true)).isNotEqualTo(net.output(ones, true));
  }

  @Test
  void output_asFirstLayer_leavesTheCallersArrayAlone() {
    MultiLayerNetwork net =
        network(
            InputType.feedForward(6),
            new VanillaDropoutLayer(0.5),
            new ActivationLayer(Activation.RELU),
            output());
    INDArray x = Nd4j.rand(DataType.DOUBLE, 5, 6).subi(0.5);
    INDArray before = x.dup();
    net.output(x);
    net.output(x, true);
    assertThat(x).isEqualTo(before);
  }

  @Test
  void backprop_dense_agreesWithNumericGradient() {
    MultiLayerNetwork net =
        network(
            InputType.feedForward(6),
            dense(8),
            new VanillaDropoutLayer(0.5, 1),
            dense(7),
            new VanillaDropoutLayer(0.8),
            output());
    assertThat(gradientsAgree(net, data(5, 6))).isTrue();
  }

  @Test
  void backprop_convolution_agreesWithNumericGradient() {
    MultiLayerNetwork net =
        network(
            InputType.convolutional(6, 6, 2),
            convolution(4),
            new VanillaDropoutLayer(0.5),
            convolution(3),
            output());
    assertThat(gradientsAgree(net, data(5, 2, 6, 6))).isTrue();
  }

  @Test
  void backprop_lstmWithMasks_agreesWithNumericGradient() {
    MultiLayerNetwork net =
        network(
            InputType.recurrent(6),
            new LSTM.Builder().nOut(5).build(),
            new VanillaDropoutLayer(0.5),
            sequenceOutput());
    assertThat(gradientsAgree(net, maskedSequences())).isTrue();
  }

  @Test
  void backprop_frozen_scalesLikeTestTime() {
    MultiLayerNetwork net =
        network(
            InputType.feedForward(6),
            dense(8),
            new FrozenLayerWithBackprop(new VanillaDropoutLayer(0.5)),
            output());
    assertThat(gradientsAgree(net, data(5, 6))).isTrue();
  }

  @Test
  void fit_graph_isTheSameAsTheNetworkOfItsLayersAndLearns() {
    Layer[] layers = {dense(8), new VanillaDropoutLayer(0.8, 3), output()};
    MultiLayerNetwork net = network(new Adam(0.05), InputType.feedForward(6), layers);
    ComputationGraph graph = graph(new Adam(0.05), InputType.feedForward(6), layers);
    graph.setParams(net.params());
    DataSet data = data(9, 6);
    double before = net.score(data);
    for (int step = 0; step < 100; step++) {
      net.fit(data);
      graph.fit(data);
    }
    assertThat(graph.params()).isEqualTo(net.params());
    assertThat(net.score(data)).isLessThan(before / 2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.5, Double.NaN})
  void construct_pOutOfRange_saysWhatIsAllowed(double p) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VanillaDropoutLayer(p))
        .withMessage("p (the probability of retaining) must be in (0, 1], got " + p);
  }
}
