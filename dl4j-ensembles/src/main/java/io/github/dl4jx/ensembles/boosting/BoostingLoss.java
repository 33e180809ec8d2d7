package io.github.dl4jx.ensembles.boosting;

import io.github.dl4jx.ensembles.combine.OutputRows;
import java.util.Arrays;

/** What gradient boosting minimizes, for each row of scores F and labels y. */
abstract class BoostingLoss {

  /** {@code -sum_c y_c ln p_c} with {@code p = softmax(F)}; y is one-hot. */
  static final BoostingLoss SOFTMAX =
      new BoostingLoss() {
        @Override
        double[] start(double[][] labels) {
          double[] logs = columnMeans(labels);
          Arrays.setAll(logs, c -> Math.log(Math.max(logs[c], LEAST_PRIOR)));
          return logs;
        }

        @Override
        double of(double[] scores, double[] label) {
          double most = scores[OutputRows.argMax(scores)];
          double sum = 0;
          double ofLabel = 0;
          for (int c = 0; c < scores.length; c++) {
            sum += Math.exp(scores[c] - most);
            ofLabel += label[c] * scores[c];
          }
          return most + Math.log(sum) - ofLabel;
        }

        @Override
        double[] residual(double[] scores, double[] label) {
          double[] residual = OutputRows.softmax(scores.clone());
          for (int c = 0; c < residual.length; c++) {
            residual[c] = label[c] - residual[c];
          }
          return residual;
        }

        @Override
        double curvature(double[] scores, double[] direction) {
          double[] p = OutputRows.softmax(scores.clone());
          double mean = dot(p, direction);
          double variance = 0;
          for (int c = 0; c < p.length; c++) {
            variance += p[c] * (direction[c] - mean) * (direction[c] - mean);
          }
          return variance;
        }

        @Override
        public String toString() {
          return "SOFTMAX";
        }
      };

  /** {@code 1/2 sum_c (y_c - F_c)^2}. */
  static final BoostingLoss SQUARED =
      new BoostingLoss() {
        @Override
        double[] start(double[][] labels) {
          return columnMeans(labels);
        }

        @Override
        double of(double[] scores, double[] label) {
          double[] residual = residual(scores, label);
          return dot(residual, residual) / 2;
        }

        @Override
        double[] residual(double[] scores, double[] label) {
          double[] residual = label.clone();
          for (int c = 0; c < residual.length; c++) {
            residual[c] -= scores[c];
          }
          return residual;
        }

        @Override
        double curvature(double[] scores, double[] direction) {
          return dot(direction, direction);
        }

        @Override
        public String toString() {
          return "SQUARED";
        }
      };

  /** For classes without examples: the distance of 1 to the next number in single precision. */
  private static final double LEAST_PRIOR = 0x1p-23;

  /** A slope of this share of the first one counts as 0. */
  private static final double FLAT = 1e-9;

  /** Bounds of a step that differ by this share of it are one number. */
  private static final double SAME = 1e-12;

  private static final int MOST_STEPS = 200;

  /** The best constant scores. */
  abstract double[] start(double[][] labels);

  /** The loss. */
  abstract double of(double[] scores, double[] label);

  /** The negative gradient by the scores. */
  abstract double[] residual(double[] scores, double[] label);

  /** The second derivative along a direction. */
  abstract double curvature(double[] scores, double[] direction);

  /** The same loss with what it takes from the rows as they are before a round; by default this. */
  BoostingLoss before(double[][] scores, double[][] labels) {
    return this;
  }

  /** The mean loss of rows. */
  double mean(double[][] scores, double[][] labels) {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      sum += of(scores[i], labels[i]);
    }
    return sum / scores.length;
  }

  /**
   * The rho >= 0 with the least sum of losses at {@code scores + rho * directions}: Newton's
   * method, which takes the middle of (or twice) what is known to hold the minimum when a step
   * leaves that. It ends when the slope is 1e-9 of that at 0, or that is where the slope changes
   * its sign; where the loss falls for ever, as of examples that are told apart without exception,
   * that is far enough.
   *
   * @return 0 if the loss does not fall in that direction
   */
  double step(double[][] scores, double[][] labels, double[][] directions) {
    double rho = search(scores, labels, directions);
    // of a loss with kinks the slope at 0 is not that to its right
    return total(scores, labels, directions, rho) < total(scores, labels, directions, 0) ? rho : 0;
  }

  private double total(double[][] scores, double[][] labels, double[][] directions, double rho) {
    double sum = 0;
    double[] at = new double[scores[0].length];
    for (int i = 0; i < scores.length; i++) {
      for (int c = 0; c < at.length; c++) {
        at[c] = scores[i][c] + rho * directions[i][c];
      }
      sum += of(at, labels[i]);
    }
    return sum;
  }

  private double search(double[][] scores, double[][] labels, double[][] directions) {
    double rho = 0;
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double first = 0;
    double[] at = new double[scores[0].length];
    for (int step = 0; step < MOST_STEPS; step++) {
      double slope = 0;
      double curvature = 0;
      for (int i = 0; i < scores.length; i++) {
        for (int c = 0; c < at.length; c++) {
          at[c] = scores[i][c] + rho * directions[i][c];
        }
        slope -= dot(residual(at, labels[i]), directions[i]);
        curvature += curvature(at, directions[i]);
      }
      first = step == 0 ? slope : first;
      if (!(first < 0) || Math.abs(slope) <= FLAT * -first) {
        return rho;
      }
      if (slope < 0) {
        low = rho;
      } else {
        high = rho;
      }
      if (high < Double.POSITIVE_INFINITY && high - low <= SAME * high) {
        return rho;
      }
      double newton = rho - slope / curvature;
      if (newton > low && newton < high) {
        rho = newton;
      } else {
        rho = high < Double.POSITIVE_INFINITY ? (low + high) / 2 : 2 * Math.max(1, low);
      }
    }
    return rho;
  }

  static double[] columnMeans(double[][] rows) {
    double[] mean = new double[rows[0].length];
    for (double[] row : rows) {
      for (int c = 0; c < mean.length; c++) {
        mean[c] += row[c] / rows.length;
      }
    }
    return mean;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int c = 0; c < a.length; c++) {
      sum += a[c] * b[c];
    }
    return sum;
  }
}
