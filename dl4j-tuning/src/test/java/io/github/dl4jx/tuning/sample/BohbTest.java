package io.github.dl4jx.tuning.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class BohbTest {

  private final SearchSpace space = new SearchSpace();
  private final Parameter<Double> x = space.uniform("x", 0, 2);

  private Trial trial(int number, double at, double... scores) {
    Trial trial = Trial.begin(number, space.at(at));
    int epochs = 1;
    for (double score : scores) {
      trial = trial.scored(epochs, score);
      epochs *= 3;
    }
    return trial.in(Trial.State.STOPPED);
  }

  @Test
  void density_hasTheReferenceBandwidth() {
    List<Point> points = List.of(space.at(0.5), space.at(0.75), space.at(1));
    double h = 1.06 * Math.sqrt(2 * 0.0625 / 3) * Math.pow(3, -0.2);
    ProductKernels density = Bohb.density(space, points, 1);
    double expected = 0;
    for (double mu : new double[] {0.5, 0.75, 1}) {
      NormalDistribution kernel = new NormalDistribution(mu, h);
      expected += kernel.density(0.6) / kernel.probability(0, 2) / 3;
    }
    assertThat(density.logDensity(space.at(0.6))).isCloseTo(Math.log(expected), within(1e-12));
  }

  @Test
  void density_ofPointsThatAreAlike_hasTheLeastBandwidth() {
    List<Point> points = List.of(space.at(0.5), space.at(0.5));
    NormalDistribution kernel = new NormalDistribution(0.5, 2e-3);
    assertThat(Bohb.density(space, points, 1).logDensity(space.at(0.503)))
        .isCloseTo(Math.log(kernel.density(0.503)), within(1e-9));
    SearchSpace choices = new SearchSpace();
    choices.choice("c", "a", "b", "c");
    ProductKernels density = Bohb.density(choices, List.of(choices.at(1), choices.at(1)), 1);
    assertThat(density.logDensity(choices.at(1))).isCloseTo(Math.log(0.999), within(1e-12));
    assertThat(density.logDensity(choices.at(0))).isCloseTo(Math.log(0.0005), within(1e-9));
  }

  /** Scores of one epoch say left, those of three say right. */
  @Test
  void model_isThatOfTheMostEpochsWithEnoughScores() {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      double at = i / 10.0;
      trials.add(i < 17 ? trial(i, at, at) : trial(i, at, at, 2 - at));
    }
    assertThat(mean(trials)).isLessThan(0.7);
    for (int i = 0; i < 17; i++) {
      trials.set(i, trial(i, i / 10.0, i / 10.0, 2 - i / 10.0));
    }
    assertThat(mean(trials)).isGreaterThan(1.3);
  }

  private double mean(List<Trial> trials) {
    History history = new History(space, true, trials);
    Sampler bohb = Bohb.builder().randomFraction(0).build();
    double sum = 0;
    for (int i = 0; i < 40; i++) {
      sum += bohb.suggest(history, 20 + i, 9).orElseThrow().get(x);
    }
    return sum / 40;
  }

  /** Left is good after one epoch; on the right six trials failed; one has a score at three. */
  @Test
  void model_withFailures_isNotMadeOfThem() {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 27; i++) {
      double at = i / 13.5;
      trials.add(
          i < 21
              ? (i == 4 ? trial(i, at, at, at) : trial(i, at, at))
              : Trial.begin(i, space.at(at)).failed("injected"));
    }
    assertThat(mean(trials)).isLessThan(0.7);
    for (int i = 2; i < 21; i++) { // two scores and many failures are no model: random
      trials.set(i, Trial.begin(i, space.at(i / 13.5)).failed("injected"));
    }
    assertThat(mean(trials)).isCloseTo(1, within(5 / Math.sqrt(3 * 40))); // 5 standard deviations
  }

  @Test
  void aThird_isRandom() {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      trials.add(trial(i, i / 15.0, i < 5 ? 0 : 1)); // the best are below 0.34
    }
    History history = new History(space, true, trials);
    int n = 2000;
    int far = 0;
    for (int i = 0; i < n; i++) {
      double at = Bohb.builder().build().suggest(history, 30 + i, 9).orElseThrow().get(x);
      far += at > 1 ? 1 : 0;
    }
    // half of the random third; 5 standard deviations
    assertThat(far / (double) n).isCloseTo(1 / 6.0, within(5 * Math.sqrt(5 / 36.0 / n)));
  }

  @Test
  void tooFewScores_areRandom() {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      trials.add(trial(i, i / 2.0, i));
    }
    History history = new History(space, true, trials);
    Sampler bohb = Bohb.builder().randomFraction(0).build();
    Draws draws = Draws.of(5, 3);
    draws.uniform(); // whether it is random
    assertThat(bohb.suggest(history, 3, 5)).isEqualTo(RandomSearch.suggest(history, draws));
  }

  @Test
  void badSettings_areRefused() {
    assertThatThrownBy(() -> Bohb.builder().randomFraction(1.5))
        .hasMessage("randomFraction must be in [0, 1], got 1.5");
    assertThatThrownBy(() -> Bohb.builder().candidates(0))
        .hasMessage("candidates must be in [1, 1000000], got 0");
  }
}
