package io.github.dl4jx.training.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleStrengthLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class ClippingListenersTest {

  /** Keeps the gradients as they are when its turn comes. */
  private static final class Probe extends BaseTrainingListener {

    private final Map<String, INDArray> gradients = new LinkedHashMap<>();

    @Override
    public void onGradientCalculation(Model model) {
      gradients.clear();
      model.gradient().gradientForVariable().forEach((name, g) -> gradients.put(name, g.dup()));
    }

    private static boolean isStatistic(String name) {
      return name.endsWith("_mean") || name.endsWith("_var") || name.endsWith("_log10stdev");
    }

    double norm() {
      double squares = 0;
      for (Map.Entry<String, INDArray> entry : gradients.entrySet()) {
        if (!isStatistic(entry.getKey())) {
          for (double g : entry.getValue().dup('c').data().asDouble()) {
            squares += g * g;
          }
        }
      }
      return Math.sqrt(squares);
    }
  }

  private static final Probe BEFORE = new Probe();
  private static final Probe AFTER = new Probe();

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .activation(Activation.TANH)
        .updater(new Sgd(0.1));
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new BatchNormalization())
                .layer(new DenseLayer.Builder().nOut(7).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(6, 6, 1))
                .build());
    net.init();
    return net;
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("in")
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in")
                .addLayer("norm", new BatchNormalization(), "conv")
                .addLayer("dense", new DenseLayer.Builder().nOut(7).build(), "norm")
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
                    "dense")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(6, 6, 1))
                .build());
    graph.init();
    return graph;
  }

  /** 16 examples, as often as asked: the mean gradient is that of the 16. */
  private static DataSet batch(int size) {
    Random random = new Random(1);
    INDArray features = Nd4j.zeros(size, 1, 6, 6);
    INDArray labels = Nd4j.zeros(size, 3);
    float[][] pixels = new float[16][36];
    for (int i = 0; i < size; i++) {
      for (int p = 0; p < 36; p++) {
        if (i < 16) {
          pixels[i][p] = random.nextFloat();
        }
        features.putScalar(new int[] {i, 0, p / 6, p % 6}, pixels[i % 16][p]);
      }
      labels.putScalar(i, i % 16 % 3, 1);
    }
    return new DataSet(features, labels);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 256})
  void globalNorm_active_meanGradientHasTheThresholdsNorm(int batch) {
    MultiLayerNetwork net = network();
    net.setListeners(BEFORE, new GlobalNormClipping(0.05), AFTER);
    net.fit(batch(batch));
    assertThat(BEFORE.norm() / batch).isGreaterThan(0.1);
    assertThat(AFTER.norm() / batch).isCloseTo(0.05, within(0.05 * 1e-5));
    BEFORE.gradients.forEach(
        (name, g) -> {
          if (Probe.isStatistic(name)) {
            assertThat(AFTER.gradients.get(name)).isEqualTo(g);
          } else {
            INDArray expected = g.mul(0.05 * batch / BEFORE.norm());
            assertThat(AFTER.gradients.get(name).equalsWithEps(expected, 1e-5)).isTrue();
          }
        });
  }

  @Test
  void globalNorm_sameDataInLargerBatch_clipsAlike() {
    INDArray[] mean = new INDArray[2];
    for (int k = 0; k < 2; k++) {
      int batch = k == 0 ? 16 : 256;
      MultiLayerNetwork net = network();
      net.setListeners(new GlobalNormClipping(0.05), AFTER);
      net.fit(batch(batch));
      mean[k] = AFTER.gradients.get("2_W").div(batch);
    }
    assertThat(mean[0].equalsWithEps(mean[1], 1e-6)).isTrue();
    assertThat(mean[0].amaxNumber().doubleValue()).isGreaterThan(1e-3);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 256})
  void globalNorm_inactive_gradientsUntouchedBitForBit(int batch) {
    MultiLayerNetwork net = network();
    net.setListeners(BEFORE, new GlobalNormClipping(1e3), AFTER);
    net.fit(batch(batch));
    BEFORE.gradients.forEach(
        (name, g) ->
            assertThat(AFTER.gradients.get(name).dup('c').data().asFloat())
                .containsExactly(g.dup('c').data().asFloat()));
  }

  @Test
  void globalNorm_graph_isClippedLikeTheNetwork() {
    ComputationGraph graph = graph();
    graph.setListeners(BEFORE, new GlobalNormClipping(0.05), AFTER);
    graph.fit(batch(16));
    assertThat(BEFORE.gradients).containsKey("norm_mean");
    assertThat(AFTER.norm() / 16).isCloseTo(0.05, within(0.05 * 1e-5));
    assertThat(AFTER.gradients.get("norm_mean")).isEqualTo(BEFORE.gradients.get("norm_mean"));
  }

  @Test
  void globalNorm_sumOverMinibatchAsked_thresholdMeansTheSum() {
    MultiLayerNetwork net = network();
    net.conf().setMiniBatch(false);
    net.setListeners(new GlobalNormClipping(0.05), AFTER);
    net.fit(batch(16));
    assertThat(AFTER.norm()).isCloseTo(0.05, within(0.05 * 1e-5));
  }

  private static double norm(INDArray array, int dimension, long unit) {
    double squares = 0;
    for (double value : array.slice(unit, dimension).dup('c').data().asDouble()) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  /** Units of a parameter against the paper's rule; returns how many were clipped. */
  private static int assertAdaptive(
      INDArray weights, String name, int dimension, double lambda, int batch) {
    INDArray before = BEFORE.gradients.get(name);
    INDArray after = AFTER.gradients.get(name);
    int clipped = 0;
    for (long unit = 0; unit < weights.size(dimension); unit++) {
      double limit = lambda * Math.max(norm(weights, dimension, unit), 1e-3);
      double norm = norm(before, dimension, unit) / batch;
      if (norm > limit) {
        clipped++;
        assertThat(norm(after, dimension, unit) / batch).isCloseTo(limit, within(1e-5 * limit));
      } else {
        assertThat(after.slice(unit, dimension).dup('c').data().asFloat())
            .containsExactly(before.slice(unit, dimension).dup('c').data().asFloat());
      }
    }
    return clipped;
  }

  @Test
  void adaptive_everyUnit_isLimitedByItsWeights() {
    MultiLayerNetwork net = network();
    Map<String, INDArray> weights = new LinkedHashMap<>();
    net.paramTable().forEach((name, w) -> weights.put(name, w.dup()));
    double lambda = 0.15;
    net.setListeners(BEFORE, AdaptiveGradientClipping.builder().lambda(lambda).build(), AFTER);
    net.fit(batch(16));
    int dense = assertAdaptive(weights.get("2_W"), "2_W", 1, lambda, 16);
    int filters = assertAdaptive(weights.get("0_W"), "0_W", 0, lambda, 16);
    assertThat(dense + filters).isBetween(1, 10); // some are clipped, some not
    // zero biases are limited to lambda * eps as a whole
    assertThat(AFTER.gradients.get("2_b").norm2Number().doubleValue() / 16)
        .isCloseTo(lambda * 1e-3, within(1e-5 * lambda * 1e-3));
    assertThat(AFTER.gradients.get("3_W")).isEqualTo(BEFORE.gradients.get("3_W"));
    assertThat(AFTER.gradients.get("1_mean")).isEqualTo(BEFORE.gradients.get("1_mean"));
  }

  @Test
  void adaptive_unitsInOtherDimensions_areLimitedOneByOne() {
    assertUnitsAreLimited(
        0.05,
        Map.of(
            "0_W",
            new int[] {2, 3},
            "1_W",
            new int[] {0, 1},
            "1_pW",
            new int[] {0},
            "2_W",
            new int[] {1}),
        4 + 4 + 3 + 5,
        new DepthwiseConvolution2D.Builder(2, 2).depthMultiplier(2).build(),
        new SeparableConvolution2D.Builder(2, 2).nOut(3).build(),
        new Deconvolution2D.Builder(2, 2).nOut(5).build());
  }

  @Test
  void adaptive_capsules_areLimitedOneByOne() {
    assertUnitsAreLimited(
        0.2,
        Map.of("0_weight", new int[] {3}, "1_weight", new int[] {2}),
        2 * 3 + 4 * 5,
        new PrimaryCapsules.Builder(2, 3).kernelSize(2, 2).stride(2, 2).build(),
        new CapsuleLayer.Builder(4, 5, 2).build(),
        new CapsuleStrengthLayer.Builder().build());
  }

  @Test
  void adaptive_attention_isLimitedUnitByUnitOfEachHead() {
    assertUnitsAreLimited(
        0.03,
        Map.of("1_Wq", new int[] {0, 1}, "1_Wv", new int[] {0, 1}),
        4 + 4,
        new PrimaryCapsules.Builder(2, 3).kernelSize(2, 2).stride(2, 2).build(),
        new SelfAttentionLayer.Builder().nOut(4).nHeads(2).projectInput(true).build(),
        new GlobalPoolingLayer());
  }

  /** Norms unit by unit, in plain Java. */
  private static void assertUnitsAreLimited(
      double lambda, Map<String, int[]> dimensions, int expectedUnits, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = base().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            list.layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(6, 6, 2))
                .build());
    net.init();
    Map<String, INDArray> weights = new LinkedHashMap<>();
    net.paramTable().forEach((name, w) -> weights.put(name, w.dup('c')));
    net.setListeners(BEFORE, AdaptiveGradientClipping.builder().lambda(lambda).build(), AFTER);
    Random random = new Random(3);
    double[] values = new double[16 * 2 * 6 * 6];
    Arrays.setAll(values, i -> random.nextGaussian());
    INDArray labels = Nd4j.zeros(16, 3);
    for (int i = 0; i < 16; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    net.fit(
        new DataSet(
            Nd4j.createFromArray(values).reshape(16, 2, 6, 6).castTo(DataType.FLOAT), labels));
    int clipped = 0;
    int units = 0;
    for (Map.Entry<String, int[]> entry : dimensions.entrySet()) {
      String name = entry.getKey();
      Map<String, double[]> norms = new TreeMap<>();
      add(norms, 0, weights.get(name), entry.getValue());
      add(norms, 1, BEFORE.gradients.get(name).dup('c'), entry.getValue());
      add(norms, 2, AFTER.gradients.get(name).dup('c'), entry.getValue());
      for (double[] squares : norms.values()) {
        double limit = lambda * Math.max(Math.sqrt(squares[0]), 1e-3);
        double before = Math.sqrt(squares[1]) / 16;
        double expected = Math.min(before, limit);
        clipped += before > limit ? 1 : 0;
        units++;
        assertThat(Math.sqrt(squares[2]) / 16).isCloseTo(expected, within(1e-5 * expected));
      }
    }
    assertThat(units).isEqualTo(expectedUnits);
    assertThat(clipped).isBetween(1, units - 1);
  }

  /** Sums of squares of array k, by the indices in some dimensions. */
  private static void add(Map<String, double[]> sums, int k, INDArray array, int[] dimensions) {
    double[] values = array.data().asDouble();
    for (int i = 0; i < values.length; i++) {
      StringBuilder unit = new StringBuilder();
      for (int d : dimensions) {
        long inner = 1;
        for (int e = d + 1; e < array.rank(); e++) {
          inner *= array.size(e);
        }
        unit.append(i / inner % array.size(d)).append(' ');
      }
      sums.computeIfAbsent(unit.toString(), key -> new double[3])[k] += values[i] * values[i];
    }
  }

  /** Its centers go by a rule of their own, without an updater: they are no gradient. */
  @Test
  void clipping_centersOfClasses_areLeftAlone() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).build())
                .layer(
                    new CenterLossOutputLayer.Builder()
                        .nOut(3)
                        .nIn(5)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    net.setListeners(
        BEFORE,
        new GlobalNormClipping(1e-3),
        AdaptiveGradientClipping.builder().lambda(1e-3).outputLayer(true).build(),
        AFTER);
    INDArray labels = Nd4j.zeros(12, 3);
    for (int i = 0; i < 12; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    net.fit(new DataSet(Nd4j.rand(DataType.FLOAT, 12, 4), labels));
    assertThat(AFTER.gradients.get("1_W")).isNotEqualTo(BEFORE.gradients.get("1_W"));
    assertThat(AFTER.gradients.get("1_cL")).isEqualTo(BEFORE.gradients.get("1_cL"));
  }

  /** The weights of a single input are a row, as biases are. */
  @Test
  void adaptive_singleInput_limitsUnitByUnit() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(new DenseLayer.Builder().nIn(1).nOut(12).activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(12)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    INDArray weights = net.getParam("0_W").dup();
    double lambda = 0.01;
    net.setListeners(BEFORE, AdaptiveGradientClipping.builder().lambda(lambda).build(), AFTER);
    net.fit(new DataSet(Nd4j.linspace(-1, 1, 8).reshape(8, 1), Nd4j.ones(8, 1)));
    assertThat(assertAdaptive(weights, "0_W", 1, lambda, 8)).isBetween(1, 11);
  }

  @Test
  void adaptive_outputLayerAsked_isClippedInAGraph() {
    ComputationGraph graph = graph();
    double lambda = 1e-3;
    INDArray weights = graph.getParam("out_W").dup();
    graph.setListeners(
        BEFORE, AdaptiveGradientClipping.builder().lambda(lambda).outputLayer(true).build(), AFTER);
    graph.fit(batch(16));
    assertThat(assertAdaptive(weights, "out_W", 1, lambda, 16)).isEqualTo(3);
  }

  @Test
  void make_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GlobalNormClipping(0))
        .withMessage("threshold must be finite and > 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdaptiveGradientClipping.builder().lambda(-1))
        .withMessage("lambda must be finite and > 0, got -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdaptiveGradientClipping.builder().eps(0))
        .withMessage("eps must be finite and > 0, got 0.0");
  }
}
