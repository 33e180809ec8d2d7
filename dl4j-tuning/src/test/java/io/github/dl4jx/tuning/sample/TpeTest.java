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
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class TpeTest {

  private final SearchSpace space = new SearchSpace();
  private final Parameter<Double> x = space.uniform("x", 0, 1);

  private List<Trial> trials(int n) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double at = (i * 0.37 + 0.1) % 1;
      trials.add(
          Trial.begin(i, space.at(at)).scored(1, Math.abs(at - 0.6)).in(Trial.State.FINISHED));
    }
    return trials;
  }

  private static double normal(double x, double mu, double sigma) {
    NormalDistribution normal = new NormalDistribution(mu, sigma);
    return normal.density(x) / normal.probability(0, 1);
  }

  private static double density(double x, List<Double> points, double least) {
    return density(x, points, 0, least);
  }

  /** The density as the class's Javadoc has it, slowly; the last points are of running trials. */
  private static double density(double x, List<Double> points, int running, double least) {
    List<Double> all = new ArrayList<>(points);
    all.add(0.5);
    double sum = normal(x, 0.5, 1);
    for (int i = 0; i < points.size(); i++) {
      double mu = points.get(i);
      double weight = i < points.size() - running ? 1 : 0.5;
      double below =
          mu - all.stream().filter(other -> other < mu).mapToDouble(v -> v).max().orElse(mu);
      double above =
          all.stream().filter(other -> other > mu).mapToDouble(v -> v).min().orElse(mu) - mu;
      sum += weight * normal(x, mu, Math.min(1, Math.max(least, Math.max(below, above))));
    }
    return sum / (all.size() - running / 2.0);
  }

  @Test
  void suggestion_isTheDrawWithTheLargestRatio() {
    List<Trial> trials = trials(19);
    History history = new History(space, true, trials);
    double suggested = Tpe.builder().build().suggest(history, 19, 8).orElseThrow().get(x);

    List<Double> good = new ArrayList<>();
    history.ranked().subList(0, 2).forEach(trial -> good.add(trial.get(x))); // ceil(1.9)
    List<Double> others = new ArrayList<>();
    history.ranked().subList(2, 19).forEach(trial -> others.add(trial.get(x)));
    Draws draws = Draws.of(8, 19); // the same numbers, in the order of the algorithm
    List<Point> byNumber = new ArrayList<>();
    trials.stream()
        .filter(trial -> good.contains(trial.get(x)))
        .forEach(trial -> byNumber.add(trial.point()));
    ProductKernels source = Parzen.density(space, byNumber, 40);
    double best = Double.NaN;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < 24; i++) {
      double candidate = source.draw(draws).get(x);
      double ratio = density(candidate, good, 1 / 40.) / density(candidate, others, 1 / 19.);
      if (ratio > most) {
        most = ratio;
        best = candidate;
      }
    }
    assertThat(suggested).isEqualTo(best);
  }

  @Test
  void runningTrials_areHalfGoodAndHalfOthers() {
    List<Trial> trials = trials(19);
    double best = new History(space, true, trials).ranked().get(0).get(x);
    List<Double> others = new ArrayList<>();
    trials.forEach(trial -> others.add(trial.get(x)));
    others.remove(best); // ceil(max(1.9 - 3/2, 1.9/2)) = 1 is good
    for (int i = 0; i < 3; i++) {
      trials.add(Trial.begin(19 + i, space.at(best + 0.01 * (i + 1))));
      others.add(best + 0.01 * (i + 1));
    }
    double suggested =
        Tpe.builder().build().suggest(new History(space, true, trials), 22, 8).orElseThrow().get(x);

    Draws draws = Draws.of(8, 22);
    ProductKernels source = Parzen.density(space, List.of(space.at(best)), 40);
    double expected = Double.NaN;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < 24; i++) {
      double candidate = source.draw(draws).get(x);
      double ratio =
          density(candidate, List.of(best), 1 / 40.) / density(candidate, others, 3, 1 / 23.);
      if (ratio > most) {
        most = ratio;
        expected = candidate;
      }
    }
    assertThat(suggested).isEqualTo(expected);
  }

  @Test
  void firstTrials_areRandomUntilHalfOfThemHaveEnded() {
    Sampler tpe = Tpe.builder().startupTrials(12).build();
    for (int ended = 5; ended <= 6; ended++) {
      List<Trial> trials = new ArrayList<>(trials(ended));
      for (int i = ended; i < 12; i++) {
        trials.add(Trial.begin(i, space.at(i / 12.0)));
      }
      History history = new History(space, true, trials);
      boolean random =
          tpe.suggest(history, 12, 3).equals(new RandomSearch().suggest(history, 12, 3));
      assertThat(random).isEqualTo(ended == 5);
    }
  }

  @Test
  void firstTrials_areRandom_whateverTheScores() {
    Sampler tpe = Tpe.builder().startupTrials(12).build();
    History few = new History(space, true, trials(11));
    assertThat(tpe.suggest(few, 11, 3)).isEqualTo(new RandomSearch().suggest(few, 11, 3));
    History enough = new History(space, true, trials(12));
    assertThat(tpe.suggest(enough, 12, 3)).isNotEqualTo(new RandomSearch().suggest(enough, 12, 3));
  }

  @Test
  void runningTrials_areNoStartupTrialsAndDriveOthersAway() {
    List<Trial> trials = new ArrayList<>(trials(20));
    Sampler tpe = Tpe.builder().build();
    double free = tpe.suggest(new History(space, true, trials), 40, 3).orElseThrow().get(x);
    for (int i = 0; i < 12; i++) {
      trials.add(Trial.begin(20 + i, space.at(free + (i - 6) * 1e-4)));
    }
    double next = tpe.suggest(new History(space, true, trials), 40, 3).orElseThrow().get(x);
    assertThat(Math.abs(next - free)).isGreaterThan(0.02);
    List<Trial> running = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      running.add(Trial.begin(i, space.at(i / 20.0)));
    }
    History history = new History(space, true, running);
    assertThat(tpe.suggest(history, 20, 3)).isEqualTo(new RandomSearch().suggest(history, 20, 3));
  }

  @Test
  void failedTrials_areAvoided() {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 40; i++) { // where x is above 0.5, nothing is ever finite
      double at = (i + 0.5) / 40;
      trials.add(
          at > 0.5
              ? Trial.begin(i, space.at(at)).scored(1, Double.NEGATIVE_INFINITY)
              : Trial.begin(i, space.at(at)).scored(1, 0.6 - at).in(Trial.State.FINISHED));
    }
    History history = new History(space, true, trials);
    int avoided = 0;
    for (int i = 0; i < 50; i++) {
      double at = Tpe.builder().build().suggest(history, 40 + i, 3).orElseThrow().get(x);
      avoided += at < 0.55 ? 1 : 0;
    }
    assertThat(avoided).isGreaterThan(45);
  }

  @Test
  void maximizing_isMinimizingTheOpposite() {
    List<Trial> low = trials(30);
    List<Trial> high = new ArrayList<>();
    for (Trial trial : low) {
      high.add(
          Trial.begin(trial.number(), trial.point())
              .scored(1, -trial.score().getAsDouble())
              .in(Trial.State.FINISHED));
    }
    Sampler tpe = Tpe.builder().build();
    assertThat(tpe.suggest(new History(space, false, high), 30, 4))
        .isEqualTo(tpe.suggest(new History(space, true, low), 30, 4));
  }

  @Test
  void badSettings_areRefused() {
    assertThatThrownBy(() -> Tpe.builder().startupTrials(0))
        .hasMessage("startupTrials must be >= 1, got 0");
    assertThatThrownBy(() -> Tpe.builder().candidates(0))
        .hasMessage("candidates must be in [1, 1000000], got 0");
  }
}
