package io.github.dl4jx.tuning.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GridSearchTest {

  private final SearchSpace space = new SearchSpace();
  private final Parameter<Double> x = space.uniform("x", 0, 1);
  private final Parameter<Double> y = space.uniform("y", 0, 1);

  private List<Point> all(Sampler sampler, long seed) {
    List<Trial> trials = new ArrayList<>();
    while (true) {
      Optional<Point> next = sampler.suggest(new History(space, true, trials), trials.size(), seed);
      if (next.isEmpty()) {
        return trials.stream().map(Trial::point).collect(Collectors.toList());
      }
      trials.add(Trial.begin(trials.size(), next.get()));
    }
  }

  @Test
  void grid_hasAllCombinationsOnce() {
    Sampler grid = GridSearch.of(5).points(y, 3);
    List<Point> points = all(grid, 1);
    assertThat(points).hasSize(15).doesNotHaveDuplicates();
    assertThat(points.stream().map(p -> p.get(x)).distinct().sorted())
        .containsExactly(0.0, 0.25, 0.5, 0.75, 1.0);
    assertThat(points.stream().map(p -> p.get(y)).distinct().sorted())
        .containsExactly(0.0, 0.5, 1.0);
    assertThat(all(grid, 2)).isNotEqualTo(points).containsExactlyInAnyOrderElementsOf(points);
  }

  @Test
  void firstPoints_areSpread() {
    List<Point> points = all(GridSearch.of(10), 1).subList(0, 20);
    assertThat(points.stream().map(p -> p.get(x)).distinct()).hasSizeGreaterThan(8);
    assertThat(points.stream().map(p -> p.get(y)).distinct()).hasSizeGreaterThan(8);
  }

  @Test
  void badSettings_areRefused() {
    assertThatThrownBy(() -> GridSearch.of(0)).hasMessage("points must be in [1, 1000000], got 0");
    assertThatThrownBy(() -> GridSearch.of(1).points(x, 0)).hasMessageContaining("got 0");
    assertThatThrownBy(
            () -> GridSearch.of(100_000).suggest(new History(space, true, List.of()), 0, 1))
        .hasMessageContaining("a grid below 2^31 points, got 10000000000");
  }
}
