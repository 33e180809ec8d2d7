package io.github.dl4jx.tuning.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.tuning.sample.RandomSearch;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class ImportanceTest {

  private final SearchSpace space = new SearchSpace();

  private History history(boolean minimize, int trials, ToDoubleFunction<Point> score) {
    List<Trial> list = new ArrayList<>();
    History none = new History(space, minimize, list);
    for (int i = 0; i < trials; i++) {
      Point point = new RandomSearch().suggest(none, i, 7).orElseThrow();
      Trial trial = Trial.begin(i, point).scored(1, score.applyAsDouble(point));
      list.add(trial.state() == Trial.State.FAILED ? trial : trial.in(Trial.State.FINISHED));
    }
    return new History(space, minimize, list);
  }

  /** Twenty trials by hand: both of the best have the first option, and the number 1. */
  @Test
  void choiceAndNumber_areAsByHand() {
    Parameter<String> told = space.choice("told", "a", "b");
    Parameter<String> silent = space.choice("silent", "c", "d");
    Parameter<Integer> number = space.integer("number", 1, 2);
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Point point =
          space
              .point()
              .set(told, i < 10 ? "a" : "b")
              .set(silent, i % 2 == 0 ? "c" : "d")
              .set(number, i < 10 ? 1 : 2)
              .build();
      trials.add(Trial.begin(i, point).scored(3, i).in(Trial.State.FINISHED));
    }
    // of all: 10 of 20 and half a prior are half of 21; of the best: 2 and half a prior are 5/6 of
    // 3
    double choice = 0.5 * Math.pow(5 / 3.0 - 1, 2) + 0.5 * Math.pow(1 / 3.0 - 1, 2);
    NormalDistribution kernel = new NormalDistribution(0, 0.5 / 1.64); // both best in one cell
    double first = kernel.probability(-0.5, 0.5) / kernel.probability(-0.5, 1.5);
    double best = (0.5 + 2 * first) / 3;
    double numbers = Math.pow(best / 0.5 - 1, 2); // that of all is half by symmetry
    Map<String, Double> shares = Importance.of(new History(space, true, trials));
    assertThat(shares.keySet()).containsExactly("told", "number", "silent");
    assertThat(shares.get("told")).isCloseTo(choice / (choice + numbers), within(1e-9));
    assertThat(shares.get("number")).isCloseTo(numbers / (choice + numbers), within(1e-9));
    assertThat(shares.get("silent")).isZero();
    assertThat(Importance.of(new History(space, false, trials))).isEqualTo(shares);
  }

  /** The formula of the Javadoc once more, straight on, for numbers of many values. */
  @Test
  void range_isAsInPlainDoubles() {
    Parameter<Double> x = space.uniform("x", 0, 1);
    Parameter<Double> rate = space.logUniform("rate", 1e-4, 1);
    History history =
        history(
            false, 120, point -> -Math.abs(point.get(x) - 0.3) + Math.log10(point.get(rate)) / 20);
    List<Trial> ranked = new ArrayList<>(history.trials());
    ranked.sort((a, b) -> Double.compare(b.score().orElseThrow(), a.score().orElseThrow()));
    double[] xs = ranked.stream().mapToDouble(trial -> 50 * trial.get(x)).toArray();
    double[] rates =
        ranked.stream().mapToDouble(t -> 50 * (4 + Math.log10(t.get(rate))) / 4).toArray();
    double ofX = divergence(xs, 12);
    double ofRate = divergence(rates, 12);
    assertThat(Importance.of(history).get("x")).isCloseTo(ofX / (ofX + ofRate), within(1e-9));
    assertThat(ofX).isGreaterThan(ofRate);
  }

  private static double divergence(double[] cells, int best) {
    double sum = 0;
    for (int c = 0; c < 50; c++) {
      double p = density(cells, cells.length, c);
      double q = density(cells, best, c);
      sum += (q - p) * (q - p) / p;
    }
    return sum;
  }

  private static double density(double[] cells, int n, int c) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      values.add(Math.floor(cells[i]));
    }
    double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
    double s = Math.sqrt(values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum() / (n - 1));
    List<Double> sorted = new ArrayList<>(values);
    sorted.sort(null);
    double iqr = quartile(sorted, 3) - quartile(sorted, 1);
    double h = Math.max(0.5 / 1.64, 1.059 * Math.min(s, iqr / 1.34) / Math.pow(n, 0.2));
    double sum = 1 / 50.0;
    for (double v : values) {
      NormalDistribution kernel = new NormalDistribution(v, h);
      sum += kernel.probability(c - 0.5, c + 0.5) / kernel.probability(-0.5, 49.5);
    }
    return sum / (n + 1);
  }

  private static double quartile(List<Double> sorted, int which) {
    double at = which * (sorted.size() - 1) / 4.0;
    double low = sorted.get((int) Math.floor(at));
    return low + (at - Math.floor(at)) * (sorted.get((int) Math.ceil(at)) - low);
  }

  @Test
  void parameters_areInTheOrderOfTheirInfluence() {
    Parameter<Double> weak = space.uniform("weak", -1, 1);
    space.uniform("none", -1, 1);
    Parameter<Double> strong = space.uniform("strong", -1, 1);
    History history =
        history(true, 1000, p -> Math.pow(p.get(strong), 2) + 0.1 * Math.pow(p.get(weak), 2));
    Map<String, Double> shares = Importance.of(history);
    assertThat(shares.keySet()).containsExactly("strong", "weak", "none");
    assertThat(shares.get("strong")).isGreaterThan(0.7);
    assertThat(shares.get("none")).isLessThan(0.05);
    assertThat(shares.values().stream().mapToDouble(v -> v).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void conditionalParameter_isJudgedWhereItMatters() {
    Parameter<String> updater = space.choice("updater", "adam", "nesterovs");
    Parameter<Double> momentum = space.uniform("momentum", 0, 1).when(updater, "nesterovs");
    History history =
        history(
            true,
            400,
            p -> p.get(updater).equals("adam") ? 10 : Math.abs(p.get(momentum) - 0.9) * 100);
    // all of the best have the option, and of those with the option the best are close to 0.9
    Map<String, Double> shares = Importance.of(history);
    assertThat(shares.get("momentum")).isGreaterThan(shares.get("updater")).isLessThan(1);
    assertThat(shares.get("updater")).isPositive();
  }

  @Test
  void failedTrials_areAmongAll_andNeverTheBest() {
    Parameter<Double> rate = space.uniform("rate", 0, 1);
    space.uniform("other", 0, 1);
    History history =
        history(false, 300, p -> p.get(rate) > 0.2 ? Double.POSITIVE_INFINITY : 1 - p.get(rate));
    Map<String, Double> shares = Importance.of(history);
    assertThat(shares.get("rate")).isGreaterThan(0.9);
  }

  @Test
  void tooFewTrials_tellNothing() {
    space.uniform("rate", 0, 1);
    space.integer("one", 1, 1);
    for (int trials : new int[] {0, 1, 2}) {
      assertThat(Importance.of(history(true, trials, p -> 1)).values()).containsOnly(0.0);
    }
    assertThat(Importance.of(history(true, 30, p -> Double.NaN)).values()).containsOnly(0.0);
    assertThat(Importance.of(history(true, 30, p -> 1)).get("one")).isZero();
    assertThatThrownBy(() -> Importance.of(null)).hasMessage("history must not be null");
  }
}
