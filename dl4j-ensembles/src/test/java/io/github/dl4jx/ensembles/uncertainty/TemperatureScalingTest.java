package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.SoftVote;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class TemperatureScalingTest {

  /** Right predictions of the first of two classes, then wrong ones, all equally confident. */
  private static TemperatureScaling fit(double confidence, int right, int wrong) {
    double[][] p = new double[right + wrong][];
    double[][] labels = new double[right + wrong][];
    for (int i = 0; i < p.length; i++) {
      p[i] = new double[] {confidence, 1 - confidence};
      labels[i] = i < right ? new double[] {1, 0} : new double[] {0, 1};
    }
    return TemperatureScaling.fit(Nd4j.createFromArray(labels), Nd4j.createFromArray(p));
  }

  private static double[] softmax(double[] logits, double temperature) {
    double sum = Arrays.stream(logits).map(z -> Math.exp(z / temperature)).sum();
    return Arrays.stream(logits).map(z -> Math.exp(z / temperature) / sum).toArray();
  }

  private static double[] gaussians(Random random, int n) {
    return random.doubles(n).map(u -> 2 * random.nextGaussian()).toArray();
  }

  /** Logits, and labels drawn from their softmax. */
  private static double[][][] drawn(int n, int classes, long seed) {
    Random random = new Random(seed);
    double[][][] result = new double[2][n][];
    for (int i = 0; i < n; i++) {
      result[0][i] = gaussians(random, classes);
      result[1][i] = new double[classes];
      double[] p = softmax(result[0][i], 1);
      double u = random.nextDouble();
      int k = 0;
      while (k < classes - 1 && u >= p[k]) {
        u -= p[k++];
      }
      result[1][i][k] = 1;
    }
    return result;
  }

  private static INDArray softmax(double[][] logits, double temperature) {
    return Nd4j.createFromArray(
        Arrays.stream(logits).map(z -> softmax(z, temperature)).toArray(double[][]::new));
  }

  private static double nll(double[][] logits, double[][] labels, double temperature) {
    double nll = 0;
    for (int i = 0; i < logits.length; i++) {
      double[] p = softmax(logits[i], temperature);
      for (int k = 0; k < p.length; k++) {
        nll -= labels[i][k] * Math.log(p[k]);
      }
    }
    return nll;
  }

  @Test
  void fit_overconfident_isTheSolutionInClosedForm() {
    // 3 of 4 are right at 0.9: sigmoid(ln 9 / T) = 3/4, so ln 9 / T = ln 3
    assertThat(fit(0.9, 3, 1).temperature()).isCloseTo(2, within(1e-10));
  }

  @Test
  void fit_underconfident_isTheSolutionInClosedForm() {
    // 9 of 10 are right at 0.75: ln 3 / T = ln 9
    assertThat(fit(0.75, 9, 1).temperature()).isCloseTo(0.5, within(1e-10));
  }

  @Test
  void fit_extremes_areFound() {
    // 999 of 1000 right at 0.5001, 501 of 1000 right at 1 - 1e-12
    assertThat(fit(0.5001, 999, 1).temperature())
        .isCloseTo(Math.log(0.5001 / 0.4999) / Math.log(999), within(1e-12));
    double logit = Math.log((1 - 1e-12) / (1 - (1 - 1e-12)));
    assertThat(fit(1 - 1e-12, 501, 499).temperature() / (logit / Math.log(501 / 499.0)))
        .isCloseTo(1, within(1e-10));
  }

  @Test
  void fit_fiveClasses_equalsAGoldenSectionSearch() {
    double[][][] data = drawn(300, 5, 1);
    double low = 0.1;
    double high = 10;
    double ratio = (Math.sqrt(5) - 1) / 2;
    while (high - low > 1e-9) {
      double a = high - ratio * (high - low);
      double b = low + ratio * (high - low);
      if (nll(data[0], data[1], a) < nll(data[0], data[1], b)) {
        high = b;
      } else {
        low = a;
      }
    }
    // the search sees the NLL, about 300, to 1e-13: the place of its minimum to about 1e-7
    assertThat(
            TemperatureScaling.fit(Nd4j.createFromArray(data[1]), softmax(data[0], 1))
                .temperature())
        .isCloseTo(low, within(1e-6));
  }

  @Test
  void fit_sharpenedProbabilities_findsWhatSharpenedThem() {
    // n = 5000 labels from softmax(z), predictions softmax(z / 0.4): T is 2.5. The maximum
    // likelihood estimate of 1/T = 0.4 has the variance 1 / information; 6 standard deviations,
    // chance of a false alarm 2e-9
    int n = 5000;
    double[][][] data = drawn(n, 4, 2);
    double information = 0;
    for (double[] logits : data[0]) {
      double[] p = softmax(logits, 1);
      double mean = 0;
      double square = 0;
      for (int k = 0; k < p.length; k++) {
        double sharp = logits[k] / 0.4;
        mean += p[k] * sharp;
        square += p[k] * sharp * sharp;
      }
      information += square - mean * mean;
    }
    INDArray labels = Nd4j.createFromArray(data[1]);
    double temperature = TemperatureScaling.fit(labels, softmax(data[0], 0.4)).temperature();
    assertThat(1 / temperature).isCloseTo(0.4, within(6 / Math.sqrt(information)));
  }

  @Test
  void fit_applied_needsNoMoreScaling() {
    double[][][] data = drawn(300, 5, 3);
    INDArray labels = Nd4j.createFromArray(data[1]);
    INDArray sharp = softmax(data[0], 0.4);
    INDArray scaled = TemperatureScaling.fit(labels, sharp).apply(sharp);
    assertThat(TemperatureScaling.fit(labels, scaled).temperature()).isCloseTo(1, within(1e-10));
    assertThat(ClassificationScores.of(labels, scaled).nll())
        .isLessThan(ClassificationScores.of(labels, sharp).nll());
    assertThat(ClassificationScores.of(labels, scaled).accuracy())
        .isEqualTo(ClassificationScores.of(labels, sharp).accuracy());
  }

  @Test
  void fit_mask_leavesOutSteps() {
    // the four examples of the closed form, and a step that says nothing
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 1, 2, 5);
    INDArray p = Nd4j.zeros(DataType.DOUBLE, 1, 2, 5);
    for (int t = 0; t < 4; t++) {
      labels.putScalar(0, t < 3 ? 0 : 1, t, 1);
      p.putScalar(0, 0, t, 0.9);
      p.putScalar(0, 1, t, 0.1);
    }
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 1, 1, 0}});
    assertThat(TemperatureScaling.fit(labels, p, mask).temperature()).isCloseTo(2, within(1e-10));
  }

  @Test
  void fit_ensembleAndBatches_equalsTheWholeOutput() {
    DataSet all = TestNetworks.rings(90, 1);
    MultiLayerNetwork net = TestNetworks.network(3);
    for (int i = 0; i < 50; i++) {
      net.fit(all);
    }
    DataSetIterator batches = new ListDataSetIterator<>(all.asList(), 25);
    batches.next(); // it is read from its start
    try (Ensemble ensemble = Ensemble.of(new SoftVote(), List.of(net, TestNetworks.network(4)))) {
      TemperatureScaling whole =
          TemperatureScaling.fit(all.getLabels(), ensemble.output(all.getFeatures()));
      assertThat(TemperatureScaling.fit(ensemble, batches).temperature() / whole.temperature())
          .isCloseTo(1, within(1e-5)); // single precision, batches of other sizes
    }
  }

  @Test
  void fit_allRight_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fit(1, 7, 0))
        .withMessageEndingWith("a temperature of 0 is the best, got 7 right of 7");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fit(0.6, 7, 0))
        .withMessageEndingWith("a temperature of 0 is the best, got 7 right of 7");
  }

  @Test
  void fit_noBetterThanChance_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fit(0.9, 1, 1))
        .withMessageEndingWith("an infinite temperature is the best, got 1 right of 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fit(0.9, 1, 3))
        .withMessageStartingWith("the probabilities must be better than chance");
  }

  @Test
  void apply_temperatureTwo_isTheRootScaledToOne() {
    INDArray p = Nd4j.createFromArray(new double[][] {{0.9, 0.1}, {0, 1}});
    INDArray q = TemperatureScaling.of(2).apply(p);
    assertThat(q.getRow(0).toDoubleVector())
        .containsExactly(new double[] {0.75, 0.25}, within(1e-15));
    assertThat(q.getDouble(1, 0)).isCloseTo(1e-19, within(1e-21));
    assertThat(p.getDouble(0, 0)).isEqualTo(0.9);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-300, 1e-3, 1, 1e3, 1e300})
  void apply_anyTemperature_givesProbabilities(double temperature) {
    INDArray p = Nd4j.createFromArray(new double[][] {{0.5, 0.3, 0.2}, {0, 0.2, 0.8}});
    INDArray q = TemperatureScaling.of(temperature).apply(p);
    assertThat(q.sum(1).toDoubleVector()).containsExactly(new double[] {1, 1}, within(1e-14));
    assertThat(q.getRow(0).toDoubleVector())
        .containsExactly(
            softmax(new double[] {0, Math.log(0.3 / 0.5), Math.log(0.2 / 0.5)}, temperature),
            within(1e-14));
  }

  @Test
  void apply_sequencesInSinglePrecision_keepShapeAndType() {
    INDArray p = Nd4j.createFromArray(0.9f, 0.5f, 0.8f, 0.1f, 0.5f, 0.2f).reshape(1, 2, 3);
    INDArray q = TemperatureScaling.of(2).apply(p.dup('f'));
    assertThat(q.shape()).containsExactly(1, 2, 3);
    assertThat(q.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(q.slice(0).getRow(0).toDoubleVector())
        .containsExactly(new double[] {0.75, 0.5, 2 / 3.0}, within(1e-6));
  }

  @Test
  void apply_badShape_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TemperatureScaling.of(2).apply(Nd4j.ones(3, 1)))
        .withMessageContaining("at least 2 classes, got [3, 1]");
  }

  @Test
  void parse_text_isTheSame() {
    for (double temperature : new double[] {1, 0.1 + 0.2, 4.9e-324, Double.MAX_VALUE, 1e21}) {
      TemperatureScaling scaling = TemperatureScaling.of(temperature);
      assertThat(TemperatureScaling.parse(scaling.toString()))
          .isEqualTo(scaling)
          .hasSameHashCodeAs(scaling);
    }
    assertThat(TemperatureScaling.of(1.5)).hasToString("temperature(1.5)");
    assertThat(TemperatureScaling.of(1.5)).isNotEqualTo(TemperatureScaling.of(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1.5",
        "temperature()",
        "temperature(-1)",
        "temperature(NaN)",
        "temperature(1"
      })
  void parse_otherText_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TemperatureScaling.parse(text))
        .withMessage("text must be such as temperature(1.5), got " + text);
  }

  @Test
  void of_outOfRange_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TemperatureScaling.of(0))
        .withMessage("temperature must be finite and > 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TemperatureScaling.parse("temperature(1E999)"))
        .withMessage("temperature must be finite and > 0, got Infinity");
  }
}
