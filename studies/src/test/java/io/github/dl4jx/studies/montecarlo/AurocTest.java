package io.github.dl4jx.studies.montecarlo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AurocTest {

  /** Of the 9 pairs 1.5 + 2.5 + 3 are won: 2 beats 1 and draws with 2, and so on. */
  @Test
  void of_someTies_countsThemHalf() {
    assertThat(Auroc.of(new double[] {3, 1, 2}, new double[] {2, 4, 3}))
        .isCloseTo(7 / 9.0, within(1e-15));
  }

  @Test
  void of_allPositivesAbove_isOne() {
    assertThat(Auroc.of(new double[] {-1, 0.5}, new double[] {0.6, 7, 8})).isEqualTo(1);
  }

  @Test
  void of_allPositivesBelow_isZero() {
    assertThat(Auroc.of(new double[] {0.6, 7, 8}, new double[] {-1, 0.5})).isZero();
  }

  @Test
  void of_allEqual_isOneHalf() {
    assertThat(Auroc.of(new double[] {0, 0}, new double[] {0, 0, 0})).isEqualTo(0.5);
  }

  @Test
  void of_manyScores_isTheMeanOverAllPairs() {
    Random random = new Random(1);
    double[] negatives = random.ints(211, 0, 40).asDoubleStream().toArray();
    double[] positives = random.ints(307, 10, 50).asDoubleStream().toArray();
    double won = 0;
    for (double negative : negatives) {
      for (double positive : positives) {
        won += (Math.signum(positive - negative) + 1) / 2;
      }
    }
    assertThat(Auroc.of(negatives, positives)).isCloseTo(won / (211 * 307), within(1e-12));
  }

  @Test
  void of_unsortedScores_leavesThemAsTheyAre() {
    double[] negatives = {3, 1, 2};
    Auroc.of(negatives, new double[] {1});
    assertThat(negatives).containsExactly(3, 1, 2);
  }

  @Test
  void of_anEmptyGroup_throws() {
    assertThatThrownBy(() -> Auroc.of(new double[] {1}, new double[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("positives must hold at least one score");
  }

  @Test
  void of_notANumber_throws() {
    assertThatThrownBy(() -> Auroc.of(new double[] {1, Double.NaN}, new double[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("negatives must hold numbers only, got NaN");
  }
}
