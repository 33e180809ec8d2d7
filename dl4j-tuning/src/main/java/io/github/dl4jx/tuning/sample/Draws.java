package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;

/** The random numbers of one trial, the same on every machine. */
final class Draws {

  private static final double UNIT = 0x1p-53;

  private final long seed;
  private long count;

  Draws(long seed) {
    this.seed = seed;
  }

  /** Those of a trial of a search. */
  static Draws of(long seed, int trial) {
    return new Draws(Seeds.derive(seed, trial));
  }

  private long word() {
    return Seeds.derive(seed, count++);
  }

  /** In [0, 1). */
  double uniform() {
    return (word() >>> 11) * UNIT;
  }

  /** In {@code 0 .. n - 1}. */
  int below(int n) {
    return (int) (uniform() * n);
  }

  /** In {@code 0 .. n - 1}. */
  long below(long n) {
    return Math.min(n - 1, (long) (uniform() * n));
  }

  /** Standard normal: the polar method of Marsaglia, one number a pair. */
  double gaussian() {
    double x;
    double r;
    do {
      x = 2 * uniform() - 1;
      double y = 2 * uniform() - 1;
      r = x * x + y * y;
    } while (r >= 1 || r == 0);
    return x * StrictMath.sqrt(-2 * StrictMath.log(r) / r);
  }

  /** Normal, until it is in [low, high], which has the mean in it: at least one of three is. */
  double truncated(double mean, double sigma, double low, double high) {
    double x;
    do {
      x = mean + sigma * gaussian();
    } while (!(x >= low && x <= high));
    return x;
  }

  /** An index, each with its probability; these sum to 1. */
  int index(double[] probabilities) {
    double rest = uniform();
    for (int i = 0; i < probabilities.length - 1; i++) {
      rest -= probabilities[i];
      if (rest < 0) {
        return i;
      }
    }
    return probabilities.length - 1;
  }

  /** Coordinates of which all are equally likely. */
  double[] coordinates(SearchSpace space) {
    double[] coordinates = new double[space.parameters().size()];
    for (Parameter<?> parameter : space.parameters()) {
      coordinates[parameter.index()] = spread(parameter, uniform());
    }
    return coordinates;
  }

  /** The coordinate of a number in [0, 1). */
  static double spread(Parameter<?> parameter, double u) {
    if (parameter.options() > 0) {
      return (int) (u * parameter.options());
    }
    return Math.min(parameter.high(), parameter.low() + u * (parameter.high() - parameter.low()));
  }
}
