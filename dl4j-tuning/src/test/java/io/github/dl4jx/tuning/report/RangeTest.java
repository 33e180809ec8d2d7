package io.github.dl4jx.tuning.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangeTest {

  private static Range range(boolean minimize, double... scores) {
    SearchSpace space = new SearchSpace();
    space.uniform("x", 0, 1);
    List<Trial> trials = new ArrayList<>();
    for (double score : scores) {
      trials.add(Trial.begin(trials.size(), space.at(0.5)).scored(1, score));
    }
    return Range.of(new History(space, minimize, trials));
  }

  @Test
  void outliers_areHidden() {
    // the third quartile is 4, the best 1: up to 4 + 1.5 * 3
    Range range = range(true, 1, 2, 3, 4, 100, Double.NaN);
    assertThat(range.best()).isEqualTo(1);
    assertThat(range.worst()).isEqualTo(8.5);
    assertThat(range.isCut()).isTrue();
    assertThat(range.hidden()).isEqualTo(1);
    assertThat(range.part(100)).isZero();
    Range other = range(false, -1, -2, -3, -4, -100);
    assertThat(other.best()).isEqualTo(-1);
    assertThat(other.worst()).isEqualTo(-8.5);
    assertThat(other.low()).isEqualTo(-8.5);
    assertThat(other.high()).isEqualTo(-1 + 0.05 * 7.5);
  }

  @Test
  void lossesFarApart_areOnALogarithmicScale() {
    Range range = range(true, 0.1, 1, 10, 10);
    assertThat(range.isLogarithmic()).isTrue();
    assertThat(range.part(1)).isCloseTo(0.5, within(1e-12));
    assertThat(range.part(0.05)).isEqualTo(1);
    assertThat(range(true, 0, 1, 10).isLogarithmic()).isFalse();
    assertThat(range(false, 0.1, 1, 10).isLogarithmic()).isFalse();
    assertThat(range(true, 1, 2, 3).part(2)).isEqualTo(0.5);
  }

  @Test
  void equalScores_areTheBest() {
    Range range = range(false, 0.5, 0.5);
    assertThat(range.part(0.5)).isEqualTo(1);
    assertThat(range.isCut()).isFalse();
    assertThat(range.hidden()).isZero();
  }
}
