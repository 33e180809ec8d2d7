package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ConformalIntervalsTest {

  private static final INDArray LABELS = column(1, -2, 3, 4);
  private static final INDArray DEVIATIONS = column(4, 1, 2, 8);

  private static INDArray column(double... values) {
    return Nd4j.createFromArray(values).reshape(values.length, 1);
  }

  private static INDArray zeros() {
    return Nd4j.zeros(DataType.DOUBLE, 4, 1);
  }

  @Test
  void fit_residuals_radiusIsTheQuantileOfFiniteSamples() {
    // |y|: 1, 2, 3, 4; ranks ceil(5 c)
    for (double[] expected : new double[][] {{0.2, 1}, {0.21, 2}, {0.6, 3}, {0.61, 4}, {0.8, 4}}) {
      assertThat(ConformalIntervals.coverage(expected[0]).fit(LABELS, zeros()).radii())
          .containsExactly(expected[1]);
    }
  }

  @Test
  void fit_normalized_radiusIsInDeviations() {
    // |y| / d: 1/4, 2, 3/2, 1/2
    ConformalIntervals intervals =
        ConformalIntervals.coverage(0.6).fitNormalized(LABELS, zeros(), DEVIATIONS);
    assertThat(intervals).hasToString("normalized(0.6;1.5)");
    PredictionIntervals predicted = intervals.predict(column(10, 20), column(2, 0.5));
    assertThat(predicted.lower().toDoubleVector()).containsExactly(7, 19.25);
    assertThat(predicted.upper().toDoubleVector()).containsExactly(13, 20.75);
    assertThat(predicted.meanWidth()).isEqualTo((6 + 1.5) / 2);
  }

  @Test
  void fit_twoOutputs_haveARadiusEach() {
    INDArray labels = Nd4j.createFromArray(new double[][] {{1, 10}, {2, 30}, {3, 20}});
    ConformalIntervals intervals =
        ConformalIntervals.coverage(0.5).fit(labels, Nd4j.zeros(DataType.DOUBLE, 3, 2));
    assertThat(intervals.radii()).containsExactly(2, 20);
    assertThat(intervals.coverage()).isEqualTo(0.5);
  }

  @Test
  void fit_mask_leavesOutSteps() {
    INDArray labels = Nd4j.createFromArray(1.0, 2, 3, 100).reshape(1, 1, 4);
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 1, 0}});
    ConformalIntervals intervals =
        ConformalIntervals.coverage(0.7).fit(labels, labels.mul(0), mask);
    assertThat(intervals.radii()).containsExactly(3);
    PredictionIntervals predicted = intervals.predict(labels.mul(0).castTo(DataType.FLOAT));
    assertThat(predicted.upper().shape()).containsExactly(1, 1, 4);
    assertThat(predicted.upper().dataType()).isEqualTo(DataType.FLOAT);
    assertThat(predicted.coverage(labels)).isEqualTo(0.75);
    assertThat(predicted.coverage(labels, mask)).isEqualTo(1);
    // widths of 6, one miss by 97 at 2 / 0.3
    assertThat(predicted.score(labels)).isCloseTo(6 + 97 * 2 / 0.3 / 4, within(1e-9));
    assertThat(predicted.score(labels, mask)).isEqualTo(6);
  }

  @Test
  void score_byHand_paysForWidthAndMisses() {
    // coverage 0.8, so 2/a = 10: inside 2; below by 0.5: 2 + 5; above by 2: 4 + 20
    PredictionIntervals intervals = PredictionIntervals.of(0.8, column(-1, 0, 0), column(1, 2, 4));
    assertThat(intervals.score(column(0.5, -0.5, 6))).isCloseTo((2 + 7 + 24) / 3.0, within(1e-12));
    assertThat(intervals.coverage(column(1, -0.5, 6))).isEqualTo(1 / 3.0);
    assertThat(intervals).hasToString("PredictionIntervals(coverage 0.8, mean width 2.667)");
  }

  @Test
  void fit_residuals_coverageIsBetaDistributed() {
    // |y| uniform in (0, 1): the coverage is the radius. n = 19, coverage 0.9: Beta(18, 2). 2,000
    // fits; further than 0.065 with a chance of 2 exp(-4000 * 0.065^2) < 1e-7 (Massart)
    Random random = new Random(1);
    int n = 2000;
    double[] radii = new double[n];
    for (int r = 0; r < n; r++) {
      INDArray labels = column(random.doubles(19, -1, 1).toArray());
      radii[r] = ConformalIntervals.coverage(0.9).fit(labels, labels.mul(0)).radii()[0];
    }
    Arrays.sort(radii);
    BetaDistribution beta = new BetaDistribution(18, 2);
    for (int i = 0; i < n; i++) {
      assertThat((i + 0.5) / n).isCloseTo(beta.cumulativeProbability(radii[i]), within(0.065));
    }
  }

  @Test
  void predict_noiseThatGrows_normalizedIntervalsAreBetter() {
    // y = noise of deviation x, the predicted deviation is half of that. 2,000 examples to fit: the
    // coverage is Beta(1801, 200), outside of the bounds with a chance of 2e-7; 20,000 to measure:
    // off by more than 0.0206 with a chance of 2 exp(-40000 * 0.0206^2) < 1e-7
    Random random = new Random(2);
    int n = 22_000;
    double[] y = new double[n];
    double[] half = new double[n];
    for (int i = 0; i < n; i++) {
      double x = 0.1 + 2 * random.nextDouble();
      y[i] = x * random.nextGaussian();
      half[i] = x / 2;
    }
    INDArray fitted = column(Arrays.copyOf(y, 2000));
    INDArray others = column(Arrays.copyOfRange(y, 2000, n));
    PredictionIntervals plain =
        ConformalIntervals.coverage(0.9).fit(fitted, fitted.mul(0)).predict(others.mul(0));
    PredictionIntervals normalized =
        ConformalIntervals.coverage(0.9)
            .fitNormalized(fitted, fitted.mul(0), column(Arrays.copyOf(half, 2000)))
            .predict(others.mul(0), column(Arrays.copyOfRange(half, 2000, n)));
    BetaDistribution beta = new BetaDistribution(1801, 200);
    for (PredictionIntervals intervals : new PredictionIntervals[] {plain, normalized}) {
      assertThat(intervals.coverage(others))
          .isBetween(
              beta.inverseCumulativeProbability(1e-7) - 0.0206,
              beta.inverseCumulativeProbability(1 - 1e-7) + 0.0206);
    }
    assertThat(normalized.score(others)).isLessThan(plain.score(others) * 0.95);
  }

  @Test
  void predict_otherKind_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> ConformalIntervals.parse("normalized(0.9;1)").predict(zeros()))
        .withMessage("normalized intervals need deviations: call predict(means, deviations)");
    assertThatIllegalStateException()
        .isThrownBy(() -> ConformalIntervals.parse("residuals(0.9;1)").predict(zeros(), DEVIATIONS))
        .withMessage("intervals of residuals have no deviations: call predict(predictions)");
  }

  @Test
  void fit_badInput_isRefused() {
    ConformalIntervals.Fitter fitter = ConformalIntervals.coverage(0.9);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fitter.fit(LABELS, zeros()))
        .withMessageEndingWith("got 4 for coverage 0.9");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fitter.fit(LABELS, column(1)))
        .withMessage("predictions must have the shape of the labels, [4, 1], got [1, 1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fitter.fit(LABELS, column(0, 0, Double.NaN, 0)))
        .withMessage("predictions must be finite, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fitter.fitNormalized(LABELS, zeros(), column(1, 0, 1, 1)))
        .withMessage("deviations must be finite and > 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fitter.fit(LABELS, zeros(), Nd4j.zeros(4)))
        .withMessage("labels must have at least 1 row that is not masked, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConformalIntervals.parse("residuals(0.9;1,2)").predict(zeros()))
        .withMessage("predictions must have as many outputs as in the fit, 2, got [4, 1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PredictionIntervals.of(0.9, column(1), column(0)))
        .withMessage("upper must be >= lower, got 0.0 below 1.0");
  }

  @Test
  void parse_text_isTheSame() {
    for (String text : new String[] {"residuals(0.9;1.5,0.0)", "normalized(0.25;1.0E-5)"}) {
      ConformalIntervals intervals = ConformalIntervals.parse(text);
      assertThat(intervals).hasToString(text);
      assertThat(ConformalIntervals.parse(text)).isEqualTo(intervals).hasSameHashCodeAs(intervals);
    }
    assertThat(ConformalIntervals.parse("residuals(0.9;1)"))
        .isNotEqualTo(ConformalIntervals.parse("normalized(0.9;1)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "residuals()",
        "residuals(0.9)",
        "residuals(1;1)",
        "residuals(0.9;-1)",
        "other(0.9;1)"
      })
  void parse_otherText_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConformalIntervals.parse(text))
        .withMessage("text must be such as residuals(0.9;1.5), got " + text);
  }
}
