package io.github.dl4jx.regularizers.weightnoise;

import static io.github.dl4jx.regularizers.SmallNetworks.data;
import static io.github.dl4jx.regularizers.SmallNetworks.dense;
import static io.github.dl4jx.regularizers.SmallNetworks.graph;
import static io.github.dl4jx.regularizers.SmallNetworks.network;
import static io.github.dl4jx.regularizers.SmallNetworks.output;
import static io.github.dl4jx.regularizers.SmallNetworks.sequenceOutput;
import static io.github.dl4jx.regularizers.SmallNetworks.sequences;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class DropConnectTest {

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static DenseLayer noisy(int units, DropConnect noise) {
    return new DenseLayer.Builder().nOut(units).biasInit(0.5).weightNoise(noise).build();
  }

  private static MultiLayerNetwork denseNet(DropConnect noise) {
    return network(InputType.feedForward(6), noisy(8, noise), noisy(8, noise), output());
  }

  private static INDArray training(DropConnect noise, Layer layer, String key, int iteration) {
    return noise.getParameter(layer, key, iteration, 0, true, LayerWorkspaceMgr.noWorkspaces());
  }

  @Test
  void getParameter_inTraining_dropsWeightsAndScalesTheRest() {
    Layer layer = denseNet(new DropConnect(0.5)).getLayer(0);
    layer.setParam("W", Nd4j.ones(DataType.DOUBLE, 6, 8).muli(3));
    DropConnect noise = new DropConnect(0.25, 7);
    INDArray v = training(noise, layer, "W", 0);
    for (int i = 0; i < 48; i++) {
      assertThat(v.getDouble(i)).isIn(0.0, 12.0);
    }
    assertThat(v.meanNumber().doubleValue()).isBetween(0.1, 11.9);
    assertThat(layer.getParam("W")).isEqualTo(Nd4j.ones(DataType.DOUBLE, 6, 8).muli(3));
    assertThat(training(noise, layer, "b", 0)).isSameAs(layer.getParam("b"));
    INDArray b = training(noise.withBiases(), layer, "b", 0);
    for (int i = 0; i < 8; i++) {
      assertThat(b.getDouble(i)).isIn(0.0, 2.0); // 0.5 or dropped
    }
    assertThat(training(noise.withBiases(), layer, "W", 0)).isEqualTo(v);
  }

  @Test
  void getParameter_atTestTime_isTheParameterItself() {
    Layer layer = denseNet(new DropConnect(0.5)).getLayer(0);
    DropConnect noise = new DropConnect(0.25, 7).withBiases();
    for (String key : new String[] {"W", "b"}) {
      assertThat(noise.getParameter(layer, key, 0, 0, false, LayerWorkspaceMgr.noWorkspaces()))
          .isSameAs(layer.getParam(key));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.5, 0.8})
  void getParameter_manyMasks_haveTheMeanOfTestTime(double p) {
    // 10^5 masks of six weights, as one layer of 10^5 units with equal weights
    int masks = 100_000;
    Layer layer = network(InputType.feedForward(6), dense(masks), output()).getLayer(0);
    INDArray w = Nd4j.createFromArray(1, -2, 3, 4, 0.5, 10).reshape(6, 1);
    layer.setParam("W", w.repeat(1, masks));
    INDArray mean = training(new DropConnect(p, 3), layer, "W", 0).mean(1);
    for (int i = 0; i < 6; i++) {
      // 6 standard errors; one of 6 means is beyond with chance 6 * 2e-9
      double bound = 6 * Math.abs(w.getDouble(i)) * Math.sqrt((1 - p) / p / masks);
      assertThat(mean.getDouble(i)).isCloseTo(w.getDouble(i), within(bound));
    }
  }

  @Test
  void output_linearUnitInTraining_hasTheMeanOfTestTime() {
    DropConnect noise = new DropConnect(0.5);
    MultiLayerNetwork net =
        network(
            InputType.feedForward(6),
            new DenseLayer.Builder()
                .nOut(1000)
                .activation(Activation.IDENTITY)
                .weightNoise(noise)
                .build(),
            new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build());
    net.getLayer(0).setParam("W", Nd4j.ones(DataType.DOUBLE, 6, 1000));
    INDArray x = Nd4j.ones(DataType.DOUBLE, 1, 6);
    Nd4j.getRandom().setSeed(5);
    double sum = 0;
    for (int i = 0; i < 100; i++) {
      sum += net.output(x, true).meanNumber().doubleValue();
    }
    // 6 * 10^5 masked weights, each 0 or 2: 6 standard errors of 6 times their mean
    assertThat(net.output(x).meanNumber().doubleValue()).isCloseTo(6, within(1e-9));
    assertThat(sum / 100).isCloseTo(6, within(6 * 6 / Math.sqrt(6e5)));
  }

  @Test
  void getParameter_withSeed_dependsOnSeedIterationLayerAndParameter() {
    DropConnect noise = new DropConnect(0.5, 7);
    MultiLayerNetwork net =
        network(
            InputType.recurrent(8),
            new LSTM.Builder().nOut(8).build(),
            new LSTM.Builder().nOut(8).build(),
            sequenceOutput());
    for (int layer = 0; layer < 2; layer++) {
      for (String key : new String[] {"W", "RW"}) {
        net.getLayer(layer).setParam(key, Nd4j.ones(DataType.DOUBLE, 8, 32));
      }
    }
    INDArray mask = training(noise, net.getLayer(0), "W", 3);
    Nd4j.getRandom().setSeed(99);
    assertThat(training(noise, net.getLayer(0), "W", 3)).isEqualTo(mask);
    assertThat(training(noise, net.getLayer(0), "W", 4)).isNotEqualTo(mask);
    assertThat(training(noise, net.getLayer(0), "RW", 3)).isNotEqualTo(mask);
    assertThat(training(noise, net.getLayer(1), "W", 3)).isNotEqualTo(mask);
    assertThat(training(new DropConnect(0.5, 8), net.getLayer(0), "W", 3)).isNotEqualTo(mask);
  }

  private static final class Case {
    private final MultiLayerNetwork net;
    private final DataSet data;

    Case(MultiLayerNetwork net, DataSet data) {
      this.net = net;
      this.data = data;
    }
  }

  static List<Named<Case>> cases() {
    DropConnect noise = new DropConnect(0.5, 7).withBiases();
    return List.of(
        Named.of("dense", new Case(denseNet(noise), data(5, 6))),
        Named.of(
            "convolution",
            new Case(
                network(
                    InputType.convolutional(6, 6, 2),
                    new ConvolutionLayer.Builder(3, 3)
                        .nOut(3)
                        .biasInit(0.5)
                        .weightNoise(noise)
                        .build(),
                    output()),
                data(5, 2, 6, 6))),
        Named.of(
            "recurrent",
            new Case(
                network(
                    InputType.recurrent(6),
                    new LSTM.Builder().nOut(4).biasInit(0.5).weightNoise(noise).build(),
                    new RnnOutputLayer.Builder()
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .weightNoise(noise)
                        .build()),
                sequences())));
  }

  /** The gradient of the training score for the masks of iteration 0, by differences. */
  private static INDArray numericGradient(Case test) {
    INDArray params = test.net.params();
    INDArray gradient = params.ulike();
    for (int i = 0; i < params.length(); i++) {
      double value = params.getDouble(i);
      params.putScalar(i, value + 1e-5);
      double above = test.net.score(test.data, true);
      params.putScalar(i, value - 1e-5);
      double below = test.net.score(test.data, true);
      params.putScalar(i, value);
      gradient.putScalar(i, (above - below) / 2e-5);
    }
    return gradient;
  }

  /** The sum over the minibatch, divided by its size: the gradient of the score. */
  private static INDArray backpropagated(Case test, boolean withListener) {
    test.net.setInput(test.data.getFeatures());
    test.net.setLabels(test.data.getLabels());
    test.net.computeGradientAndScore();
    if (withListener) {
      new DropConnectGradient().onGradientCalculation(test.net);
    }
    return test.net.getFlattenedGradients().div(test.data.numExamples());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onGradientCalculation_fixedMask_agreesWithNumericGradient(Case test) {
    INDArray numeric = numericGradient(test);
    INDArray exact = backpropagated(test, true);
    assertThat(exact.sub(numeric).amaxNumber().doubleValue()).isLessThan(1e-8);
    // and without the listener, as the Javadoc has it, the mask is missing from it
    INDArray biased = backpropagated(test, false);
    assertThat(biased.sub(numeric).amaxNumber().doubleValue()).isGreaterThan(1e-3);
  }

  @Test
  void fit_withListener_leavesDroppedWeightsAlone() {
    DropConnect noise = new DropConnect(0.5, 7);
    MultiLayerNetwork net =
        network(new Sgd(0.1), InputType.feedForward(6), noisy(8, noise), output());
    net.setListeners(new DropConnectGradient());
    INDArray before = net.getParam("0_W").dup();
    INDArray masked = training(noise, net.getLayer(0), "W", 0);
    net.fit(data(5, 6));
    assertThat(net.getParam("0_W").eq(before)).isEqualTo(masked.eq(0));
  }

  @Test
  void fit_graphWithListener_isTheSameAsTheNetworkOfItsLayers() {
    DropConnect noise = new DropConnect(0.5, 7);
    MultiLayerNetwork net =
        network(new Sgd(0.1), InputType.feedForward(6), noisy(8, noise), output());
    ComputationGraph graph =
        graph(new Sgd(0.1), InputType.feedForward(6), noisy(8, noise), output());
    graph.setParams(net.params());
    net.setListeners(new DropConnectGradient());
    graph.setListeners(new DropConnectGradient());
    DataSet data = data(5, 6);
    INDArray before = graph.getParam("1_W").dup();
    INDArray masked = training(noise, graph.getLayer("1"), "W", 0);
    net.fit(data);
    graph.fit(data);
    assertThat(graph.getParam("1_W").eq(before)).isEqualTo(masked.eq(0));
    if (graph.getLayer("1").getIndex() == net.getLayer(0).getIndex()) {
      assertThat(graph.params()).isEqualTo(net.params());
    }
  }

  @Test
  void onGradientCalculation_noSeed_saysWhatToDo() {
    Case test = new Case(denseNet(new DropConnect(0.5)), data(5, 6));
    assertThatIllegalStateException()
        .isThrownBy(() -> backpropagated(test, true))
        .withMessageContaining("use new DropConnect(p, seed) for layer 0");
  }

  @Test
  void fit_networks_learn() {
    DropConnect noise = new DropConnect(0.9);
    for (MultiLayerNetwork net :
        new MultiLayerNetwork[] {
          network(new Adam(0.02), InputType.feedForward(6), noisy(16, noise), output()),
          network(
              new Adam(0.02),
              InputType.recurrent(6),
              new LSTM.Builder().nOut(16).weightNoise(noise).build(),
              sequenceOutput())
        }) {
      DataSet data = net.getLayer(0).type() == Layer.Type.RECURRENT ? sequences() : data(9, 6);
      double before = net.score(data);
      for (int step = 0; step < 150; step++) {
        net.fit(data);
      }
      assertThat(net.score(data)).isLessThan(before / 2);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.5, Double.NaN})
  void construct_pOutOfRange_saysWhatIsAllowed(double p) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DropConnect(p))
        .withMessage("p (the probability of retaining) must be in (0, 1], got " + p);
  }
}
