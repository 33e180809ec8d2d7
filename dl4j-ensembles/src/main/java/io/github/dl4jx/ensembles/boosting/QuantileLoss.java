package io.github.dl4jx.ensembles.boosting;

import java.util.Arrays;

/**
 * The quantile (pinball) loss: the scores become the q-quantiles of the targets. With {@code r =
 * y_c - F_c}:
 *
 * <pre>{@code
 * loss  = sum_c max(q r, (q - 1) r)
 * start = the q-quantiles
 * }</pre>
 *
 * <p>With q = 1/2 this is half the absolute error. Reference: R. Koenker, G. Bassett, "Regression
 * Quantiles", Econometrica 46, 1978, doi:10.2307/1913643.
 */
final class QuantileLoss extends BoostingLoss {

  private final double q;

  QuantileLoss(double q) {
    this.q = q;
  }

  /** The least of the numbers that has a share q of them at or below it. */
  static double quantile(double[] numbers, double q) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(q * sorted.length) - 1)];
  }

  /** The same for each column. */
  static double[] quantiles(double[][] rows, double q) {
    double[] quantiles = new double[rows[0].length];
    Arrays.setAll(
        quantiles, c -> quantile(Arrays.stream(rows).mapToDouble(row -> row[c]).toArray(), q));
    return quantiles;
  }

  @Override
  double[] start(double[][] labels) {
    return quantiles(labels, q);
  }

  @Override
  double of(double[] scores, double[] label) {
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      double r = label[c] - scores[c];
      sum += Math.max(q * r, (q - 1) * r);
    }
    return sum;
  }

  @Override
  double[] residual(double[] scores, double[] label) {
    double[] residual = new double[scores.length];
    Arrays.setAll(
        residual,
        c -> {
          double sign = Math.signum(label[c] - scores[c]);
          return sign > 0 ? q : sign < 0 ? q - 1 : 0;
        });
    return residual;
  }

  /** None: the step is found by halving what holds it. */
  @Override
  double curvature(double[] scores, double[] direction) {
    return 0;
  }

  @Override
  public String toString() {
    return "QUANTILE(" + q + ")";
  }
}
