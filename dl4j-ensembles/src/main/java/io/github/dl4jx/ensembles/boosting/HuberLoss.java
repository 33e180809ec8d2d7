package io.github.dl4jx.ensembles.boosting;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Huber's loss, for targets with outliers: the squared error of small residuals, the absolute one
 * of large residuals. With {@code r = y_c - F_c}:
 *
 * <pre>{@code
 * loss    = sum_c  1/2 r^2                        if |r| <= delta_c
 *                  delta_c (|r| - delta_c / 2)    if not
 * delta_c = the alpha-quantile of the |r| > 0 in column c, before the round
 * start   = the medians
 * }</pre>
 *
 * <p>Reference: J. H. Friedman, "Greedy Function Approximation: A Gradient Boosting Machine",
 * Annals of Statistics 29, 2001, section 4.4.
 */
final class HuberLoss extends BoostingLoss {

  private final double alpha;
  private final double[] delta;

  HuberLoss(double alpha) {
    this(alpha, new double[0]);
  }

  private HuberLoss(double alpha, double[] delta) {
    this.alpha = alpha;
    this.delta = delta;
  }

  @Override
  double[] start(double[][] labels) {
    return QuantileLoss.quantiles(labels, 0.5);
  }

  @Override
  BoostingLoss before(double[][] scores, double[][] labels) {
    double[] bounds = new double[labels[0].length];
    for (int c = 0; c < bounds.length; c++) {
      int column = c;
      double[] sizes =
          IntStream.range(0, scores.length)
              .mapToDouble(i -> Math.abs(labels[i][column] - scores[i][column]))
              .filter(size -> size > 0) // or many rows without a residual would leave no bound
              .toArray();
      bounds[c] = sizes.length == 0 ? 0 : QuantileLoss.quantile(sizes, alpha);
    }
    return new HuberLoss(alpha, bounds);
  }

  @Override
  double of(double[] scores, double[] label) {
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      double r = Math.abs(label[c] - scores[c]);
      sum += r <= delta[c] ? r * r / 2 : delta[c] * (r - delta[c] / 2);
    }
    return sum;
  }

  @Override
  double[] residual(double[] scores, double[] label) {
    double[] residual = new double[scores.length];
    Arrays.setAll(residual, c -> Math.max(-delta[c], Math.min(delta[c], label[c] - scores[c])));
    return residual;
  }

  /** That of the squared error: too large for large residuals, where a step falls short. */
  @Override
  double curvature(double[] scores, double[] direction) {
    return dot(direction, direction);
  }

  @Override
  public String toString() {
    return "HUBER(" + alpha + ")";
  }
}
