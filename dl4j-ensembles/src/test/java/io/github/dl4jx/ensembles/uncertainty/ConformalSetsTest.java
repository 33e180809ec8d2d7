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
import org.apache.commons.math3.distribution.BetaDistribution;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class ConformalSetsTest {

  private static final INDArray ROW = Nd4j.createFromArray(new double[][] {{0.3, 0.5, 0.2}});

  /** Four examples whose true class has the probability 0.875, 0.75, 0.625 and 0.25. */
  private static final CalibrationCases FOUR =
      CalibrationCases.groups(
          new double[] {0.875, 0.75, 0.625, 0.75}, new int[][] {{1, 0}, {1, 0}, {1, 0}, {0, 1}});

  private static ConformalSets sets(double coverage) {
    return ConformalSets.coverage(coverage).fit(FOUR.labels(), FOUR.array());
  }

  /**
   * The greatest distance of the distribution of values from a Beta distribution. By Massart's form
   * of the Dvoretzky-Kiefer-Wolfowitz inequality it is above d with a chance of at most 2 exp(-2 n
   * d^2).
   */
  private static double distance(double[] values, BetaDistribution beta) {
    Arrays.sort(values);
    double most = 0;
    for (int i = 0; i < values.length; i++) {
      double p = beta.cumulativeProbability(values[i]);
      most =
          Math.max(most, Math.max(p - (double) i / values.length, (i + 1.0) / values.length - p));
    }
    return most;
  }

  @Test
  void fit_plain_thresholdIsTheQuantileOfFiniteSamples() {
    // scores 1/8, 1/4, 3/8, 3/4; ranks ceil(5 c)
    assertThat(sets(0.2).threshold()).isEqualTo(0.125);
    assertThat(sets(0.21).threshold()).isEqualTo(0.25);
    assertThat(sets(0.6).threshold()).isEqualTo(0.375);
    assertThat(sets(0.61).threshold()).isEqualTo(0.75);
    assertThat(sets(0.8).threshold()).isEqualTo(0.75);
    assertThat(sets(0.05).threshold()).isEqualTo(0.125);
  }

  @Test
  void fit_tooFewExamples_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sets(0.81))
        .withMessageStartingWith("labels must have at least coverage / (1 - coverage) rows")
        .withMessageEndingWith("got 4 for coverage 0.81");
  }

  @Test
  void predict_plain_takesWhatIsProbableEnough() {
    ConformalSets sets = sets(0.8); // 1 - p <= 3/4
    PredictionSets predicted =
        sets.predict(Nd4j.createFromArray(0.8, 0.2, 0.75, 0.25).reshape(2, 2));
    assertThat(predicted.count()).isEqualTo(2);
    assertThat(predicted.classes(0)).containsExactly(0);
    assertThat(predicted.classes(1)).containsExactly(0, 1);
    assertThat(predicted.meanSize()).isEqualTo(1.5);
    assertThat(predicted.indicator().toDoubleMatrix())
        .isDeepEqualTo(new double[][] {{1, 0}, {1, 1}});
    assertThat(predicted.coverage(Nd4j.createFromArray(0.0, 1, 0, 1).reshape(2, 2))).isEqualTo(0.5);
    assertThat(predicted).hasToString("PredictionSets(2, mean size 1.500)");
  }

  @Test
  void predict_nothingProbableEnough_isEmpty() {
    assertThat(sets(0.2).predict(Nd4j.createFromArray(0.5, 0.5).reshape(1, 2)).classes(0))
        .isEmpty();
  }

  @Test
  void fit_deterministic_scoresAreSumsDownToTheTrueClass() {
    // 0.5, then 0.5 + 0.3, then 1
    double[] scores = {0.8, 0.5, 1};
    for (int k = 0; k < 3; k++) {
      INDArray labels = Nd4j.zeros(DataType.DOUBLE, 1, 3).putScalar(0, k, 1);
      assertThat(ConformalSets.coverage(0.5).deterministic().fit(labels, ROW).threshold())
          .isCloseTo(scores[k], within(1e-15));
    }
  }

  @Test
  void fit_random_scoresAreBelowByPartOfTheTrueClass() {
    INDArray labels = Nd4j.createFromArray(new double[][] {{1, 0, 0}});
    ConformalSets.Builder builder = ConformalSets.coverage(0.5).adaptive();
    double threshold = builder.seed(1).fit(labels, ROW).threshold();
    assertThat(threshold).isBetween(0.5, 0.8);
    assertThat(builder.seed(1).fit(labels, ROW).threshold()).isEqualTo(threshold);
    assertThat(builder.seed(2).fit(labels, ROW).threshold()).isNotEqualTo(threshold);
  }

  @Test
  void fit_regularized_laterClassesHaveAPenalty() {
    // the third class has rank 3: two beyond the free one
    INDArray labels = Nd4j.createFromArray(new double[][] {{0, 0, 1}});
    assertThat(
            ConformalSets.coverage(0.5)
                .regularized(0.25, 1)
                .deterministic()
                .fit(labels, ROW)
                .threshold())
        .isCloseTo(1.5, within(1e-15));
  }

  @Test
  void predict_deterministic_takesTheMostProbableDownToTheThreshold() {
    ConformalSets sets = ConformalSets.parse("conformal(adaptive,3,0.9,0.81,0.0,0,0)");
    assertThat(sets.predict(ROW).classes(0)).containsExactly(0, 1);
    assertThat(
            ConformalSets.parse("conformal(adaptive,3,0.9,0.81,0.1,1,0)").predict(ROW).classes(0))
        .containsExactly(1); // 0.8 + 0.1
  }

  @Test
  void fit_plain_coverageIsBetaDistributed() {
    // a uniform in (0, 1), the classes have the probabilities a and 1 - a: that of the true one has
    // the density 2 t, so that 1 - (1 - q)^2 of new examples have a score of at most q. n = 19,
    // coverage 0.9: Beta(18, 2). 2,000 fits; false alarm 2 exp(-4000 * 0.065^2) < 1e-7
    Random random = new Random(1);
    double[] coverages = new double[2000];
    for (int r = 0; r < coverages.length; r++) {
      double[] p = new double[19];
      int[][] counts = new int[19][2];
      for (int i = 0; i < 19; i++) {
        p[i] = random.nextDouble();
        counts[i][random.nextDouble() < p[i] ? 0 : 1] = 1;
      }
      CalibrationCases cases = CalibrationCases.groups(p, counts);
      double q = ConformalSets.coverage(0.9).fit(cases.labels(), cases.array()).threshold();
      coverages[r] = 1 - (1 - q) * (1 - q);
    }
    assertThat(distance(coverages, new BetaDistribution(18, 2))).isLessThan(0.065);
  }

  @Test
  void fit_random_coverageIsBetaDistributed() {
    // labels drawn from the probabilities: the score is uniform, so that the coverage is the
    // threshold. n = 39, coverage 0.8: rank 32, Beta(32, 8). 2,000 fits; false alarm as above
    double[] coverages = new double[2000];
    CalibrationCases cases = CalibrationCases.drawn(39 * coverages.length, 4, 1, 2);
    for (int r = 0; r < coverages.length; r++) {
      CalibrationCases part = cases.rows(39 * r, 39 * (r + 1));
      coverages[r] =
          ConformalSets.coverage(0.8)
              .adaptive()
              .seed(r)
              .fit(part.labels(), part.array())
              .threshold();
    }
    assertThat(distance(coverages, new BetaDistribution(32, 8))).isLessThan(0.065);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "random", "regularized"})
  void predict_manyExamples_coversAsOftenAsItShould(String kind) {
    // a network that is too sure, 2,000 examples to fit: the coverage is Beta(1801, 200), and below
    // or above the bounds with a chance of 1e-7; 20,000 examples: further off than 0.0206 with a
    // chance of 2 exp(-40000 * 0.0206^2) < 1e-7 (Hoeffding)
    CalibrationCases cases = CalibrationCases.drawn(22_000, 4, 3, 3);
    CalibrationCases fitted = cases.rows(0, 2000);
    CalibrationCases others = cases.rows(2000, 22_000);
    ConformalSets.Builder builder = ConformalSets.coverage(0.9).seed(5);
    if (kind.equals("random")) {
      builder.adaptive();
    } else if (kind.equals("regularized")) {
      builder.regularized(0.05, 1);
    }
    PredictionSets sets = builder.fit(fitted.labels(), fitted.array()).predict(others.array());
    BetaDistribution beta = new BetaDistribution(1801, 200);
    assertThat(sets.coverage(others.labels()))
        .isBetween(
            beta.inverseCumulativeProbability(1e-7) - 0.0206,
            beta.inverseCumulativeProbability(1 - 1e-7) + 0.0206);
    assertThat(sets.meanSize()).isBetween(1.0, 3.0);
  }

  @Test
  void predict_deterministic_setsAreLargerThanRandomOnes() {
    CalibrationCases cases = CalibrationCases.drawn(4000, 4, 1, 4);
    ConformalSets random =
        ConformalSets.coverage(0.7).adaptive().fit(cases.labels(), cases.array());
    ConformalSets fixed =
        ConformalSets.coverage(0.7).deterministic().fit(cases.labels(), cases.array());
    assertThat(fixed.threshold()).isGreaterThan(random.threshold());
    assertThat(fixed.predict(cases.array()).meanSize())
        .isGreaterThan(random.predict(cases.array()).meanSize());
  }

  @Test
  void fit_mask_leavesOutSteps() {
    INDArray p = Nd4j.createFromArray(0.25, 0.75, 0.5, 0.75, 0.25, 0.5).reshape(1, 2, 3);
    INDArray labels = Nd4j.createFromArray(0.0, 1, 0, 1, 0, 0).reshape(1, 2, 3);
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 0}});
    ConformalSets sets = ConformalSets.coverage(0.5).fit(labels, p, mask);
    assertThat(sets.threshold()).isEqualTo(0.25);
    PredictionSets predicted = sets.predict(p);
    assertThat(predicted.count()).isEqualTo(3);
    assertThat(predicted.classes(0)).containsExactly(1);
    assertThat(predicted.classes(2)).isEmpty();
    assertThat(predicted.coverage(labels, mask)).isEqualTo(1);
    assertThat(predicted.indicator().shape()).containsExactly(1, 2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predicted.coverage(labels, mask.mul(0)))
        .withMessage("labels must have at least 1 row that is not masked, got 0");
  }

  @Test
  void fit_ensembleAndBatches_equalsTheWholeOutput() {
    DataSet all = TestNetworks.rings(90, 1);
    try (Ensemble ensemble = Ensemble.of(new SoftVote(), List.of(TestNetworks.network(3)))) {
      ConformalSets.Builder builder = ConformalSets.coverage(0.9).adaptive().seed(1);
      assertThat(builder.fit(ensemble, new ListDataSetIterator<>(all.asList(), 25)).threshold())
          .isCloseTo(
              builder.fit(all.getLabels(), ensemble.output(all.getFeatures())).threshold(),
              within(1e-6));
    }
  }

  @Test
  void withSeed_other_drawsOtherNumbers() {
    CalibrationCases cases = CalibrationCases.drawn(300, 3, 1, 6);
    ConformalSets sets =
        ConformalSets.coverage(0.6).adaptive().seed(1).fit(cases.labels(), cases.array());
    INDArray first = sets.predict(cases.array()).indicator();
    assertThat(sets.predict(cases.array()).indicator()).isEqualTo(first);
    assertThat(sets.withSeed(2).predict(cases.array()).indicator()).isNotEqualTo(first);
    assertThat(sets.withSeed(2).threshold()).isEqualTo(sets.threshold());
    assertThat(sets.coverage()).isEqualTo(0.6);
  }

  @Test
  void parse_text_isTheSame() {
    ConformalSets sets =
        ConformalSets.coverage(0.8)
            .regularized(0.01, 5)
            .seed(Long.MIN_VALUE)
            .fit(FOUR.labels(), FOUR.array());
    assertThat(ConformalSets.parse(sets.toString())).isEqualTo(sets).hasSameHashCodeAs(sets);
    assertThat(sets(0.8)).hasToString("conformal(plain,2,0.8,0.75,0.0,0,0)").isNotEqualTo(sets);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "conformal()",
        "conformal(plain,2,0.8,0.75,0.0,0)",
        "conformal(other,2,0.8,0.75,0.0,0,0)",
        "conformal(plain,1,0.8,0.75,0.0,0,0)",
        "conformal(plain,2,1.0,0.75,0.0,0,0)",
        "conformal(plain,2,0.8,1E999,0.0,0,0)",
        "conformal(plain,2,0.8,1,0,0,9999999999999999999)"
      })
  void parse_otherText_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConformalSets.parse(text))
        .withMessageStartingWith(
            "text must be such as conformal(plain,10,0.9,0.95,0.0,0,0), got "
                + text.substring(0, Math.min(40, text.length())));
  }

  @Test
  void builder_badNumbers_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConformalSets.coverage(1))
        .withMessage("coverage must be in (0, 1), got 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConformalSets.coverage(0.9).regularized(-1, 0))
        .withMessage("penalty must be finite and >= 0, got -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConformalSets.coverage(0.9).regularized(0.1, -1))
        .withMessage("free, the number of classes without penalty, must be >= 0, got -1");
  }

  @Test
  void coverage_otherShape_isRefused() {
    PredictionSets sets = sets(0.8).predict(FOUR.array());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sets.coverage(Nd4j.ones(3, 2)))
        .withMessage("labels must have the shape of the probabilities, [4, 2], got [3, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sets.classes(4))
        .withMessage("row must be in [0, 4), got 4");
  }
}
