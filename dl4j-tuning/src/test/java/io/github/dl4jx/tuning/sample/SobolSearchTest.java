package io.github.dl4jx.tuning.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SobolSearchTest {

  /** The published first points: (0, 0), (1/2, 1/2), (3/4, 1/4), (1/4, 3/4), (3/8, 3/8). */
  @Test
  void unit_withoutItsShift_isSobolsSequence() {
    double[][] expected = {{0, 0}, {.5, .5}, {.75, .25}, {.25, .75}, {.375, .375}};
    double[] shift = SobolSearch.unit(2, 0, 77);
    for (int k = 0; k < expected.length; k++) {
      double[] shifted = SobolSearch.unit(2, k, 77);
      for (int j = 0; j < 2; j++) {
        long bits = (long) (shifted[j] * 0x1p52) ^ (long) (shift[j] * 0x1p52);
        assertThat(bits * 0x1p-52).isEqualTo(expected[k][j]);
      }
    }
  }

  @Test
  void everySixteenth_ofEveryParameter_hasOneOfSixteen() {
    for (int j = 0; j < 5; j++) {
      Set<Integer> seen = new HashSet<>();
      for (int k = 16; k < 32; k++) {
        seen.add((int) (16 * SobolSearch.unit(5, k, 3)[j]));
      }
      assertThat(seen).hasSize(16);
    }
    assertThat(SobolSearch.unit(2, 0, 3)).isNotEqualTo(SobolSearch.unit(2, 0, 4));
    assertThat(SobolSearch.unit(2, 0, 3)[0]).isNotEqualTo(SobolSearch.unit(2, 0, 3)[1]);
  }

  @Test
  void moreParametersThanTheSequenceHas_throws() {
    SearchSpace space = new SearchSpace();
    for (int i = 0; i <= 1000; i++) {
      space.bool("b" + i);
    }
    History history = new History(space, true, List.of());
    assertThatThrownBy(() -> new SobolSearch().suggest(history, 0, 1))
        .hasMessageContaining("at most 1000 parameters, got 1001");
  }
}
