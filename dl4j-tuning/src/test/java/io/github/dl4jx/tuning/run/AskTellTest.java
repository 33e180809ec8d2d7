package io.github.dl4jx.tuning.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.tuning.sample.RandomSearch;
import io.github.dl4jx.tuning.sample.Tpe;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AskTellTest {

  private final SearchSpace space = new SearchSpace();
  private final Parameter<Double> x = space.uniform("x", -1, 1);

  private AskTell search(long seed) {
    return AskTell.minimizing(space, Tpe.builder().build()).seed(seed).build();
  }

  private List<Point> run(long seed) {
    AskTell search = search(seed);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Trial a = search.ask().orElseThrow();
      Trial b = search.ask().orElseThrow();
      search.tell(b, Math.abs(b.get(x) - 0.3));
      search.tell(a, Math.abs(a.get(x) - 0.3));
      points.add(a.point());
      points.add(b.point());
    }
    assertThat(search.history().top(1).get(0).get(x)).isBetween(0.25, 0.35);
    return points;
  }

  @Test
  void sameCalls_getTheSamePoints() {
    assertThat(run(42)).isEqualTo(run(42)).isNotEqualTo(run(43)).doesNotHaveDuplicates();
  }

  @Test
  void queuedPoints_comeFirst_inTheirOrder() {
    AskTell search = search(1);
    SearchSpace same = new SearchSpace();
    same.uniform("x", -2, 2);
    search.enqueue(space.at(0.5)).enqueue(same.at(0.25));
    assertThat(search.ask().orElseThrow().get(x)).isEqualTo(0.5);
    assertThat(search.ask().orElseThrow().get(x)).isEqualTo(0.25);
    assertThat(search.ask().orElseThrow().get(x)).isNotIn(0.5, 0.25);
    assertThatThrownBy(() -> search.enqueue(same.at(1.5)))
        .hasMessage("value of x must be a number in [-1.0, 1.0], got 1.5");
  }

  @Test
  void top_isByDirection_failedOnesAreNotInIt() {
    for (boolean minimize : new boolean[] {true, false}) {
      AskTell search =
          (minimize
                  ? AskTell.minimizing(space, new RandomSearch())
                  : AskTell.maximizing(space, new RandomSearch()))
              .build();
      double[] scores = {
        3, Double.NaN, 1, Double.POSITIVE_INFINITY, 2, Double.NEGATIVE_INFINITY, 1
      };
      for (double score : scores) {
        search.tell(search.ask().orElseThrow(), score);
      }
      search.fail(search.ask().orElseThrow(), "out of memory");
      Trial running = search.ask().orElseThrow();
      assertThat(search.history().top(10))
          .extracting(Trial::number)
          .containsExactlyElementsOf(minimize ? List.of(2, 6, 4, 0) : List.of(0, 4, 2, 6));
      assertThat(search.history().ranked()).hasSize(8).doesNotContain(running);
      assertThat(search.history().trials().get(1).cause()).isEqualTo("score NaN");
      assertThat(search.history().trials().get(7).cause()).isEqualTo("out of memory");
    }
  }

  @Test
  void stoppedTrials_rankAfterFinishedOnes_moreEpochsFirst() {
    AskTell search = search(1);
    Trial one = search.ask().orElseThrow();
    search.report(one, 1, 0.1);
    search.put(one, Trial.State.STOPPED);
    Trial two = search.ask().orElseThrow();
    search.report(two, 1, 5);
    search.report(two, 3, 4);
    search.put(two, Trial.State.PAUSED);
    search.tell(search.ask().orElseThrow(), 9);
    assertThat(search.history().ranked()).extracting(Trial::number).containsExactly(2, 1, 0);
    search.put(two, Trial.State.RUNNING);
    search.report(two, 9, 3);
    assertThat(search.put(two, Trial.State.FINISHED).scores())
        .containsOnlyKeys(1, 3, 9)
        .containsEntry(9, 3.0);
    assertThat(search.history().top(1)).extracting(Trial::number).containsExactly(1);
  }

  @Test
  void misuse_isRefusedAndChangesNothing() {
    AskTell search = search(1);
    Trial trial = search.ask().orElseThrow();
    assertThatThrownBy(() -> search.put(trial, Trial.State.FINISHED))
        .hasMessage("trial 0 has no score yet");
    assertThatThrownBy(() -> search.put(trial, Trial.State.FAILED))
        .hasMessageContaining("without a cause");
    search.report(trial, 3, 1);
    assertThatThrownBy(() -> search.report(trial, 3, 1))
        .hasMessage("epochs must be > those before, 3, got 3");
    search.tell(trial, 2);
    assertThatThrownBy(() -> search.tell(trial, 2)).hasMessage("trial 0 is over already: FINISHED");
    assertThatThrownBy(() -> search.tell(Trial.begin(7, space.at(0)), 2))
        .hasMessageContaining("trial must be one of this search");
    assertThat(search.history().trials()).hasSize(1);
    assertThat(search.history().trials().get(0).scores()).containsOnlyKeys(3, 4);
    assertThatThrownBy(() -> space.bool("more")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void finiteSpace_endsWithNothing() {
    SearchSpace finite = new SearchSpace();
    finite.bool("a");
    AskTell search = AskTell.minimizing(finite, new RandomSearch()).build();
    assertThat(search.ask()).isPresent();
    assertThat(search.ask()).isPresent();
    assertThat(search.ask()).isEmpty();
    assertThat(search.history().trials()).hasSize(2);
  }
}
