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
import static io.github.dl4jx.regularizers.SmallNetworks.serialized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ConcreteDropoutTest {

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE); // the gradient check insists
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  /** With regularizers large enough to be seen. */
  private static ConcreteDropout.Builder around(Layer layer) {
    return ConcreteDropout.around(layer).weightRegularizer(0.1).dropoutRegularizer(0.2);
  }

  private static Layer mse() {
    return new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build();
  }

  private static MultiLayerNetwork learning(IUpdater updater) {
    return network(
        updater,
        InputType.feedForward(6),
        around(dense(8)).seed(1).build(),
        around(dense(7)).seed(2).build(),
        output());
  }

  /** A layer that gives its dropped input. */
  private static MultiLayerNetwork identity(ConcreteDropout.Builder settings) {
    MultiLayerNetwork net = network(InputType.feedForward(6), settings.build(), mse());
    net.getLayer(0).getParam("W").assign(Nd4j.eye(6));
    return net;
  }

  private static DenseLayer linear() {
    return new DenseLayer.Builder().nOut(6).activation(Activation.IDENTITY).build();
  }

  static List<Named<Check>> checks() {
    DenseLayer normalized = new DenseLayer.Builder().nOut(7).hasLayerNorm(true).l2(0.3).build();
    return List.of(
        Named.of(
            "dense",
            new Check(
                network(
                    InputType.feedForward(6),
                    around(dense(8)).seed(1).build(),
                    around(normalized).initialP(0.6).temperature(0.5).build(),
                    output()),
                data(5, 6))),
        Named.of(
            "convolution",
            new Check(
                network(
                    InputType.convolutional(6, 6, 2),
                    around(convolution(4)).initialP(0.5).seed(1).build(),
                    around(convolution(3)).temperature(0.6).build(),
                    around(dense(5)).build(),
                    output()),
                data(5, 2, 6, 6))),
        Named.of(
            "channels last",
            new Check(
                network(
                    InputType.convolutional(6, 5, 2, CNN2DFormat.NHWC),
                    around(channelsLast(4)).initialP(0.5).build(),
                    around(channelsLast(3)).initialP(0.5).build(),
                    output()),
                data(5, 6, 5, 2))),
        Named.of(
            "sequences with masks",
            new Check(
                network(
                    InputType.recurrent(6),
                    new LSTM.Builder().nOut(5).build(),
                    around(dense(4)).initialP(0.5).build(),
                    sequenceOutput()),
                maskedSequences())));
  }

  private static Layer channelsLast(int channels) {
    return new ConvolutionLayer.Builder(3, 3).nOut(channels).dataFormat(CNN2DFormat.NHWC).build();
  }

  private static final class Check {
    private final MultiLayerNetwork net;
    private final DataSet data;

    Check(MultiLayerNetwork net, DataSet data) {
      this.net = net;
      this.data = data;
    }
  }

  @ParameterizedTest
  @MethodSource("checks")
  void backprop_fixedNumbers_agreesWithNumericGradient(Check check) {
    assertThat(gradientsAgree(check.net, check.data)).isTrue();
  }

  @Test
  void fit_frozen_isThatOfTheFrozenLayerWithin() {
    MultiLayerNetwork net = network(new Sgd(0.1), InputType.feedForward(6), frozen(true));
    MultiLayerNetwork plain = network(new Sgd(0.1), InputType.feedForward(6), frozen(false));
    DataSet data = data(9, 6);
    INDArray before = net.params().dup();
    net.fit(data);
    plain.fit(data);
    assertThat(net.getLayer(0).params()).isEqualTo(plain.getLayer(0).params());
    assertThat(net.getLayer(2).params()).isEqualTo(plain.getLayer(2).params());
    assertThat(net.getLayer(2).params()).isNotEqualTo(before.get(interval(net, 2)));
    assertThat(net.getLayer(1).params()).isEqualTo(before.get(interval(net, 1)));
  }

  private static Layer[] frozen(boolean concrete) {
    Layer within = concrete ? new ConcreteDropout(dense(7)) : dense(7);
    return new Layer[] {dense(8), new FrozenLayerWithBackprop(within), output()};
  }

  /** Where the parameters of a layer are among all. */
  private static INDArrayIndex interval(MultiLayerNetwork net, int layer) {
    long from = 0;
    for (int i = 0; i < layer; i++) {
      from += net.getLayer(i).numParams();
    }
    return NDArrayIndex.interval(from, from + net.getLayer(layer).numParams());
  }

  @Test
  void output_atTestTime_isThatOfTheLayersWithin() {
    MultiLayerNetwork net = learning(new Adam(0.01));
    MultiLayerNetwork plain = network(InputType.feedForward(6), dense(8), dense(7), output());
    for (int i = 0; i < 3; i++) {
      for (String key : plain.getLayer(i).paramTable().keySet()) {
        plain.getLayer(i).getParam(key).assign(net.getLayer(i).getParam(key));
      }
    }
    INDArray x = data(9, 6).getFeatures();
    INDArray before = x.dup();
    assertThat(net.output(x)).isEqualTo(plain.output(x));
    assertThat(net.output(x, true)).isNotEqualTo(plain.output(x));
    assertThat(x).isEqualTo(before);
  }

  /**
   * A batch of 10^5 equal examples is 10^5 masks. Their mean is that of the relaxed mask, by
   * integration; for p = 0.5 it is 1. 6 standard errors: one of 6 is beyond with chance 6 * 2e-9.
   */
  @ParameterizedTest
  @CsvSource({"0.9, 0.1", "0.5, 0.1", "0.3, 0.66"})
  void output_manyMasks_haveTheExactMean(double p, double temperature) {
    int masks = 100_000;
    INDArray x = Nd4j.createFromArray(new double[][] {{1, -2, 3, 4, 0.5, 10}});
    MultiLayerNetwork net = identity(around(linear()).initialP(p).temperature(temperature).seed(3));
    Moments m = Moments.of(p, temperature);
    double error = Math.sqrt((m.square - m.mean * m.mean) / masks) / p;
    INDArray test = net.output(x);
    INDArray mean = net.output(x.repeat(0, masks), true).mean(0);
    for (int f = 0; f < 6; f++) {
      assertThat(mean.getDouble(f) / test.getDouble(f)).isCloseTo(m.mean / p, within(6 * error));
    }
  }

  @Test
  void output_inTraining_convolutionDropsWholeChannels() {
    ConvolutionLayer sum =
        new ConvolutionLayer.Builder(1, 1).nOut(3).activation(Activation.IDENTITY).build();
    MultiLayerNetwork net =
        network(
            InputType.convolutional(4, 5, 3),
            ConcreteDropout.around(sum).initialP(0.5).build(),
            output());
    net.getLayer(0).getParam("W").assign(Nd4j.eye(3).reshape(3, 3, 1, 1));
    INDArray y = net.feedForward(Nd4j.ones(DataType.DOUBLE, 50, 3, 4, 5), true).get(1);
    INDArray first = y.slice(0, 3).slice(0, 2); // of every example and channel
    assertThat(first.toDoubleMatrix()).isNotEqualTo(Nd4j.ones(50, 3).toDoubleMatrix());
    for (int h = 0; h < 4; h++) {
      for (int w = 0; w < 5; w++) {
        assertThat(y.slice(w, 3).slice(h, 2)).isEqualTo(first);
      }
    }
    long distinct = Arrays.stream(first.dup().data().asDouble()).distinct().count();
    assertThat(distinct).isGreaterThan(100); // of 150 numbers, some of which are exactly 0 or 2
  }

  /** {@code w S / p + d n (p ln p + (1 - p) ln(1 - p))}, whatever the minibatch. */
  @Test
  void score_regularizers_arePartOfItLikeL2() {
    MultiLayerNetwork net =
        network(
            InputType.feedForward(6),
            ConcreteDropout.around(dense(8))
                .initialP(0.8)
                .weightRegularizer(0.3)
                .dropoutRegularizer(0.7)
                .build(),
            output());
    MultiLayerNetwork free =
        network(
            InputType.feedForward(6),
            ConcreteDropout.around(dense(8)).weightRegularizer(0).dropoutRegularizer(0).build(),
            output());
    free.setParams(net.params());
    double squares = 0;
    for (double weight : net.getLayer(0).getParam("W").dup().data().asDouble()) {
      squares += weight * weight;
    }
    double expected = 0.3 * squares / 0.8 + 0.7 * 6 * (0.8 * Math.log(0.8) + 0.2 * Math.log(0.2));
    for (int examples : new int[] {1, 12}) {
      DataSet data = data(examples, 6);
      assertThat(net.score(data) - free.score(data)).isCloseTo(expected, within(1e-12));
    }
  }

  /** All of the loss's gradient is clipped away: what is left is the regularizers'. */
  @Test
  void fit_clippedGradient_regularizersComeAfterClipping() {
    double p = 0.8;
    DenseLayer clipped =
        new DenseLayer.Builder()
            .nOut(8)
            .gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
            .gradientNormalizationThreshold(1e-12)
            .build();
    MultiLayerNetwork net =
        network(
            new Sgd(0.5), InputType.feedForward(6), around(clipped).initialP(p).build(), output());
    INDArray before = net.getLayer(0).getParam("W").dup();
    double squares = Math.pow(before.norm2Number().doubleValue(), 2);
    double logit = Math.log(p / (1 - p));
    net.fit(data(9, 6));
    INDArray expected = before.mul(1 - 0.5 * 2 * 0.1 / p);
    assertThat(net.getLayer(0).getParam("W").sub(expected).amaxNumber().doubleValue())
        .isLessThan(1e-11);
    double gradient = -0.1 * squares * (1 - p) / p + 0.2 * 6 * logit * p * (1 - p);
    assertThat(net.getLayer(0).getParam("retainLogit").getDouble(0))
        .isCloseTo(logit - 0.5 * gradient, within(1e-11));
  }

  @Test
  void fit_graph_isTheSameAsTheNetworkOfItsLayersAndLearns() {
    Layer[] layers = {
      new ConcreteDropout(dense(8)), ConcreteDropout.around(dense(7)).seed(3).build(), output()
    };
    MultiLayerNetwork net = network(new Adam(0.05), InputType.feedForward(6), layers);
    ComputationGraph graph = graph(new Adam(0.05), InputType.feedForward(6), layers);
    graph.setParams(net.params());
    DataSet data = data(9, 6);
    double before = net.score(data);
    for (int step = 1; step <= 100; step++) { // seed 0 would be another one every time
      Nd4j.getRandom().setSeed(step);
      net.fit(data);
      Nd4j.getRandom().setSeed(step);
      graph.fit(data);
    }
    assertThat(graph.params()).isEqualTo(net.params());
    assertThat(graph.score(data)).isEqualTo(net.score(data));
    assertThat(net.score(data)).isLessThan(before / 2);
    assertThat(ConcreteDropout.retainProbability(graph.getLayer("2")))
        .isEqualTo(ConcreteDropout.retainProbability(net.getLayer(1)));
  }

  private static MultiLayerNetwork ofType(
      DataType type, WorkspaceMode workspaces, InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .dataType(type)
            .trainingWorkspaceMode(workspaces)
            .activation(Activation.TANH)
            .updater(new Sgd(0.1))
            .list();
    for (Layer layer : layers) {
      list.layer(layer.clone());
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(input).build());
    net.init();
    return net;
  }

  /** Also compares Deeplearning4j's own convolution with that of oneDNN, for single precision. */
  @ParameterizedTest
  @CsvSource({"dense, 6", "convolution, 2 6 5", "channels last, 6 5 2"})
  void fit_singlePrecisionOrNoWorkspaces_agreesWithDouble(String kind, String shape) {
    long[] size = Arrays.stream((9 + " " + shape).split(" ")).mapToLong(Long::parseLong).toArray();
    boolean last = kind.equals("channels last");
    InputType input =
        size.length == 2
            ? InputType.feedForward(6)
            : InputType.convolutional(6, 5, 2, last ? CNN2DFormat.NHWC : CNN2DFormat.NCHW);
    Layer inner = size.length == 2 ? dense(8) : last ? channelsLast(4) : convolution(4);
    Layer[] layers = {
      around(inner).initialP(0.6).seed(1).build(), around(dense(7)).seed(2).build(), output()
    };
    MultiLayerNetwork wide = ofType(DataType.DOUBLE, WorkspaceMode.ENABLED, input, layers);
    MultiLayerNetwork free = ofType(DataType.DOUBLE, WorkspaceMode.NONE, input, layers);
    MultiLayerNetwork narrow = ofType(DataType.FLOAT, WorkspaceMode.ENABLED, input, layers);
    free.setParams(wide.params());
    narrow.setParams(wide.params().castTo(DataType.FLOAT));
    DataSet data = data(size);
    DataSet singles =
        new DataSet(
            data.getFeatures().castTo(DataType.FLOAT), data.getLabels().castTo(DataType.FLOAT));
    for (int step = 0; step < 5; step++) {
      wide.fit(data);
      free.fit(data);
      narrow.fit(singles);
    }
    assertThat(free.params()).isEqualTo(wide.params());
    assertThat(narrow.params().dataType()).isEqualTo(DataType.FLOAT);
    INDArray difference = narrow.params().castTo(DataType.DOUBLE).sub(wide.params());
    assertThat(difference.amaxNumber().doubleValue()).isLessThan(2e-5);
  }

  @Test
  void fit_savedInMidTraining_goesOnBitForBit(@TempDir Path folder) throws Exception {
    MultiLayerNetwork net = learning(new Adam(0.05));
    DataSet data = data(9, 6);
    for (int step = 0; step < 5; step++) {
      net.fit(data);
    }
    Path file = folder.resolve("net.zip");
    ModelSerializer.writeModel(net, file.toFile(), true);
    MultiLayerNetwork back = MultiLayerNetwork.load(file.toFile(), true);
    assertThat(ConcreteDropout.retainProbability(back.getLayer(0)))
        .isNotEqualTo(0.9)
        .isEqualTo(ConcreteDropout.retainProbability(net.getLayer(0)));
    MultiLayerNetwork clone = net.clone();
    for (int step = 0; step < 5; step++) {
      net.fit(data);
      back.fit(data);
    }
    assertThat(back.params()).isEqualTo(net.params());
    assertThat(clone.params()).isNotEqualTo(net.params());
  }

  @Test
  void setLearningRate_inMidTraining_appliesToWeightsAndLogit() {
    MultiLayerNetwork net = learning(new Adam(0.05));
    DataSet data = data(9, 6);
    net.fit(data);
    net.setLearningRate(0);
    INDArray before = net.params().dup();
    net.fit(data);
    assertThat(net.params()).isEqualTo(before);
    assertThat(net.getLearningRate(0)).isEqualTo(0);
    net.setLearningRate(0, 0.01);
    net.fit(data);
    assertThat(net.getLayer(0).getParam("retainLogit")).isNotEqualTo(before.getScalar(6 * 8 + 8));
    assertThat(MultiLayerConfiguration.fromJson(net.getLayerWiseConfigurations().toJson()))
        .isEqualTo(net.getLayerWiseConfigurations());
  }

  @Test
  void paramTable_namesAndOrder_areTheLayersThenTheLogit() {
    MultiLayerNetwork net = learning(new NoOp());
    assertThat(net.paramTable().keySet())
        .containsExactly(
            "0_W", "0_b", "0_retainLogit", "1_W", "1_b", "1_retainLogit", "2_W", "2_b");
    assertThat(net.numParams()).isEqualTo(6 * 8 + 8 + 1 + 8 * 7 + 7 + 1 + 7 * 3 + 3);
    net.setParam("0_retainLogit", Nd4j.createFromArray(1.5));
    assertThat(net.params().getDouble(6 * 8 + 8)).isEqualTo(1.5);
    assertThat(net.summary()).contains("retainLogit");
    ConcreteDropout conf = (ConcreteDropout) net.getLayerWiseConfigurations().getConf(0).getLayer();
    INDArray view = Nd4j.zeros(DataType.DOUBLE, 6 * 8 + 8 + 1);
    assertThat(
            conf.initializer()
                .init(net.getLayerWiseConfigurations().getConf(0), view, true)
                .keySet())
        .containsExactlyElementsOf(net.getLayer(0).paramTable().keySet());
    assertThat(view.getDouble(6 * 8 + 8)).isCloseTo(Math.log(9), within(1e-12));
  }

  @Test
  void configuration_throughJsonYamlAndClone_isEqual() {
    MultiLayerConfiguration conf =
        network(
                InputType.convolutional(6, 6, 2),
                around(convolution(4)).initialP(0.7).temperature(0.2).seed(1).build(),
                new ConcreteDropout(dense(7)),
                output())
            .getLayerWiseConfigurations();
    assertThat(MultiLayerConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    assertThat(MultiLayerConfiguration.fromYaml(conf.toYaml())).isEqualTo(conf);
    assertThat(conf.clone()).isEqualTo(conf);
  }

  @Test
  void equals_settings_decide() throws Exception {
    ConcreteDropout layer = around(dense(3)).seed(1).build();
    assertThat(layer)
        .isEqualTo(around(dense(3)).seed(1).build())
        .isEqualTo(layer.clone())
        .isEqualTo(serialized(layer))
        .hasSameHashCodeAs(layer.clone())
        .isNotEqualTo(around(dense(4)).seed(1).build())
        .isNotEqualTo(around(dense(3)).build())
        .isNotEqualTo(around(dense(3)).seed(1).initialP(0.5).build())
        .isNotEqualTo(around(dense(3)).seed(1).temperature(0.5).build())
        .isNotEqualTo(around(dense(3)).seed(1).weightRegularizer(0.5).build())
        .isNotEqualTo(around(dense(3)).seed(1).dropoutRegularizer(0.5).build());
    assertThat(layer.clone().getUnderlying()).isNotSameAs(layer.getUnderlying());
    assertThat(ConcreteDropout.around(dense(3)).build()).isEqualTo(new ConcreteDropout(dense(3)));
  }

  @Test
  void retainProbability_frozenOrNot_isThatOfTheLayer() {
    MultiLayerNetwork net = learning(new Sgd(0.1));
    assertThat(ConcreteDropout.retainProbability(net.getLayer(0))).isCloseTo(0.9, within(1e-12));
    MultiLayerNetwork frozen = new TransferLearning.Builder(net).setFeatureExtractor(0).build();
    assertThat(ConcreteDropout.retainProbability(frozen.getLayer(0))).isCloseTo(0.9, within(1e-12));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConcreteDropout.retainProbability(net.getLayer(2)))
        .withMessage("layer must be one with ConcreteDropout, got OutputLayer");
    assertThat(ConcreteDropout.dropoutOf(net.getLayer(0))).isPresent();
    assertThat(ConcreteDropout.dropoutOf(net.getLayer(2))).isEmpty();
    assertThat(ConcreteDropout.dropoutOf(frozen.getLayer(0))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.5, Double.NaN})
  void build_initialPOutOfRange_saysWhatIsAllowed(double p) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConcreteDropout.around(dense(3)).initialP(p).build())
        .withMessage("initialP (the probability of retaining) must be in (0, 1), got " + p);
  }

  @Test
  void build_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConcreteDropout.around(dense(3)).temperature(0).build())
        .withMessage("temperature must be >= 0.001, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConcreteDropout.around(dense(3)).weightRegularizer(-1).build())
        .withMessage("weightRegularizer must be finite and >= 0, got -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConcreteDropout.around(dense(3)).dropoutRegularizer(1 / 0.0).build())
        .withMessage("dropoutRegularizer must be finite and >= 0, got Infinity");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConcreteDropout(output()))
        .withMessage(
            "layer must be a DenseLayer or a ConvolutionLayer, got OutputLayer (for an output"
                + " layer, a DenseLayer and a LossLayer after it)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConcreteDropout(new ConcreteDropout(dense(3))))
        .withMessageStartingWith("layer must be a DenseLayer or a ConvolutionLayer, got Concrete");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConcreteDropout(null))
        .withMessage("layer must not be null");
  }

  @Test
  void init_dropOutOfTheWholeNetwork_isRefused() {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .dropOut(0.5)
            .list()
            .layer(new ConcreteDropout(dense(4)))
            .layer(output())
            .setInputType(InputType.feedForward(6))
            .build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MultiLayerNetwork(conf).init())
        .withMessageContaining(
            "layer 0 (\"layer0\"): a dropOut(..), its own or the whole network's")
        .withMessageContaining("p=0.5, pSchedule");
  }
}
