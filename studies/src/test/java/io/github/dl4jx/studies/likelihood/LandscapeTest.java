package io.github.dl4jx.studies.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.studies.likelihood.Landscape.Target;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LandscapeTest {

  @Test
  void energy_somePlaces_isTheFormulas() {
    assertThat(Landscape.ONE.energy(0)).isCloseTo(1.5, within(1e-15)); // 0 + 1 + 1/2
    assertThat(Landscape.ONE.energy(2))
        .isCloseTo(0.5 + Math.cos(4) + Math.cos(16) / 2, within(1e-15));
    assertThat(Landscape.TWO.energy(0, 0)).isCloseTo(2, within(1e-15));
    assertThat(Landscape.TWO.energy(1, -2))
        .isCloseTo(0.625 + Math.cos(2) * Math.cos(4) + Math.cos(5) * Math.cos(10), within(1e-15));
  }

  /** Against central differences, whose error is below 8^3 h^2 / 6 + 1e-16 / h. */
  @Test
  void gradient_somePlaces_isTheEnergysSlope() {
    double h = 1e-5;
    double[] one = Landscape.ONE.gradient(new double[] {-4, 0.3, 1.7});
    double[] at = {-4, 0.3, 1.7};
    for (int i = 0; i < at.length; i++) {
      double slope = (Landscape.ONE.energy(at[i] + h) - Landscape.ONE.energy(at[i] - h)) / (2 * h);
      assertThat(one[i]).isCloseTo(slope, within(1e-7));
    }
    double[] x = {-4, 0.3};
    double[] y = {0.9, -2.1};
    double[] two = Landscape.TWO.gradient(new double[] {x[0], x[1], y[0], y[1]});
    for (int i = 0; i < 2; i++) {
      Landscape l = Landscape.TWO;
      double dx = (l.energy(x[i] + h, y[i]) - l.energy(x[i] - h, y[i])) / (2 * h);
      double dy = (l.energy(x[i], y[i] + h) - l.energy(x[i], y[i] - h)) / (2 * h);
      assertThat(two[i]).isCloseTo(dx, within(1e-7));
      assertThat(two[2 + i]).isCloseTo(dy, within(1e-7));
    }
  }

  /** Exact and independent samples of temperature 1, by rejection from the bowl's Gaussian. */
  private static double[][] draw(Landscape landscape, int n, long seed) {
    Random random = new Random(seed);
    double lowest = landscape == Landscape.ONE ? -1.5 : -2;
    double[][] places = new double[n][landscape.dimensions];
    for (int i = 0; i < n; ) {
      double bowl = 0;
      for (int d = 0; d < landscape.dimensions; d++) {
        places[i][d] = 2 * random.nextGaussian();
        bowl += places[i][d] * places[i][d] / 8;
      }
      if (random.nextDouble() < Math.exp(lowest - (landscape.energy(places[i]) - bowl))) {
        i++;
      }
    }
    return places;
  }

  /**
   * 100,000 exact draws: their distance to the target is 0.012 (1-D) and 0.08 (2-D) on average, the
   * sum of the bins' mean deviations; a hundredth more is over ten deviations off, as one draw
   * changes the distance by 1e-5 at most.
   */
  @ParameterizedTest
  @EnumSource
  void target_exactDraws_areNear(Landscape landscape) {
    int n = 100_000;
    Target target = landscape.target(1);
    double[] frequencies = new double[landscape.bins()];
    double detail = 0;
    for (double[] x : draw(landscape, n, 5)) {
      frequencies[landscape.bin(x)] += 1.0 / n;
      detail += landscape.detail(x) / n;
    }
    double mean = 0;
    for (double p : target.bins()) {
      mean += Math.min(2 * p, Math.sqrt(2 * p / (Math.PI * n))) / 2;
    }
    assertThat(Arrays.stream(target.bins()).sum()).isCloseTo(1, within(1e-9));
    assertThat(target.distance(frequencies)).isBetween(mean / 2, mean + 0.01);
    // each is in [-1, 1]: 0.016 is five deviations at least
    assertThat(target.detail).isCloseTo(detail, within(0.016)).isNegative();
  }

  @Test
  void distance_hand_isHalfTheSum() {
    Target target = new Target(new double[] {0.5, 0.25, 0.25, 0}, 0);
    assertThat(target.distance(new double[] {0.25, 0.25, 0.25, 0.25}))
        .isEqualTo(0.25); // (1/4 + 0 + 0 + 1/4) / 2
    assertThat(target.distance(new double[] {0, 0, 0, 1})).isEqualTo(1);
  }

  @Test
  void density_uniform_isOneOverTheVolume() {
    double[] one = new double[Landscape.ONE.bins()];
    Arrays.fill(one, 1.0 / one.length);
    assertThat(Landscape.ONE.density(one)[7]).isCloseTo(1 / 24.0, within(1e-12));
    double[] two = new double[Landscape.TWO.bins()];
    Arrays.fill(two, 1.0 / two.length);
    assertThat(Landscape.TWO.density(two)[7]).isCloseTo(1 / 576.0, within(1e-12));
  }
}
