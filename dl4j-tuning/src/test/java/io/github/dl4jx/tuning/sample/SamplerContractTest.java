package io.github.dl4jx.tuning.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every sampler promises. A new one joins by a row. */
class SamplerContractTest {

  static Stream<Sampler> samplers() {
    return Stream.of(
        new RandomSearch(),
        GridSearch.of(4),
        new SobolSearch(),
        Tpe.builder().build(),
        Tpe.builder().startupTrials(3).candidates(5).build(),
        Bohb.builder().build(),
        Bohb.builder().randomFraction(0).candidates(8).build());
  }

  private final SearchSpace space = new SearchSpace();
  private final Parameter<Double> rate = space.logUniform("rate", 1e-4, 1e-1);
  private final Parameter<Integer> hidden = space.logInt("hidden", 3, 51);
  private final Parameter<String> updater = space.choice("updater", "adam", "sgd", "lion");
  private final Parameter<Double> momentum =
      space.uniform("momentum", .5, .99).when(updater, "sgd", "lion");
  private final Parameter<Integer> layers = space.integer("layers", 1, 4);
  private final Parameter<Double> dropout = space.quantized("dropout", 0, 0.5, 0.1);
  private final Parameter<Boolean> nesterov = space.bool("nesterov").when(updater, "sgd");

  private double score(Point point, int trial) {
    if (trial % 7 == 3) {
      return trial % 2 == 0 ? Double.NaN : Double.NEGATIVE_INFINITY;
    }
    return Math.abs(Math.log(point.get(rate) / 3e-3)) + point.get(layers) + point.get(dropout);
  }

  /** So many trials, each told at once; every fifth fails; always some are running. */
  private List<Trial> search(Sampler sampler, int trials, long seed) {
    List<Trial> list = new ArrayList<>();
    for (int i = 0; i < trials; i++) {
      Optional<Point> point = sampler.suggest(new History(space, true, list), i, seed);
      if (point.isEmpty()) {
        break;
      }
      Trial trial = Trial.begin(i, point.get());
      if (i % 11 == 9) {
        trial = trial.failed("out of memory");
      } else if (i % 13 != 12) {
        trial = trial.scored(1, score(trial.point(), i));
        trial = trial.state() == Trial.State.FAILED ? trial : trial.in(Trial.State.FINISHED);
      }
      list.add(trial);
    }
    return list;
  }

  private static List<Point> points(List<Trial> trials) {
    return trials.stream().map(Trial::point).collect(Collectors.toList());
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void sameSeed_samePoints_otherSeed_others(Sampler sampler) {
    List<Point> once = points(search(sampler, 60, 42));
    assertThat(points(search(sampler, 60, 42))).isEqualTo(once);
    assertThat(points(search(sampler, 60, 43))).isNotEqualTo(once);
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void everyPoint_isNewAndKeepsTheConditions(Sampler sampler) {
    List<Point> points = points(search(sampler, 80, 1));
    assertThat(points).hasSize(80).doesNotHaveDuplicates();
    for (Point point : points) { // ranges: a point could not have been made otherwise
      assertThat(point.has(momentum)).isEqualTo(!point.get(updater).equals("adam"));
      assertThat(point.has(nesterov)).isEqualTo(point.get(updater).equals("sgd"));
      assertThat(space.parse(point.toString())).isEqualTo(point);
    }
    assertThat(points.stream().map(point -> point.get(updater)).distinct()).hasSize(3);
    assertThat(points.stream().map(point -> point.get(hidden)).distinct().count()).isGreaterThan(3);
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void pointsAskedInParallel_differ(Sampler sampler) {
    List<Trial> trials = new ArrayList<>(search(sampler, 40, 5));
    for (int i = 40; i < 56; i++) {
      Point point = sampler.suggest(new History(space, true, trials), i, 5).orElseThrow();
      trials.add(Trial.begin(i, point));
    }
    assertThat(points(trials)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void trialsThatAllFailed_doNotStopTheSearch(Sampler sampler) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Point point = sampler.suggest(new History(space, false, trials), i, 5).orElseThrow();
      trials.add(
          i % 2 == 0
              ? Trial.begin(i, point).failed("diverged")
              : Trial.begin(i, point).scored(1, Double.NaN));
    }
    assertThat(points(trials)).doesNotHaveDuplicates();
    assertThat(new History(space, false, trials).top(5)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void trialsWithAllScoresEqual_doNotStopTheSearch(Sampler sampler) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Point point = sampler.suggest(new History(space, false, trials), i, 5).orElseThrow();
      trials.add(Trial.begin(i, point).scored(1, 0.5).in(Trial.State.FINISHED));
    }
    assertThat(points(trials)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void finiteSpace_isSearchedOnceThenEnds(Sampler sampler) {
    SearchSpace finite = new SearchSpace();
    Parameter<String> kind = finite.choice("kind", "a", "b");
    finite.integer("n", 1, 4).when(kind, "a");
    finite.bool("flag");
    List<Trial> trials = new ArrayList<>();
    Optional<Point> next = sampler.suggest(new History(finite, true, trials), 0, 3);
    while (next.isPresent()) {
      int i = trials.size();
      assertThat(i).isLessThan(10);
      trials.add(Trial.begin(i, next.get()).scored(1, i % 5).in(Trial.State.FINISHED));
      next = sampler.suggest(new History(finite, true, trials), i + 1, 3);
    }
    Set<Point> points = new HashSet<>(points(trials));
    assertThat(points).hasSize((4 + 1) * 2);
    assertThat(trials).hasSize(10);
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void badArguments_areRefused(Sampler sampler) {
    History history = new History(space, true, List.of());
    assertThatThrownBy(() -> sampler.suggest(null, 0, 1)).hasMessage("history must not be null");
    assertThatThrownBy(() -> sampler.suggest(history, -1, 1))
        .hasMessage("trial must be >= 0, got -1");
    assertThat(sampler.name()).matches("[a-z]+(\\([^()]*\\))?");
  }
}
