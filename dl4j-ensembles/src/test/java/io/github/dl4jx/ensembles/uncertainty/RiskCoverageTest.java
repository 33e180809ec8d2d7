package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RiskCoverageTest {

  private static final double[] CONFIDENCES = {0.7, 0.9, 0.6, 0.8};
  private static final boolean[] RIGHT = {true, true, false, false};

  @Test
  void of_fourPredictions_isAsByHand() {
    // from the surest: right, wrong, right, wrong
    RiskCoverage curve = RiskCoverage.of(CONFIDENCES, RIGHT);
    assertThat(curve.risks())
        .containsExactly(new double[] {0, 1 / 2.0, 1 / 3.0, 2 / 4.0}, within(1e-15));
    assertThat(curve.area()).isCloseTo((1 / 2.0 + 1 / 3.0 + 1 / 2.0) / 4, within(1e-15));
  }

  @Test
  void of_probabilities_takesTheLargestAsConfidence() {
    INDArray labels = Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}, {1, 0}, {0, 1}});
    INDArray p =
        Nd4j.createFromArray(new double[][] {{0.7, 0.3}, {0.1, 0.9}, {0.4, 0.6}, {0.8, 0.2}});
    assertThat(RiskCoverage.of(labels, p).risks())
        .containsExactly(RiskCoverage.of(CONFIDENCES, RIGHT).risks());
  }

  @Test
  void risk_coverage_isRoundedUpToWholePredictions() {
    RiskCoverage curve = RiskCoverage.of(CONFIDENCES, RIGHT);
    assertThat(curve.risk(1e-9)).isZero();
    assertThat(curve.risk(0.25)).isZero();
    assertThat(curve.risk(0.26)).isEqualTo(0.5);
    assertThat(curve.risk(1)).isEqualTo(0.5);
    // in doubles 0.07 * 100 is above 7: the seventh risk is 0, the eighth 1/8
    double[] confidences = IntStream.range(0, 100).mapToDouble(i -> -i).toArray();
    boolean[] right = new boolean[100];
    for (int i = 0; i < 7; i++) {
      right[i] = true;
    }
    assertThat(0.07 * 100).isGreaterThan(7);
    assertThat(RiskCoverage.of(confidences, right).risk(0.07)).isZero();
    assertThat(RiskCoverage.of(confidences, right).risk(0.08)).isEqualTo(1 / 8.0);
  }

  @Test
  void area_allRightOrAllWrong_isZeroOrOne() {
    assertThat(RiskCoverage.of(CONFIDENCES, new boolean[] {true, true, true, true}).area())
        .isZero();
    assertThat(RiskCoverage.of(CONFIDENCES, new boolean[4]).area()).isEqualTo(1);
  }

  @Test
  void area_equalConfidences_isTheMeanOverAllOrdersOfThem() {
    // after one that is right: three equals, of which one is wrong; then one that is wrong
    double[] confidences = {0.9, 0.5, 0.5, 0.5, 0.1};
    boolean[] right = {true, false, true, true, false};
    double sum = 0;
    for (int wrong = 1; wrong <= 3; wrong++) {
      double area = 0;
      for (int k = 1; k <= 5; k++) {
        area += ((k > wrong ? 1 : 0) + (k == 5 ? 1 : 0)) / (5.0 * k);
      }
      sum += area;
    }
    assertThat(RiskCoverage.of(confidences, right).area()).isCloseTo(sum / 3, within(1e-15));
  }

  @Test
  void area_shuffledWithTies_isTheSameToTheLastBit() {
    Random random = new Random(3);
    int n = 1000;
    List<Integer> order = IntStream.range(0, n).boxed().collect(Collectors.toList());
    double[] confidences = new double[n];
    boolean[] right = new boolean[n];
    for (int i = 0; i < n; i++) {
      confidences[i] = random.nextInt(20) / 20.0; // about 50 of each
      right[i] = random.nextDouble() < confidences[i];
    }
    List<Double> areas = new ArrayList<>();
    for (int repetition = 0; repetition < 5; repetition++) {
      Collections.shuffle(order, random);
      double[] shuffled = new double[n];
      boolean[] shuffledRight = new boolean[n];
      for (int i = 0; i < n; i++) {
        shuffled[i] = confidences[order.get(i)];
        shuffledRight[i] = right[order.get(i)];
      }
      areas.add(RiskCoverage.of(shuffled, shuffledRight).area());
    }
    assertThat(areas).containsOnly(areas.get(0));
  }

  @Test
  void of_badInput_saysWhatIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RiskCoverage.of(new double[1], new boolean[2]))
        .withMessageContaining("as many confidences as predictions, and at least 1, got 1 and 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RiskCoverage.of(new double[0], new boolean[0]))
        .withMessageContaining("at least 1, got 0 and 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RiskCoverage.of(new double[] {Double.NaN}, new boolean[1]))
        .withMessage("confidences must not be NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RiskCoverage.of(CONFIDENCES, RIGHT).risk(0))
        .withMessage("coverage must be in (0, 1], got 0.0");
  }

  /** Every third example is wrong; of 1,200 risks the chart has 400, the last one 1/3. */
  @Test
  void chart_manyExamples_hasFourHundredPoints() {
    double[] confidences = new double[1_200];
    boolean[] right = new boolean[1_200];
    for (int i = 0; i < right.length; i++) {
      confidences[i] = -i;
      right[i] = i % 3 < 2;
    }
    String svg = RiskCoverage.of(confidences, right).chart().svg();
    String points = svg.replaceAll("(?s).*dx-series-0\" points=\"([^\"]*)\".*", "$1");
    assertThat(points.split(" ", -1)).hasSize(400);
  }
}
