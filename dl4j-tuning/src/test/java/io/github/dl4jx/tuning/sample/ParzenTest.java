package io.github.dl4jx.tuning.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class ParzenTest {

  private static double truncated(double x, double mu, double sigma, double low, double high) {
    NormalDistribution normal = new NormalDistribution(mu, sigma);
    return normal.density(x) / normal.probability(low, high);
  }

  @Test
  void gaps_areTheLargerOnes() {
    assertThat(Parzen.gaps(new double[] {5, 1, Double.NaN, 2, 9}))
        .containsExactly(new double[] {4, 1, 0, 3, 4}, within(1e-15));
    assertThat(Parzen.gaps(new double[] {3, 3, 1, 3})).containsExactly(2, 0, 2, 0);
    assertThat(Parzen.gaps(new double[] {3})).containsExactly(0);
  }

  @Test
  void weights_areOneForTheNewestAndARampBefore() {
    assertThat(Parzen.weights(2)).containsExactly(new double[] {1 / 3., 1 / 3., 1 / 3.});
    double[] weights = Parzen.weights(28); // ramp: 1/28, (1/28 + 1)/2, 1, then 25 and the prior
    double sum = 1 / 28. + (1 / 28. + 1) / 2 + 1 + 26;
    assertThat(weights).hasSize(29);
    assertThat(weights[0]).isCloseTo(1 / 28. / sum, within(1e-15));
    assertThat(weights[1]).isCloseTo((1 / 28. + 1) / 2 / sum, within(1e-15));
    assertThat(weights[2]).isCloseTo(1 / sum, within(1e-15));
    assertThat(weights[28]).isCloseTo(1 / sum, within(1e-15));
    assertThat(Parzen.weights(26)[0] * 26).isCloseTo(Parzen.weights(26)[1], within(1e-15));
  }

  @Test
  void density_ofRealNumbers_isTheSumOfTruncatedNormals() {
    SearchSpace space = new SearchSpace();
    space.uniform("x", 0, 8);
    ProductKernels density =
        Parzen.density(space, List.of(space.at(1), space.at(2.5), space.at(7)), 5);
    // neighbours of 1: 2.5; of 2.5: 1 and the prior's 4; of 7: 4; at least 8/5
    for (double x : new double[] {0, 1.3, 4, 8}) {
      double expected =
          (truncated(x, 1, 1.6, 0, 8)
                  + truncated(x, 2.5, 1.6, 0, 8)
                  + truncated(x, 7, 3, 0, 8)
                  + truncated(x, 4, 8, 0, 8))
              / 4;
      assertThat(density.logDensity(space.at(x))).isCloseTo(Math.log(expected), within(1e-12));
    }
  }

  @Test
  void density_ofWholeNumbers_isTheProbabilityOfTheirCells() {
    SearchSpace space = new SearchSpace();
    space.integer("n", 1, 3);
    ProductKernels density =
        Parzen.density(space, List.of(space.at(1), space.at(1), space.at(3)), 12);
    NormalDistribution first = new NormalDistribution(1, 0.25); // no gap: 3/12
    NormalDistribution second = new NormalDistribution(1, 1); // the prior is at 2
    NormalDistribution third = new NormalDistribution(3, 1);
    NormalDistribution prior = new NormalDistribution(2, 3);
    double total = 0;
    for (int n = 1; n <= 3; n++) {
      double expected = 0;
      for (NormalDistribution kernel : List.of(first, second, third, prior)) {
        expected += kernel.probability(n - .5, n + .5) / kernel.probability(.5, 3.5) / 4;
      }
      assertThat(density.logDensity(space.at(n))).isCloseTo(Math.log(expected), within(1e-4));
      total += Math.exp(density.logDensity(space.at(n)));
    }
    assertThat(total).isCloseTo(1, within(1e-4));
  }

  @Test
  void density_ofNarrowCells_isTheProbabilityOfTheirCells() {
    SearchSpace space = new SearchSpace();
    space.integer("n", 0, 1000);
    ProductKernels density = Parzen.density(space, List.of(space.at(400)), 100);
    double sum = 0;
    for (int n = 0; n <= 1000; n++) {
      sum += Math.exp(density.logDensity(space.at(n)));
    }
    assertThat(sum).isCloseTo(1, within(1e-6));
    double expected = 0;
    for (NormalDistribution kernel :
        List.of(new NormalDistribution(400, 100), new NormalDistribution(500, 1001))) {
      expected += kernel.probability(419.5, 420.5) / kernel.probability(-.5, 1000.5) / 2;
    }
    assertThat(density.logDensity(space.at(420))).isCloseTo(Math.log(expected), within(1e-9));
  }

  @Test
  void density_ofChoices_isNeverZero() {
    SearchSpace space = new SearchSpace();
    space.choice("c", "x", "y", "z");
    ProductKernels density = Parzen.density(space, List.of(space.at(0), space.at(0)), 40);
    // a kernel: (1/3 + 1)/(3/3 + 1) = 2/3 for its option, 1/6 for the others
    double x = (2 / 3. + 2 / 3. + 1 / 3.) / 3;
    double y = (1 / 6. + 1 / 6. + 1 / 3.) / 3;
    assertThat(density.logDensity(space.at(0))).isCloseTo(Math.log(x), within(1e-12));
    assertThat(density.logDensity(space.at(1))).isCloseTo(Math.log(y), within(1e-12));
    assertThat(density.logDensity(space.at(2))).isCloseTo(Math.log(y), within(1e-12));
  }

  @Test
  void density_ofSeveralParameters_isAProductInEachKernel() {
    SearchSpace space = new SearchSpace();
    Parameter<String> c = space.choice("c", "x", "y");
    space.uniform("r", 0, 1).when(c, "y");
    List<Point> points = List.of(space.at(0, 0), space.at(1, 0.25));
    ProductKernels density = Parzen.density(space, points, 10);
    // (1/3 + 1)/(2/3 + 1) = 4/5; the first has no r: the prior's kernel
    double prior = truncated(0.3, 0.5, 1, 0, 1);
    double y = (0.2 * prior + 0.8 * truncated(0.3, 0.25, 0.25, 0, 1) + 0.5 * prior) / 3;
    assertThat(density.logDensity(space.at(1, 0.3))).isCloseTo(Math.log(y), within(1e-12));
    double x = (0.8 + 0.2 + 0.5) / 3;
    assertThat(density.logDensity(space.at(0, 0))).isCloseTo(Math.log(x), within(1e-12));
  }

  @Test
  void draws_haveTheDensity() {
    SearchSpace space = new SearchSpace();
    Parameter<String> c = space.choice("c", "x", "y", "z");
    Parameter<Double> r = space.uniform("r", 0, 1).when(c, "y");
    List<Point> points = List.of(space.at(1, 0.1), space.at(1, 0.2), space.at(2, 0));
    ProductKernels density = Parzen.density(space, points, 10);
    int n = 40_000;
    int y = 0;
    int low = 0;
    Draws draws = new Draws(7);
    for (int i = 0; i < n; i++) {
      Point point = density.draw(draws);
      if (point.get(c).equals("y")) {
        y++;
        low += point.get(r) < 0.5 ? 1 : 0;
      }
    }
    double expectedY = 0;
    double expectedLow = 0;
    int cells = 2000;
    for (int i = 0; i < cells; i++) {
      double p = Math.exp(density.logDensity(space.at(1, (i + 0.5) / cells))) / cells;
      expectedY += p;
      expectedLow += i < cells / 2 ? p : 0;
    }
    double bound = 5 * Math.sqrt(0.25 / n); // 5 standard deviations: below 1e-6
    assertThat(y / (double) n).isCloseTo(expectedY, within(bound));
    assertThat(low / (double) n).isCloseTo(expectedLow, within(bound));
  }
}
