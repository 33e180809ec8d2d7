package io.github.dl4jx.studies.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairResultTest {

  private static final Pair PAIR = new Pair("T", "setting", Measure.ERROR, "plain", "better");

  private final List<Score> scores = new ArrayList<>();

  private void score(long seed, String side, Measure measure, double value) {
    scores.add(new Score("MNIST", "trial", seed, side, measure.title(), value));
  }

  @Test
  void of_threeSeeds_picksTheSidesAndTheMeasure() {
    score(1, "plain", Measure.ERROR, 4);
    score(1, "plain", Measure.NLL, 0.5);
    score(1, "better", Measure.ERROR, 2);
    score(2, "plain", Measure.ERROR, 6);
    score(2, "better", Measure.ERROR, 6);
    score(3, "plain", Measure.ERROR, 5);
    score(3, "better", Measure.ERROR, 4);
    PairResult result = PairResult.of(PAIR, scores);
    assertThat(result.better()).isEqualTo(2); // as good is not better
    assertThat(result.left()).isCloseTo(80, within(1e-9)); // a mean of 4 of 5
    assertThat(result.gain()).isEqualTo("20 % less");
    assertThat(result.withoutText()).isEqualTo("5.00 ± 1.00");
    assertThat(result.withText()).isEqualTo("4.00 ± 2.00");
  }

  @Test
  void gain_worse_saysSo() {
    assertThat(new PairResult(PAIR, new double[] {2}, new double[] {3}).gain())
        .isEqualTo("50 % MORE");
  }

  @Test
  void text_oneSeed_hasNoDeviation() {
    PairResult result = new PairResult(PAIR, new double[] {2}, new double[] {3});
    assertThat(result.withText()).isEqualTo("3.00");
  }

  @Test
  void of_oneSideIsMissing_throws() {
    score(1, "plain", Measure.ERROR, 4);
    assertThatThrownBy(() -> PairResult.of(PAIR, scores))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("T must have a value a seed on both sides, got 1 and 0");
  }
}
