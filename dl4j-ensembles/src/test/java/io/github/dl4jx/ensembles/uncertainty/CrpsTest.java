package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CrpsTest {

  private static INDArray column(double... values) {
    return Nd4j.createFromArray(values).reshape(values.length, 1);
  }

  @Test
  void gaussian_atTheMean_isTheKnownConstant() {
    // 2 phi(0) - 1 / sqrt(pi) = (sqrt(2) - 1) / sqrt(pi) = 0.233695..
    assertThat(Crps.gaussian(5, 5, 1))
        .isCloseTo((Math.sqrt(2) - 1) / Math.sqrt(Math.PI), within(1e-15));
    assertThat(Crps.gaussian(5, 5, 3)).isCloseTo(3 * 0.23369497725510913, within(1e-14));
  }

  @Test
  void gaussian_elsewhere_isTheIntegralOfTheDefinition() {
    double[][] cases = {{1.3, 0.4, 0.7}, {-2, 0, 1}, {0, 3, 0.5}};
    for (double[] c : cases) {
      NormalDistribution normal = new NormalDistribution(c[1], c[2]);
      double from = c[1] - 12 * c[2] - 3;
      double to = c[1] + 12 * c[2] + 3;
      // the midpoint rule; the step at the label costs at most its width, halved
      int n = 400_000;
      double width = (to - from) / n;
      double integral = 0;
      for (int i = 0; i < n; i++) {
        double x = from + (i + 0.5) * width;
        double difference = normal.cumulativeProbability(x) - (x >= c[0] ? 1 : 0);
        integral += difference * difference * width;
      }
      assertThat(Crps.gaussian(c[0], c[1], c[2])).isCloseTo(integral, within(width));
    }
  }

  @Test
  void gaussian_farAway_isTheAbsoluteErrorLessTheSpread() {
    assertThat(Crps.gaussian(1e6, 0, 2)).isCloseTo(1e6 - 2 / Math.sqrt(Math.PI), within(1e-8));
  }

  @Test
  void gaussian_arrays_isTheMean() {
    INDArray labels = column(1.3, -2, 100);
    INDArray means = column(0.4, 0, 0);
    INDArray deviations = column(0.7, 1, 1);
    INDArray mask = Nd4j.createFromArray(1f, 1f, 0f);
    double expected = (Crps.gaussian(1.3, 0.4, 0.7) + Crps.gaussian(-2, 0, 1)) / 2;
    assertThat(Crps.gaussian(labels, means, deviations, mask)).isCloseTo(expected, within(1e-14));
    assertThat(Crps.gaussian(labels, means, deviations))
        .isCloseTo((2 * expected + Crps.gaussian(100, 0, 1)) / 3, within(1e-12));
  }

  @Test
  void samples_byHand_areTheDoubleSums() {
    // 1, 4, 2 for the label 3: errors 2, 1, 1; distances 3, 1, 2, each twice
    List<INDArray> samples = List.of(column(1), column(4), column(2));
    assertThat(Crps.samples(column(3), samples)).isCloseTo(4 / 3.0 - 12 / 18.0, within(1e-15));
    assertThat(Crps.fair(column(3), samples)).isCloseTo(4 / 3.0 - 12 / 12.0, within(1e-15));
  }

  @Test
  void samples_one_isTheAbsoluteError() {
    assertThat(Crps.samples(column(3, 1), List.of(column(1, 1.5)))).isEqualTo(1.25);
  }

  @Test
  void samples_mask_leavesOutRows() {
    List<INDArray> samples = List.of(column(1, 0), column(3, 0));
    INDArray mask = Nd4j.createFromArray(1f, 0f);
    // errors 1 and 1, distance 2
    assertThat(Crps.samples(column(2, 50), samples, mask)).isEqualTo(0.5);
    assertThat(Crps.fair(column(2, 50), samples, mask)).isEqualTo(0);
  }

  @Test
  void fair_samplesOfTheTruth_hasTheScoreOfTheDistribution() {
    // E CRPS(N(0, 1), y) for y of N(0, 1) is 1 / sqrt(pi), and 1/M more without fairness. n =
    // 20,000 rows of 4 samples; a row's score has a deviation below 0.6, so the mean's is below
    // 0.0043; bounds of 5.5 deviations, false alarm 4e-8
    Random random = new Random(1);
    int n = 20_000;
    List<INDArray> columns = new ArrayList<>();
    for (int j = 0; j < 5; j++) {
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        values[i] = random.nextGaussian();
      }
      columns.add(column(values));
    }
    double expected = 1 / Math.sqrt(Math.PI);
    List<INDArray> samples = columns.subList(1, 5);
    assertThat(Crps.fair(columns.get(0), samples)).isCloseTo(expected, within(0.024));
    assertThat(Crps.samples(columns.get(0), samples)).isCloseTo(expected * 1.25, within(0.024));
  }

  @Test
  void badInput_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Crps.gaussian(0, 0, 0))
        .withMessage("deviation must be finite and > 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Crps.gaussian(column(1, 2), column(1), column(1)))
        .withMessage("means must have the shape of the labels, [2, 1], got [1, 1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Crps.fair(column(1), List.of(column(1))))
        .withMessage("samples must be at least 2, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Crps.samples(column(1), List.of()))
        .withMessage("samples must be at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Crps.samples(column(1), List.of(column(Double.NaN))))
        .withMessage("samples must be finite, got NaN");
  }
}
