package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.training.TrainingData;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class GaussianNllTest {

  private static final IActivation IDENTITY = new ActivationIdentity();
  private static final GaussianNll LOSS = new GaussianNll();

  /** Two rows of two labels, with their means, then the numbers for their variances. */
  private static final double[][] LABELS = {{1, -0.5}, {0.25, 2}};

  private static final double[][] OUTPUTS = {{0.5, 0.5, -1, 2}, {0.25, -1, 0, -3}};

  private static INDArray labels() {
    return Nd4j.createFromArray(LABELS);
  }

  private static INDArray outputs() {
    return Nd4j.createFromArray(OUTPUTS);
  }

  private static double expected(int i, int k) {
    double variance = Math.log(1 + Math.exp(OUTPUTS[i][2 + k])) + 1e-6;
    return -new NormalDistribution(OUTPUTS[i][k], Math.sqrt(variance)).logDensity(LABELS[i][k]);
  }

  @Test
  void score_twoRows_isMinusTheLogDensity() {
    double[] rows = {expected(0, 0) + expected(0, 1), expected(1, 0) + expected(1, 1)};
    INDArray scores = LOSS.computeScoreArray(labels(), outputs(), IDENTITY, null);
    assertThat(scores.shape()).containsExactly(2, 1);
    assertThat(scores.toDoubleVector()).containsExactly(rows, within(1e-12));
    assertThat(LOSS.computeScore(labels(), outputs(), IDENTITY, null, false))
        .isCloseTo(rows[0] + rows[1], within(1e-12));
    assertThat(LOSS.computeScore(labels(), outputs(), IDENTITY, null, true))
        .isCloseTo((rows[0] + rows[1]) / 2, within(1e-12));
  }

  @Test
  void score_masks_leaveOutRowsOrValues() {
    INDArray row = Nd4j.createFromArray(new float[][] {{0}, {1}});
    assertThat(LOSS.computeScore(labels(), outputs(), IDENTITY, row, false))
        .isCloseTo(expected(1, 0) + expected(1, 1), within(1e-12));
    INDArray values = Nd4j.createFromArray(new float[][] {{0, 1}, {0, 0}});
    INDArray labels = labels().putScalar(0, 0, Double.NaN);
    assertThat(LOSS.computeScore(labels, outputs(), IDENTITY, values, false))
        .isCloseTo(expected(0, 1), within(1e-12));
    double[][] gradient =
        LOSS.computeGradient(labels, outputs(), IDENTITY, values).toDoubleMatrix();
    double[][] all = LOSS.computeGradient(labels(), outputs(), IDENTITY, null).toDoubleMatrix();
    assertThat(gradient).isDeepEqualTo(new double[][] {{0, all[0][1], 0, all[0][3]}, {0, 0, 0, 0}});
    assertThat(LOSS.computeGradient(labels(), outputs(), IDENTITY, row).toDoubleMatrix())
        .isDeepEqualTo(new double[][] {{0, 0, 0, 0}, all[1]});
  }

  @Test
  void gradient_equalsDifferences() {
    INDArray gradient =
        LOSS.computeGradientAndScore(labels(), outputs(), IDENTITY, null, true).getSecond();
    double step = 1e-5;
    for (int i = 0; i < 2; i++) {
      for (int k = 0; k < 4; k++) {
        INDArray more = outputs().putScalar(i, k, OUTPUTS[i][k] + step);
        INDArray less = outputs().putScalar(i, k, OUTPUTS[i][k] - step);
        double difference =
            (LOSS.computeScore(labels(), more, IDENTITY, null, false)
                    - LOSS.computeScore(labels(), less, IDENTITY, null, false))
                / (2 * step);
        // third derivatives up to about 1e4 at the variance of 0.05, times step^2 / 6
        assertThat(gradient.getDouble(i, k)).isCloseTo(difference, within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1000, -50, 50, 1000})
  void gradient_extremeOutputs_isFinite(double s) {
    INDArray labels = Nd4j.createFromArray(new double[][] {{0.001}});
    INDArray output = Nd4j.createFromArray(new double[][] {{0, s}});
    double variance = Math.max(s, 0) + 1e-6;
    assertThat(LOSS.computeScore(labels, output, IDENTITY, null, false))
        .isCloseTo(0.5 * (Math.log(2 * Math.PI * variance) + 1e-6 / variance), within(1e-9));
    double[] gradient = LOSS.computeGradient(labels, output, IDENTITY, null).toDoubleVector();
    assertThat(gradient[0]).isCloseTo(-0.001 / variance, within(1e-9));
    assertThat(gradient[1]).isFinite();
  }

  @Test
  void gradient_singlePrecision_keepsItsType() {
    INDArray output = outputs().castTo(DataType.FLOAT);
    assertThat(LOSS.computeGradient(labels(), output, IDENTITY, null).dataType())
        .isEqualTo(DataType.FLOAT);
    assertThat(LOSS.computeScoreArray(labels(), output, IDENTITY, null).dataType())
        .isEqualTo(DataType.FLOAT);
  }

  @Test
  void json_roundTrip_isEqual() {
    MultiLayerConfiguration conf = configuration(new GaussianNll(0.25));
    MultiLayerConfiguration back = MultiLayerConfiguration.fromJson(conf.toJson());
    assertThat(back).isEqualTo(conf);
    assertThat(((OutputLayer) back.getConf(1).getLayer()).getLossFn())
        .isEqualTo(new GaussianNll(0.25))
        .hasSameHashCodeAs(new GaussianNll(0.25))
        .isNotEqualTo(LOSS)
        .hasToString("GaussianNll(0.25)");
    assertThat(new GaussianNll(0.25).leastVariance()).isEqualTo(0.25);
    assertThat(MultiLayerConfiguration.fromYaml(conf.toYaml())).isEqualTo(conf);
  }

  private static MultiLayerConfiguration configuration(GaussianNll loss) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .activation(Activation.TANH)
        .updater(new Adam(0.01))
        .list()
        .layer(new DenseLayer.Builder().nIn(1).nOut(16).build())
        .layer(
            new OutputLayer.Builder(loss).nIn(16).nOut(2).activation(Activation.IDENTITY).build())
        .build();
  }

  /** y = x with noise of deviation 0.05 for x below 0, 0.5 above. */
  private static DataSet noisy(int n, long seed) {
    Random random = new Random(seed);
    double[][] x = new double[n][1];
    double[][] y = new double[n][1];
    for (int i = 0; i < n; i++) {
      x[i][0] = 2 * random.nextDouble() - 1;
      y[i][0] = x[i][0] + (x[i][0] < 0 ? 0.05 : 0.5) * random.nextGaussian();
    }
    return new DataSet(
        Nd4j.createFromArray(x).castTo(DataType.FLOAT),
        Nd4j.createFromArray(y).castTo(DataType.FLOAT));
  }

  @Test
  void fit_noiseThatDiffers_isSeenByAnEnsemble() {
    TrainingData data = TrainingData.of(noisy(1000, 1), 50);
    try (Ensemble deep =
        DeepEnsemble.of(configuration(LOSS)).members(3).seed(7).build().fit(data, 40)) {
      INDArray x = Nd4j.createFromArray(-0.5f, 0.5f, 8f).reshape(3, 1);
      GaussianMixture mixture = GaussianMixture.of(LOSS, deep.memberOutputs(x, null));
      double[] mean = mixture.mean().toDoubleVector();
      double[] deviation = mixture.standardDeviation().toDoubleVector();
      assertThat(mean[0]).isCloseTo(-0.5, within(0.1));
      assertThat(mean[1]).isCloseTo(0.5, within(0.15));
      assertThat(deviation[0]).isBetween(0.03, 0.15);
      assertThat(deviation[1]).isBetween(0.35, 0.65);
      // far from the data members differ more
      double[] model = mixture.modelVariance().toDoubleVector();
      assertThat(model[2]).isGreaterThan(4 * Math.max(model[0], model[1]));
      // the noise alone has a CRPS of deviation / sqrt(pi): 0.155 on average
      DataSet test = noisy(1000, 2);
      GaussianMixture predicted =
          GaussianMixture.of(LOSS, deep.memberOutputs(test.getFeatures(), null));
      assertThat(Crps.gaussian(test.getLabels(), predicted.mean(), predicted.standardDeviation()))
          .isBetween(0.13, 0.19);
    }
  }

  @Test
  void fit_sequencesWithAMask_trains() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.02))
                .list()
                .layer(new LSTM.Builder().nIn(1).nOut(4).build())
                .layer(
                    new RnnOutputLayer.Builder(LOSS)
                        .nIn(4)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    INDArray x = Nd4j.rand(DataType.FLOAT, 8, 1, 5);
    INDArray mask = Nd4j.ones(DataType.FLOAT, 8, 5);
    mask.getColumn(4).assign(0);
    DataSet data = new DataSet(x, x.mul(2), null, mask);
    double before = net.score(data);
    for (int i = 0; i < 100; i++) {
      net.fit(data);
    }
    assertThat(net.score(data)).isLessThan(before - 1);
    INDArray output = net.output(x);
    GaussianMixture mixture = GaussianMixture.of(LOSS, List.of(output));
    assertThat(mixture.mean().shape()).containsExactly(8, 1, 5);
    assertThat(mixture.mean().getDouble(3, 0, 2)).isEqualTo(output.getDouble(3, 0, 2));
  }

  @Test
  void badInput_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GaussianNll(0))
        .withMessage("leastVariance must be finite and > 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LOSS.computeGradient(labels(), labels(), IDENTITY, null))
        .withMessageEndingWith("for each of the labels, got [2, 2] and [2, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> LOSS.computeScoreArray(labels(), outputs(), new ActivationSigmoid(), null))
        .withMessage("activationFn, the output layer's activation, must be IDENTITY, got sigmoid");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LOSS.computeGradient(labels(), outputs(), IDENTITY, Nd4j.ones(2, 3)))
        .withMessage("mask must have the shape [2, 1] or that of the labels, got [2, 3]");
  }
}
