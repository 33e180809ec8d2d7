package io.github.dl4jx.tuning.figures;

import io.github.dl4jx.tuning.run.AskTell;
import io.github.dl4jx.tuning.sample.Bohb;
import io.github.dl4jx.tuning.sample.GridSearch;
import io.github.dl4jx.tuning.sample.RandomSearch;
import io.github.dl4jx.tuning.sample.Sampler;
import io.github.dl4jx.tuning.schedule.FullTraining;
import io.github.dl4jx.tuning.schedule.Hyperband;
import io.github.dl4jx.tuning.schedule.Schedule;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Not a test: prints how schedules and samplers compare on functions that cost nothing. */
final class TuningFigures {

  private static final int SEEDS = 30;
  private static final int FUNCTIONS = 1000;
  private static final int PARAMETERS = 7;
  private static final int[] TRIALS = {1, 2, 4, 8, 16, 32, 64};

  private TuningFigures() {}

  public static void main(String[] args) {
    countingOnes();
    grid();
  }

  private static void countingOnes() {
    int most = 81; // of nine draws each: 9 to 729, as in the paper
    int[] budgets = {10 * most, 20 * most, 50 * most, 100 * most, 200 * most};
    System.out.printf(
        "counting ones, 8 choices and 8 probabilities, %d seeds: regret of the incumbent,"
            + " median (mean), after so many full evaluations%n%-22s",
        SEEDS, "");
    Arrays.stream(budgets).forEach(budget -> System.out.printf("%16d", budget / most));
    System.out.println();
    row("random", new RandomSearch(), FullTraining.maxEpochs(most), budgets);
    row("Hyperband", new RandomSearch(), Hyperband.maxEpochs(most), budgets);
    row("BOHB", Bohb.builder().build(), Hyperband.maxEpochs(most), budgets);
  }

  private static void row(String name, Sampler sampler, Schedule schedule, int[] budgets) {
    CountingOnes ones = new CountingOnes(8);
    double[][] regrets = new double[budgets.length][SEEDS];
    for (int seed = 0; seed < SEEDS; seed++) {
      double[] one = ones.regrets(sampler, schedule, seed, budgets);
      for (int i = 0; i < one.length; i++) {
        regrets[i][seed] = one[i];
      }
    }
    System.out.printf("%-22s", name);
    for (double[] of : regrets) {
      Arrays.sort(of);
      double median = (of[SEEDS / 2] + of[(SEEDS - 1) / 2]) / 2;
      double mean = Arrays.stream(of).average().orElseThrow();
      System.out.printf(Locale.ROOT, "%8.4f (%.4f)", median, mean);
    }
    System.out.println();
  }

  /**
   * As in Bergstra and Bengio 2012: seven parameters of which few matter, and nobody knows which.
   * Each has a tenth to a thousandth of the influence of the most important, at random.
   */
  private static void grid() {
    System.out.printf(
        "%n%d parameters, influence 1 down to 0.001 in random order, %d functions: mean of the best"
            + " value after so many trials%n%-22s",
        PARAMETERS, FUNCTIONS, "");
    Arrays.stream(TRIALS).forEach(n -> System.out.printf("%9d", n));
    System.out.println();
    curve("random", new RandomSearch());
    curve("grid, 2^6", grid(2, 6));
    curve("grid, 4^3", grid(4, 3));
  }

  /** So many values of so many parameters, and the middle of the others. */
  private static Sampler grid(int values, int parameters) {
    GridSearch grid = GridSearch.of(1);
    SearchSpace space = new SearchSpace();
    for (int i = 0; i < parameters; i++) {
      grid = grid.points(space.uniform("x" + i, 0, 1), values);
    }
    return grid;
  }

  private static void curve(String name, Sampler sampler) {
    double[] sums = new double[TRIALS.length];
    for (int f = 0; f < FUNCTIONS; f++) {
      SearchSpace space = new SearchSpace();
      List<Parameter<Double>> xs = new ArrayList<>();
      List<Double> weights = new ArrayList<>();
      Random random = new Random(f);
      double[] centres = new double[PARAMETERS];
      for (int i = 0; i < PARAMETERS; i++) {
        xs.add(space.uniform("x" + i, 0, 1));
        weights.add(Math.pow(10, -i / 2.0));
        centres[i] = random.nextDouble();
      }
      Collections.shuffle(weights, random);
      AskTell search = AskTell.minimizing(space, sampler).seed(f).build();
      double best = Double.POSITIVE_INFINITY;
      int at = 0;
      for (int n = 1; at < TRIALS.length; n++) {
        Trial trial = search.ask().orElseThrow();
        double value = 0;
        for (int i = 0; i < PARAMETERS; i++) {
          value += weights.get(i) * Math.pow(trial.get(xs.get(i)) - centres[i], 2);
        }
        search.tell(trial, value);
        best = Math.min(best, value);
        if (n == TRIALS[at]) {
          sums[at++] += best / FUNCTIONS;
        }
      }
    }
    System.out.printf("%-22s", name);
    Arrays.stream(sums).forEach(mean -> System.out.printf(Locale.ROOT, "%9.4f", mean));
    System.out.println();
  }
}
