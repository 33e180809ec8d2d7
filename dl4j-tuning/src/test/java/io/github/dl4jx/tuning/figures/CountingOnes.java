package io.github.dl4jx.tuning.figures;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.tuning.sample.Sampler;
import io.github.dl4jx.tuning.schedule.Assignment;
import io.github.dl4jx.tuning.schedule.Schedule;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The artificial function of the BOHB paper: as many choices of 0 and 1 as probabilities, whose sum
 * shall be high; of the probabilities only draws are seen, nine of each an epoch.
 *
 * <p>Reference: S. Falkner, A. Klein, F. Hutter, ICML 2018, section 5.1: budgets 9 to 729.
 */
final class CountingOnes {

  private static final int DRAWS_AN_EPOCH = 9;

  private final SearchSpace space = new SearchSpace();
  private final List<Parameter<Integer>> choices = new ArrayList<>();
  private final List<Parameter<Double>> probabilities = new ArrayList<>();

  CountingOnes(int n) {
    for (int i = 0; i < n; i++) {
      choices.add(space.choice("c" + i, 0, 1));
      probabilities.add(space.uniform("p" + i, 0, 1));
    }
    space.complete();
  }

  /** How far below the most, as a fraction, without noise. */
  double regret(Point point) {
    double sum = 0;
    for (int i = 0; i < choices.size(); i++) {
      sum += point.get(choices.get(i)) + point.get(probabilities.get(i));
    }
    return 1 - sum / (2 * choices.size());
  }

  /** What is seen of it after so many epochs: a trial that goes on keeps the draws before. */
  private double seen(Trial trial, int epochs, long seed) {
    SplittableRandom random = new SplittableRandom(Seeds.derive(seed, 1_000_000L + trial.number()));
    double sum = 0;
    int draws = DRAWS_AN_EPOCH * epochs;
    for (int draw = 0; draw < draws; draw++) {
      for (Parameter<Double> p : probabilities) {
        sum += random.nextDouble() < trial.get(p) ? 1.0 / draws : 0;
      }
    }
    for (Parameter<Integer> choice : choices) {
      sum += trial.get(choice);
    }
    return sum;
  }

  /** The regret of the incumbent when so many epochs have been spent, for each budget. */
  double[] regrets(Sampler sampler, Schedule schedule, long seed, int... budgets) {
    List<Trial> trials = new ArrayList<>();
    double[] regrets = new double[budgets.length];
    int spent = 0;
    int next = 0;
    Trial incumbent = null;
    while (next < budgets.length) {
      History history = new History(space, false, trials);
      Optional<Assignment> assigned = schedule.next(history);
      Assignment job = assigned.orElseThrow();
      int number = job.trial().orElse(trials.size());
      if (number == trials.size()) {
        trials.add(Trial.begin(number, sampler.suggest(history, number, seed).orElseThrow()));
      }
      Trial trial = trials.get(number).in(Trial.State.RUNNING);
      spent += job.epochs() - trial.epochs();
      while (next < budgets.length && spent > budgets[next]) { // what was there before
        regrets[next++] = incumbent == null ? Double.NaN : regret(incumbent.point());
      }
      trial = trial.scored(job.epochs(), seen(trial, job.epochs(), seed));
      trials.set(number, trial);
      trial = trial.in(schedule.after(new History(space, false, trials), trial));
      trials.set(number, trial);
      incumbent = better(incumbent, trial);
    }
    return regrets;
  }

  /** The best at the most epochs so far. */
  private static Trial better(Trial incumbent, Trial trial) {
    if (incumbent == null || trial.epochs() > incumbent.epochs()) {
      return trial;
    }
    boolean better =
        trial.epochs() == incumbent.epochs()
            && trial.score().orElseThrow() > incumbent.score().orElseThrow();
    return better ? trial : incumbent;
  }
}
