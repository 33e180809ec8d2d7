package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import java.util.Arrays;
import java.util.List;

/** The Parzen densities of {@link Tpe}: a kernel for each point, and the prior as the last. */
final class Parzen {

  private static final int NEWEST = 25;
  private static final double NARROWEST = 100;

  /** The least bandwidth of the good is that part of a range. */
  static final double OF_GOOD = 40;

  private Parzen() {}

  /** The part of a range that is the least bandwidth of n others. */
  static double ofOthers(int n) {
    return Math.min(NARROWEST, n + 2);
  }

  /** The density of some points, the oldest first. */
  static ProductKernels density(SearchSpace space, List<Point> points, double narrowest) {
    return density(space, points, weights(points.size()), narrowest);
  }

  /** The density of some points with their weights, the oldest first; the prior's comes last. */
  static ProductKernels density(
      SearchSpace space, List<Point> points, double[] weights, double narrowest) {
    KernelAxis[] axes = new KernelAxis[space.parameters().size()];
    for (Parameter<?> parameter : space.parameters()) {
      double[] coordinates = new double[points.size()];
      for (int i = 0; i < coordinates.length; i++) {
        coordinates[i] = points.get(i).coordinate(parameter.index());
      }
      axes[parameter.index()] =
          parameter.options() > 0
              ? choice(parameter.options(), coordinates)
              : numbers(parameter, coordinates, narrowest);
    }
    return new ProductKernels(space, weights, axes);
  }

  /** 1 for the newest, a ramp for those before, 1 for the prior; of sum 1. */
  static double[] weights(int n) {
    double[] weights = new double[n + 1];
    int ramp = Math.max(0, n - NEWEST);
    double sum = 0;
    for (int i = 0; i <= n; i++) {
      double first = 1.0 / n;
      weights[i] = i >= ramp ? 1 : ramp == 1 ? first : first + (1 - first) * i / (ramp - 1);
      sum += weights[i];
    }
    for (int i = 0; i <= n; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  private static ChoiceAxis choice(int options, double[] coordinates) {
    int n = coordinates.length;
    int[] option = new int[n + 1];
    for (int i = 0; i < n; i++) {
      option[i] = Double.isNaN(coordinates[i]) ? ChoiceAxis.NONE : (int) coordinates[i];
    }
    option[n] = ChoiceAxis.NONE;
    double any = 1.0 / (n + 1);
    return new ChoiceAxis(option, options, (1 + any) / (1 + options * any));
  }

  private static NumericAxis numbers(
      Parameter<?> parameter, double[] coordinates, double narrowest) {
    int n = coordinates.length;
    double width = parameter.high() - parameter.low();
    double middle = parameter.low() + width / 2;
    double[] mu = Arrays.copyOf(coordinates, n + 1);
    mu[n] = middle;
    double[] sigma = gaps(mu);
    double least = width / narrowest;
    for (int i = 0; i < n; i++) {
      if (Double.isNaN(mu[i])) {
        mu[i] = middle;
        sigma[i] = width;
      } else {
        sigma[i] = Math.min(width, Math.max(least, sigma[i]));
      }
    }
    sigma[n] = width;
    return new NumericAxis(parameter, mu, sigma);
  }

  /** The larger gap to the next number on either side; ends have one only; NaN are left out. */
  static double[] gaps(double[] x) {
    int[] order = order(x);
    double[] gaps = new double[x.length];
    for (int k = 0; k < order.length; k++) {
      double below = k == 0 ? 0 : x[order[k]] - x[order[k - 1]];
      double above = k == order.length - 1 ? 0 : x[order[k + 1]] - x[order[k]];
      gaps[order[k]] = Math.max(below, above);
    }
    return gaps;
  }

  /** The indices of the numbers in rising order, equal ones by index. */
  private static int[] order(double[] x) {
    int[] from = new int[x.length];
    int n = 0;
    for (int i = 0; i < x.length; i++) {
      if (!Double.isNaN(x[i])) {
        from[n++] = i;
      }
    }
    from = spread(x, from, n);
    int[] to = new int[n];
    for (int run = 1; run < n; run *= 2) { // merge sort: without objects
      for (int start = 0; start < n; start += 2 * run) {
        int middle = Math.min(start + run, n);
        int end = Math.min(start + 2 * run, n);
        int a = start;
        int b = middle;
        if (b >= end || x[from[b - 1]] <= x[from[b]]) { // most, after the spreading
          System.arraycopy(from, start, to, start, end - start);
          continue;
        }
        for (int k = start; k < end; k++) {
          to[k] = b >= end || (a < middle && x[from[a]] <= x[from[b]]) ? from[a++] : from[b++];
        }
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return Arrays.copyOf(from, n);
  }

  /** The indices in as many equal parts of the range, by index in each: little is left to sort. */
  private static int[] spread(double[] x, int[] indices, int n) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      low = Math.min(low, x[indices[i]]);
      high = Math.max(high, x[indices[i]]);
    }
    double scale = n / (high - low);
    int[] part = new int[n];
    int[] starts = new int[n + 1];
    for (int i = 0; i < n; i++) {
      part[i] = Math.min(n - 1, (int) ((x[indices[i]] - low) * scale)); // NaN, if all are alike: 0
      starts[part[i] + 1]++;
    }
    for (int k = 1; k < n; k++) {
      starts[k] += starts[k - 1];
    }
    int[] spread = new int[n];
    for (int i = 0; i < n; i++) {
      spread[starts[part[i]]++] = indices[i];
    }
    return spread;
  }
}
