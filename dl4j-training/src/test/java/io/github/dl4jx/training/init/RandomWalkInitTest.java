package io.github.dl4jx.training.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RandomWalkInitTest {

  /** sqrt(2 / n) exp(1.2 / (max(n, 6) - 2.4)), by a pocket calculator. */
  @ParameterizedTest
  @CsvSource({"784, 0.0505852", "50, 0.205106", "6, 0.805757", "2, 1.395612"})
  void deviation_relu_isThePapers(double fanIn, double expected) {
    assertThat(RandomWalkInit.relu().deviation(fanIn)).isCloseTo(expected, within(2e-5 * expected));
  }

  /** exp(1 / (2 n)) / sqrt(n). */
  @ParameterizedTest
  @CsvSource({"1, 1.648721", "4, 0.566574", "100, 0.100501"})
  void deviation_linear_isThePapers(double fanIn, double expected) {
    assertThat(RandomWalkInit.linear().deviation(fanIn))
        .isCloseTo(expected, within(2e-5 * expected));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void deviation_inputsNotPositive_throws(double inputs) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RandomWalkInit.relu().deviation(inputs))
        .withMessage("inputs must be finite and > 0, got " + inputs);
  }

  /**
   * The walk of the logarithm of a squared norm has no drift. 10,000 layers of 20 units: a standard
   * error of 0.0033 (linear, sd 0.33) and 0.0053 (ReLU, sd 0.53), false alarm below 1e-6 at five of
   * them; the linear formula's own error is 1 / (3 n^2), 0.0008, the fit's for ReLU some 0.004.
   * Without the correction the drift is -0.05 and -0.14.
   */
  @ParameterizedTest
  @CsvSource({"false, 0.02", "true, 0.035"})
  void init_manyLayers_logarithmOfTheNormDoesNotDrift(boolean relu, double bound) {
    int units = 20;
    int layers = 10_000;
    Nd4j.getRandom().setSeed(5);
    INDArray weights = Nd4j.create(DataType.FLOAT, (long) units * units * layers);
    (relu ? RandomWalkInit.relu() : RandomWalkInit.linear())
        .init(units, units, new long[] {(long) units * layers, units}, 'c', weights);
    float[] w = weights.toFloatVector();
    double sum = 0;
    for (int layer = 0; layer < layers; layer++) {
      double squares = 0;
      for (int unit = 0; unit < units; unit++) {
        double z = 0;
        for (int i = 0; i < units; i++) {
          z += w[(layer * units + unit) * units + i] / Math.sqrt(units); // inputs of norm 1
        }
        squares += relu && z < 0 ? 0 : z * z;
      }
      sum += Math.log(squares);
    }
    assertThat(sum / layers).isCloseTo(0, within(bound));
  }

  @Test
  void init_sameSeed_isDeeplearning4jsNormalDistributionBitForBit() {
    double deviation = Math.sqrt(2.0 / 50) * Math.exp(1.2 / (50 - 2.4));
    IWeightInit normal = new WeightInitDistribution(new NormalDistribution(0, deviation));
    assertThat(drawn(RandomWalkInit.relu())).isEqualTo(drawn(normal));
  }

  private static INDArray drawn(IWeightInit init) {
    Nd4j.getRandom().setSeed(7);
    INDArray view = Nd4j.create(DataType.FLOAT, 1500);
    return init.init(50, 30, new long[] {50, 30}, 'f', view);
  }

  @Test
  void init_view_isFilledAndReturnedInShape() {
    INDArray view = Nd4j.create(DataType.DOUBLE, 6);
    INDArray weights = RandomWalkInit.linear().init(2, 3, new long[] {2, 3}, 'f', view);
    assertThat(weights.shape()).containsExactly(2, 3);
    assertThat(weights.ordering()).isEqualTo('f');
    assertThat(weights.getDouble(1, 0)).isEqualTo(view.getDouble(1)).isNotZero();
  }

  @Test
  void init_badArguments_areRefusedAndTheViewIsAsItWas() {
    RandomWalkInit init = RandomWalkInit.relu();
    INDArray view = Nd4j.create(DataType.FLOAT, 6);
    long[] shape = {2, 3};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> init.init(0, 3, shape, 'f', view))
        .withMessage("fanIn must be finite and > 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> init.init(2, 3, new long[] {2, 2}, 'f', view))
        .withMessage("paramView must have as many values as shape [2, 2], got 6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> init.init(2, 3, shape, 'x', view))
        .withMessage("order must be c or f, got x");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> init.init(2, 3, shape, 'f', Nd4j.create(DataType.INT32, 6)))
        .withMessageContaining("paramView must be of a floating-point type");
    assertThat(view.sumNumber().doubleValue()).isZero();
  }

  @Test
  void json_ofANetwork_keepsIt() {
    for (RandomWalkInit init :
        new RandomWalkInit[] {RandomWalkInit.relu(), RandomWalkInit.linear()}) {
      MultiLayerConfiguration configuration =
          new NeuralNetConfiguration.Builder()
              .seed(3)
              .weightInit(init)
              .activation(Activation.RELU)
              .list()
              .layer(new DenseLayer.Builder().nIn(4).nOut(5).build())
              .layer(new OutputLayer.Builder().nIn(5).nOut(2).build())
              .build();
      MultiLayerConfiguration back = MultiLayerConfiguration.fromJson(configuration.toJson());
      assertThat(back).isEqualTo(configuration);
      DenseLayer dense = (DenseLayer) back.getConf(0).getLayer();
      assertThat(dense.getWeightInitFn()).isEqualTo(init).hasSameHashCodeAs(init);
      assertThat(MultiLayerConfiguration.fromYaml(configuration.toYaml())).isEqualTo(configuration);
    }
    assertThat(RandomWalkInit.relu()).isNotEqualTo(RandomWalkInit.linear());
    assertThat(RandomWalkInit.relu()).hasToString("RandomWalkInit(RELU)");
  }

  @Test
  void serialization_ofJava_keepsIt() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(RandomWalkInit.linear());
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(RandomWalkInit.linear());
    }
  }

  /** 16 x 3 x 5 x 5 weights of 75 inputs: the deviation is within 10 %, 5 standard errors. */
  @Test
  void network_convolution_hasWeightsByItsFanIn() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .weightInit(RandomWalkInit.relu())
                .list()
                .layer(new ConvolutionLayer.Builder(5, 5).nIn(3).nOut(16).build())
                .build());
    net.init();
    double expected = Math.sqrt(2.0 / 75) * Math.exp(1.2 / 72.6);
    assertThat(net.getParam("0_W").stdNumber().doubleValue())
        .isCloseTo(expected, within(0.1 * expected));
    assertThat(net.getParam("0_b").sumNumber().doubleValue()).isZero();
    net.close();
  }
}
