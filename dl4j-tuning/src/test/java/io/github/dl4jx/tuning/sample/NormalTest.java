package io.github.dl4jx.tuning.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;

class NormalTest {

  /** Of 100 digits: Wolfram's and NIST's tables. */
  @Test
  void between_inTheTails_hasItsDigits() {
    assertThat(Normal.between(1.96, Double.POSITIVE_INFINITY))
        .isCloseTo(0.0249978951482204, within(1e-15));
    assertThat(Normal.between(6, 100)).isCloseTo(9.86587645037698e-10, within(1e-23));
    assertThat(Normal.between(-100, -6)).isCloseTo(9.86587645037698e-10, within(1e-23));
    assertThat(Normal.between(-1, 1)).isCloseTo(0.6826894921370859, within(1e-15));
    assertThat(Normal.between(-100, 100)).isEqualTo(1);
    assertThat(Normal.between(50, 51)).isZero();
  }

  @Test
  void between_anywhere_isThatOfCommonsMath() {
    NormalDistribution normal = new NormalDistribution();
    for (double a = -7; a < 7; a += 0.0937) {
      for (double width : new double[] {1e-3, 0.2, 1, 5}) {
        double expected = normal.probability(a, a + width);
        assertThat(Normal.between(a, a + width)).isCloseTo(expected, within(1e-14));
      }
      double tail = Erf.erfc(Math.abs(a) / Math.sqrt(2)) / 2;
      assertThat(Normal.between(Math.abs(a), 100)).isCloseTo(tail, within(1e-12 * tail));
    }
  }
}
