package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.tuning.run.AskTell;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Functions that optimizers are compared on, less their minimum, and the searches for it. */
public enum Functions {
  /** Minimum 0 at 0. */
  SPHERE(10, -5, 5, x -> Arrays.stream(x).map(v -> v * v).sum()),
  /** Minimum 0 at (1, .. 1). */
  ROSENBROCK(10, -5, 5, Functions::rosenbrock),
  /** Minimum 0.397887 at three points; on [-5, 10] x [0, 15]. */
  BRANIN(2, 0, 15, Functions::branin),
  /** Minimum -3.32237 at one point, with local ones. */
  HARTMANN6(6, 0, 1, Functions::hartmann6);

  private final int dimensions;
  private final double low;
  private final double high;

  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  private final ToDoubleFunction<double[]> function;

  Functions(int dimensions, double low, double high, ToDoubleFunction<double[]> function) {
    this.dimensions = dimensions;
    this.low = low;
    this.high = high;
    this.function = function;
  }

  private static double rosenbrock(double[] x) {
    double sum = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      sum += 100 * Math.pow(x[i + 1] - x[i] * x[i], 2) + Math.pow(1 - x[i], 2);
    }
    return sum;
  }

  private static double branin(double[] point) {
    double x = point[0] - 5;
    double a = point[1] - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
    return a * a + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10 - 0.39788735772973816;
  }

  private static double hartmann6(double[] x) {
    double[] alpha = {1, 1.2, 3, 3.2};
    double[][] a = {
      {10, 3, 17, 3.5, 1.7, 8},
      {0.05, 10, 17, 0.1, 8, 14},
      {3, 3.5, 1.7, 10, 17, 8},
      {17, 8, 0.05, 10, 0.1, 14}
    };
    double[][] p = {
      {.1312, .1696, .5569, .0124, .8283, .5886},
      {.2329, .4135, .8307, .3736, .1004, .9991},
      {.2348, .1451, .3522, .2883, .3047, .6650},
      {.4047, .8828, .8732, .5743, .1091, .0381}
    };
    double sum = 3.322368011391339;
    for (int i = 0; i < 4; i++) {
      double exponent = 0;
      for (int j = 0; j < 6; j++) {
        exponent += a[i][j] * (x[j] - p[i][j]) * (x[j] - p[i][j]);
      }
      sum -= alpha[i] * Math.exp(-exponent);
    }
    return sum;
  }

  /** The value at a point. */
  public double at(double... x) {
    return function.applyAsDouble(x);
  }

  /** Adds the arguments to a space. */
  public List<Parameter<Double>> parameters(SearchSpace space) {
    List<Parameter<Double>> parameters = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      parameters.add(space.uniform("x" + i, low, high));
    }
    return parameters;
  }

  /** How far the best of so many trials is above the minimum. */
  double regret(Sampler sampler, int trials, long seed) {
    SearchSpace space = new SearchSpace();
    List<Parameter<Double>> parameters = parameters(space);
    AskTell search = AskTell.minimizing(space, sampler).seed(seed).build();
    for (int i = 0; i < trials; i++) {
      Trial trial = search.ask().orElseThrow();
      double[] x = parameters.stream().mapToDouble(trial::get).toArray();
      search.tell(trial, at(x));
    }
    return search.history().top(1).get(0).score().orElseThrow();
  }

  /** That of 100 trials for each seed from 0 on, in rising order. */
  double[] regrets(Sampler sampler, int seeds) {
    double[] regrets = new double[seeds];
    Arrays.setAll(regrets, seed -> regret(sampler, 100, seed));
    Arrays.sort(regrets);
    return regrets;
  }

  static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  /** The middle one. */
  public static double median(double[] sorted) {
    int n = sorted.length;
    return (sorted[n / 2] + sorted[(n - 1) / 2]) / 2;
  }
}
