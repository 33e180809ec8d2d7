package io.github.dl4jx.regularizers.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class MaxNormTest {

  /** By hand: the columns have norms 5, 1 and 10; the bound is 2. */
  @ParameterizedTest
  @ValueSource(chars = {'c', 'f'})
  void apply_weights_boundsEveryColumn(char order) {
    INDArray w = Nd4j.createFromArray(new float[][] {{3, 0.6f, 6}, {4, 0.8f, -8}}).dup(order);
    new MaxNorm(2).apply(w);
    assertThat(w.toFloatMatrix()[0]).containsExactly(new float[] {1.2f, 0.6f, 1.2f}, within(1e-6f));
    assertThat(w.toFloatMatrix()[1])
        .containsExactly(new float[] {1.6f, 0.8f, -1.6f}, within(1e-6f));
    assertThat(w.getFloat(1, 1)).isEqualTo(0.8f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DOUBLE", "FLOAT", "HALF"})
  void apply_filters_areThoseOfDl4jsConstraint(String name) {
    DataType type = DataType.valueOf(name);
    INDArray w = Nd4j.linspace(DataType.DOUBLE, -3, 0.1, 60).reshape('c', 3, 2, 2, 5).castTo(type);
    INDArray known = w.dup('c');
    new MaxNormConstraint(4, 1, 2, 3).apply(known);
    new MaxNorm(4).apply(w);
    double tolerance = name.equals("HALF") ? 1e-2 : 1e-5; // of halves, and of its 1e-6
    assertThat(w.castTo(DataType.DOUBLE).distance2(known.castTo(DataType.DOUBLE)))
        .isLessThan(tolerance);
  }

  @Test
  void apply_largeWeights_haveTheNormInDoubles() {
    INDArray w = Nd4j.randn(DataType.FLOAT, 1001, 7).dup('f');
    double[][] before = w.castTo(DataType.DOUBLE).toDoubleMatrix();
    new MaxNorm(3).apply(w);
    for (int j = 0; j < 7; j++) {
      double sum = 0;
      for (double[] row : before) {
        sum += row[j] * row[j];
      }
      for (int i = 0; i < before.length; i++) {
        assertThat(w.getDouble(i, j)).isCloseTo(before[i][j] * 3 / Math.sqrt(sum), within(1e-6));
      }
    }
  }

  private static MultiLayerConfiguration configuration(Layer first) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Sgd(0.1))
        .constrainWeights(new MaxNorm(0.5))
        .list()
        .layer(first)
        .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
        .setInputType(InputType.convolutionalFlat(4, 4, 1))
        .build();
  }

  private static MultiLayerNetwork trained(MultiLayerConfiguration configuration) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    net.params().muli(10);
    net.params().addi(1); // biases, too
    net.fit(new DataSet(Nd4j.rand(DataType.FLOAT, 3, 16), Nd4j.eye(3).castTo(DataType.FLOAT)));
    return net;
  }

  @Test
  void fit_weightsOnly_areBoundedAndBiasesAreNot() {
    MultiLayerNetwork net = trained(configuration(new DenseLayer.Builder().nOut(5).build()));
    assertThat(net.getParam("0_W").norm2(0).maxNumber().doubleValue()).isCloseTo(0.5, within(1e-5));
    assertThat(net.getParam("1_W").norm2(0).maxNumber().doubleValue()).isCloseTo(0.5, within(1e-5));
    assertThat(net.getParam("0_b").maxNumber().doubleValue()).isGreaterThan(0.5);
    net.close();
  }

  @Test
  void fit_convolution_boundsEveryFilter() {
    MultiLayerNetwork net =
        trained(configuration(new ConvolutionLayer.Builder(2, 2).nOut(4).build()));
    assertThat(net.getParam("0_W").norm2(1, 2, 3).maxNumber().doubleValue())
        .isCloseTo(0.5, within(1e-5));
    net.close();
  }

  @Test
  void fit_deconvolution_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trained(configuration(new Deconvolution2D.Builder(2, 2).nOut(2).build())))
        .withMessage(
            "the weights of MaxNorm must be ordered by the unit they go to, got those of a"
                + " Deconvolution2D");
  }

  /** Its weights are [heads, size, nIn]: a head is no unit. */
  @Test
  void fit_attention_isRefused() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .constrainWeights(new MaxNorm(1))
                .list()
                .layer(
                    new SelfAttentionLayer.Builder()
                        .nIn(4)
                        .nOut(4)
                        .nHeads(1)
                        .headSize(4)
                        .projectInput(true)
                        .build())
                .layer(new RnnOutputLayer.Builder().nIn(4).nOut(2).build())
                .setInputType(InputType.recurrent(4, 3))
                .build());
    net.init();
    DataSet data = new DataSet(Nd4j.rand(2, 4, 3), Nd4j.zeros(2, 2, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> net.fit(data))
        .withMessageContaining("got those of a SelfAttentionLayer");
    net.close();
  }

  @Test
  void json_roundTrip_isEqual() {
    MultiLayerConfiguration configuration = configuration(new DenseLayer.Builder().nOut(5).build());
    MultiLayerConfiguration back = MultiLayerConfiguration.fromJson(configuration.toJson());
    assertThat(back).isEqualTo(configuration);
    assertThat(back.getConf(0).getLayer().getConstraints())
        .containsExactlyElementsOf(configuration.getConf(0).getLayer().getConstraints());
    MultiLayerNetwork net = trained(back);
    assertThat(net.getParam("0_W").norm2(0).maxNumber().doubleValue()).isCloseTo(0.5, within(1e-5));
    net.close();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void maxNorm_notPositive_isRefused(double maxNorm) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MaxNorm(maxNorm))
        .withMessage("maxNorm must be finite and > 0, got " + maxNorm);
  }
}
