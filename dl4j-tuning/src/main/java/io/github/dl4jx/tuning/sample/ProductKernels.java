package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;

/**
 * A density over the points of a space: a weighted sum of kernels, each a product over the
 * parameters that matter.
 *
 * <pre>
 * p(x) = sum_i w_i product_j k_ij(x_j)
 * </pre>
 */
final class ProductKernels {

  private static final double NEGLIGIBLE = 40; // e^-40: below the last digit

  private final SearchSpace space;
  private final double[] weights;
  private final double[] logWeights;
  private final KernelAxis[] axes;

  /**
   * A density.
   *
   * @param space of the points
   * @param weights of the kernels, which sum to 1
   * @param axes one for each parameter
   */
  ProductKernels(SearchSpace space, double[] weights, KernelAxis[] axes) {
    this.space = space;
    this.weights = weights;
    this.logWeights = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      logWeights[i] = StrictMath.log(weights[i]);
    }
    this.axes = axes;
  }

  Point draw(Draws draws) {
    return draw(draws.index(weights), draws);
  }

  /** A point out of one kernel. */
  Point draw(int kernel, Draws draws) {
    double[] coordinates = new double[axes.length];
    for (int j = 0; j < axes.length; j++) {
      coordinates[j] = space.isActive(j, coordinates) ? axes[j].draw(kernel, draws) : Double.NaN;
    }
    return space.at(coordinates);
  }

  double logDensity(Point point) {
    double[] sums = logWeights.clone();
    for (int j = 0; j < axes.length; j++) {
      double coordinate = point.coordinate(j);
      if (!Double.isNaN(coordinate)) {
        axes[j].addLogDensities(coordinate, sums);
      }
    }
    double most = Double.NEGATIVE_INFINITY;
    for (double sum : sums) {
      most = Math.max(most, sum);
    }
    double total = 0;
    for (double sum : sums) {
      if (sum > most - NEGLIGIBLE) {
        total += StrictMath.exp(sum - most);
      }
    }
    return most + StrictMath.log(total);
  }
}
