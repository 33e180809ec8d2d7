package io.github.dl4jx.regularizers.layers;

import static io.github.dl4jx.regularizers.SmallNetworks.convolution;
import static io.github.dl4jx.regularizers.SmallNetworks.data;
import static io.github.dl4jx.regularizers.SmallNetworks.dense;
import static io.github.dl4jx.regularizers.SmallNetworks.network;
import static io.github.dl4jx.regularizers.SmallNetworks.output;
import static io.github.dl4jx.regularizers.SmallNetworks.sequenceOutput;
import static io.github.dl4jx.regularizers.SmallNetworks.sequences;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import java.util.List;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.FixedSchedule;

class DropoutConversionTest {

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static final class Case {
    private final MultiLayerNetwork vanilla;
    private final DataSet data;

    Case(DataSet data, InputType input, Layer... layers) {
      this.data = data;
      vanilla = network(new Adam(0.01), input, layers);
      for (int step = 0; step < 5; step++) {
        vanilla.fit(data);
      }
    }
  }

  static List<Named<Case>> cases() {
    return List.of(
        Named.of(
            "dense",
            new Case(
                data(5, 6),
                InputType.feedForward(6),
                new VanillaDropoutLayer(0.8, 1),
                dense(8),
                new VanillaDropoutLayer(0.3, 2),
                new DenseLayer.Builder().nOut(7).hasLayerNorm(true).build(),
                new VanillaDropoutLayer(0.5, 3),
                output())),
        Named.of(
            "convolution",
            new Case(
                data(5, 2, 6, 6),
                InputType.convolutional(6, 6, 2),
                convolution(4),
                new VanillaDropoutLayer(0.3, 1),
                convolution(3),
                new VanillaDropoutLayer(0.6, 2),
                output())),
        Named.of(
            "recurrent",
            new Case(
                sequences(),
                InputType.recurrent(6),
                new VanillaDropoutLayer(0.3, 1),
                new LSTM.Builder().nOut(5).build(),
                new VanillaDropoutLayer(0.6, 2),
                new SimpleRnn.Builder().nOut(5).build(),
                new VanillaDropoutLayer(0.7, 3),
                sequenceOutput())));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void converted_hasItsOwnLearningRate(Case test) {
    MultiLayerNetwork inverted = DropoutConversion.toInverted(test.vanilla);
    int last = test.vanilla.getnLayers() - 1;
    inverted.setLearningRate(1e-4);
    assertThat(test.vanilla.getLearningRate(last)).isEqualTo(0.01);
    test.vanilla.setLearningRate(0.02);
    assertThat(inverted.getLearningRate(last)).isEqualTo(1e-4);
    test.vanilla.setLearningRate(0.01);
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-12);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void toInverted_trainedNetwork_givesTheSameOutput(Case test) {
    INDArray x = test.data.getFeatures();
    MultiLayerNetwork inverted = DropoutConversion.toInverted(test.vanilla);
    assertThat(inverted.params().distance2(test.vanilla.params())).isGreaterThan(0.1);
    assertClose(inverted.output(x), test.vanilla.output(x));
    assertThat(inverted.score(test.data)).isCloseTo(test.vanilla.score(test.data), within(1e-12));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void toInverted_sameMasks_givesTheSameActivationsFromTheNextLayerOn(Case test) {
    INDArray x = test.data.getFeatures();
    MultiLayerNetwork inverted = DropoutConversion.toInverted(test.vanilla);
    List<INDArray> expected = test.vanilla.feedForward(x, true);
    List<INDArray> actual = inverted.feedForward(x, true);
    for (int i = 0; i < test.vanilla.getnLayers(); i++) {
      if (test.vanilla.getLayer(i).numParams() > 0) {
        assertClose(actual.get(i + 1), expected.get(i + 1));
      } else {
        assertThat(actual.get(i + 1)).isNotEqualTo(expected.get(i + 1));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void toInverted_gradients_areTheSameButForTheScaledWeights(Case test) {
    MultiLayerNetwork inverted = DropoutConversion.toInverted(test.vanilla);
    Gradient expected = gradient(test.vanilla, test.data);
    Gradient actual = gradient(inverted, test.data);
    List<Layer> layers = layers(test.vanilla);
    for (String key : expected.gradientForVariable().keySet()) {
      int layer = Integer.parseInt(key.substring(0, key.indexOf('_')));
      boolean scaled =
          key.endsWith("_W") && layer > 0 && layers.get(layer - 1) instanceof VanillaDropoutLayer;
      double p = scaled ? ((VanillaDropoutLayer) layers.get(layer - 1)).retainProbability() : 1;
      assertClose(actual.getGradientFor(key).mul(p), expected.getGradientFor(key));
    }
  }

  private static List<Layer> layers(MultiLayerNetwork net) {
    Layer[] layers = new Layer[net.getnLayers()];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = net.getLayerWiseConfigurations().getConf(i).getLayer();
    }
    return List.of(layers);
  }

  private static Gradient gradient(MultiLayerNetwork net, DataSet data) {
    net.setInput(data.getFeatures());
    net.setLabels(data.getLabels());
    net.computeGradientAndScore();
    return net.gradient();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void toVanilla_ofTheConverted_isTheNetworkItself(Case test) {
    MultiLayerNetwork back =
        DropoutConversion.toVanilla(DropoutConversion.toInverted(test.vanilla));
    assertThat(back.getLayerWiseConfigurations())
        .isEqualTo(test.vanilla.getLayerWiseConfigurations());
    assertClose(back.params(), test.vanilla.params());
    assertThat(back.getIterationCount()).isEqualTo(5);
    assertClose(
        back.output(test.data.getFeatures(), true),
        test.vanilla.output(test.data.getFeatures(), true));
  }

  @Test
  void toInverted_twoWeights_areScaledByP() {
    MultiLayerNetwork net =
        network(
            InputType.feedForward(1),
            new VanillaDropoutLayer(0.25),
            new DenseLayer.Builder().nOut(2).activation(Activation.IDENTITY).build(),
            output());
    net.setParam("1_W", Nd4j.createFromArray(new double[][] {{8, -4}}));
    net.setParam("1_b", Nd4j.createFromArray(new double[][] {{3, 5}}));
    INDArray before = net.params().dup();
    MultiLayerNetwork inverted = DropoutConversion.toInverted(net);
    assertThat(inverted.getParam("1_W")).isEqualTo(Nd4j.createFromArray(new double[][] {{2, -1}}));
    assertThat(inverted.getParam("1_b")).isEqualTo(net.getParam("1_b"));
    assertThat(inverted.getParam("2_W")).isEqualTo(net.getParam("2_W"));
    assertThat(net.params()).isEqualTo(before);
    inverted.fit(data(5, 1));
  }

  @Test
  void toVanilla_names_areKept() {
    InvertedDropoutLayer layer = new InvertedDropoutLayer(0.5);
    layer.setLayerName("drop");
    MultiLayerNetwork vanilla =
        DropoutConversion.toVanilla(network(InputType.feedForward(6), dense(8), layer, output()));
    assertThat(vanilla.getLayer("drop").conf().getLayer()).isInstanceOf(VanillaDropoutLayer.class);
  }

  private static void assertRefused(String message, Layer... layers) {
    MultiLayerNetwork net = network(InputType.feedForward(6), layers);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DropoutConversion.toInverted(net))
        .withMessageContaining(message);
  }

  private static Layer loss() {
    return new LossLayer.Builder().activation(Activation.SOFTMAX).build();
  }

  @Test
  void toInverted_whatCannotBeConverted_isRefused() {
    assertRefused("network must have at least one VanillaDropoutLayer, got none", output());
    assertRefused(
        "directly by a layer whose weights multiply its output, got ActivationLayer",
        new VanillaDropoutLayer(0.5),
        new ActivationLayer(Activation.RELU),
        output());
    assertRefused(
        "got BatchNormalization", new VanillaDropoutLayer(0.5), new BatchNormalization(), output());
    assertRefused("got LossLayer", dense(3), new VanillaDropoutLayer(0.5), loss());
    assertRefused(
        "dropout must be followed by a layer with weights, but is the last layer",
        dense(3),
        new VanillaDropoutLayer(0.5));
    assertRefused(
        "must not have a dropOut(..) or weight noise of its own, got InvertedDropout",
        new VanillaDropoutLayer(0.5),
        new DenseLayer.Builder().nOut(3).dropOut(new InvertedDropout(0.5)).build(),
        output());
  }

  @Test
  void toVanilla_schedule_isRefused() {
    MultiLayerNetwork net =
        network(
            InputType.feedForward(6), new InvertedDropoutLayer(new FixedSchedule(0.5)), output());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DropoutConversion.toVanilla(net))
        .withMessageContaining("p must be fixed, got InvertedDropoutLayer(");
  }

  @Test
  void convert_noOrBareNetwork_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DropoutConversion.toInverted(null))
        .withMessage("network must not be null");
    MultiLayerNetwork bare =
        new MultiLayerNetwork(
            network(InputType.feedForward(6), new VanillaDropoutLayer(0.5), output())
                .getLayerWiseConfigurations());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DropoutConversion.toInverted(bare))
        .withMessage("network must be initialized: call init()");
  }
}
