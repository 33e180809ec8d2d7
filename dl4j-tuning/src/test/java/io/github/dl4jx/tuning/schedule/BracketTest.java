package io.github.dl4jx.tuning.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BracketTest {

  /** Table 1 of Li et al. 2018. */
  @Test
  void hyperband_ofThePapersExample_hasThePapersTable() {
    List<Bracket> brackets = Hyperband.maxEpochs(81).reduction(3).brackets();
    assertThat(brackets)
        .extracting(Bracket::trials)
        .containsExactly(
            List.of(81, 27, 9, 3, 1),
            List.of(34, 11, 3, 1),
            List.of(15, 5, 1),
            List.of(8, 2),
            List.of(5));
    assertThat(brackets)
        .extracting(Bracket::epochs)
        .containsExactly(
            List.of(1, 3, 9, 27, 81),
            List.of(3, 9, 27, 81),
            List.of(9, 27, 81),
            List.of(27, 81),
            List.of(81));
    // 81 + 27 2 + 9 6 + 3 18 + 54
    assertThat(brackets.get(0).cost()).isEqualTo(297);
  }

  @Test
  void powers_areOfWholeNumbers() {
    assertThat(Math.log(243) / Math.log(3)).isLessThan(5);
    assertThat(Bracket.mostHalvings(243, 3)).isEqualTo(5);
    assertThat(Bracket.mostHalvings(242, 3)).isEqualTo(4);
    assertThat(Bracket.mostHalvings(1, 3)).isZero();
    assertThat(Bracket.mostHalvings(Schedule.MOST_EPOCHS, 2)).isEqualTo(29);
    assertThat(Hyperband.maxEpochs(243).brackets().get(0).epochs()).startsWith(1, 3, 9);
  }

  @Test
  void epochsThatAreNoPower_areRoundedDown() {
    assertThat(Bracket.of(4, 81, 100, 3).epochs()).containsExactly(1, 3, 11, 33, 100);
    assertThat(SuccessiveHalving.maxEpochs(100).minEpochs(5).bracket().epochs())
        .containsExactly(11, 33, 100);
    assertThat(Bracket.of(2, 8, 9, 3).trials()).containsExactly(8, 2);
  }

  @Test
  void badArguments_areRefused() {
    assertThatThrownBy(() -> Bracket.of(3, 1, 9, 3)).hasMessage("s must be in [0, 2], got 3");
    assertThatThrownBy(() -> Bracket.of(1, 0, 9, 3)).hasMessage("n must be >= 1, got 0");
    assertThatThrownBy(() -> Hyperband.maxEpochs(0)).hasMessageContaining("epochs must be in [1,");
    assertThatThrownBy(() -> Hyperband.maxEpochs(9).reduction(1))
        .hasMessage("reduction must be >= 2, got 1");
    assertThatThrownBy(() -> Asha.maxEpochs(9).minEpochs(10))
        .hasMessage("minEpochs must be in [1, 9], got 10");
  }
}
