package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.combine.OutputRows;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Intervals around predictions of regression, and their scores.
 *
 * <pre>{@code
 * interval score = mean of (u - l) + 2/a max(0, l - y) + 2/a max(0, y - u),   a = 1 - coverage
 * }</pre>
 *
 * <p>The interval score is in the unit of y, the lower the better: intervals are narrow, and miss
 * seldom and by little. It is least if l and u are the quantiles a/2 and 1 - a/2 of y. Means are
 * over all examples and outputs.
 *
 * <p>Reference: T. Gneiting, A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and
 * Estimation", JASA 102, 2007, doi:10.1198/016214506000001437, section 6.2.
 */
public final class PredictionIntervals {

  private final double coverage;
  private final INDArray lower;
  private final INDArray upper;

  /**
   * Intervals around means.
   *
   * @param like of the shape and type of the ends
   * @param widths half widths
   */
  PredictionIntervals(double coverage, INDArray like, double[][] means, double[][] widths) {
    this.coverage = coverage;
    this.lower = ends(like, means, widths, -1);
    this.upper = ends(like, means, widths, 1);
  }

  private PredictionIntervals(double coverage, INDArray lower, INDArray upper) {
    this.coverage = coverage;
    this.lower = lower;
    this.upper = upper;
  }

  /**
   * Intervals of any kind, such as quantiles.
   *
   * @param coverage the probability that they are meant to have, in (0, 1)
   * @param lower [examples, outputs] or with further axes; copied
   * @param upper of that shape, nowhere below; copied
   * @return the intervals
   * @throws IllegalArgumentException if the coverage is not in (0, 1), shapes differ, a value is
   *     not finite, or an upper end is below the lower one
   */
  public static PredictionIntervals of(double coverage, INDArray lower, INDArray upper) {
    ConformalQuantile.checkCoverage(coverage);
    RealRows.checkShape("lower", lower);
    RealRows.checkSame("upper", upper, "lower", lower);
    double[][] low = RealRows.of("lower", lower, null);
    double[][] high = RealRows.of("upper", upper, null);
    for (int i = 0; i < low.length; i++) {
      for (int k = 0; k < low[i].length; k++) {
        Preconditions.checkArgument(
            high[i][k] >= low[i][k],
            "upper must be >= lower, got %s below %s",
            high[i][k],
            low[i][k]);
      }
    }
    return new PredictionIntervals(coverage, lower.dup(), upper.dup());
  }

  private static INDArray ends(INDArray like, double[][] means, double[][] widths, int sign) {
    double[][] rows = new double[means.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = means[i].clone();
      for (int k = 0; k < rows[i].length; k++) {
        rows[i][k] += sign * widths[i][k];
      }
    }
    INDArray ends = like.ulike();
    OutputRows.write(rows, ends);
    return ends;
  }

  /** {@return the lower ends, in the predictions' shape and type} */
  public INDArray lower() {
    return lower.dup();
  }

  /** {@return the upper ends, in the predictions' shape and type} */
  public INDArray upper() {
    return upper.dup();
  }

  /** {@return the mean width} */
  public double meanWidth() {
    double[][] low = OutputRows.of(lower, null);
    double[][] high = OutputRows.of(upper, null);
    double sum = 0;
    for (int i = 0; i < low.length; i++) {
      for (int k = 0; k < low[i].length; k++) {
        sum += high[i][k] - low[i][k];
      }
    }
    return sum / lower.length();
  }

  /**
   * {@return the fraction of labels in their intervals, ends included}
   *
   * @param labels of the predictions' shape
   * @throws IllegalArgumentException if the shape is another, or a label is not finite
   */
  public double coverage(INDArray labels) {
    return coverage(labels, null);
  }

  /**
   * {@return the fraction of labels in their intervals, of the rows that are not masked}
   *
   * @param labels of the predictions' shape
   * @param mask the labels' mask, as {@link OutputRows} takes it, or null
   * @throws IllegalArgumentException if the shape is another, a label is not finite, or all rows
   *     are masked
   */
  public double coverage(INDArray labels, @Nullable INDArray mask) {
    return mean(labels, mask, (y, low, high) -> y >= low && y <= high ? 1 : 0);
  }

  /**
   * {@return the mean interval score, in the labels' unit; the lower the better}
   *
   * @param labels of the predictions' shape
   * @throws IllegalArgumentException if the shape is another, or a label is not finite
   */
  public double score(INDArray labels) {
    return score(labels, null);
  }

  /**
   * {@return the mean interval score of the rows that are not masked}
   *
   * @param labels of the predictions' shape
   * @param mask the labels' mask, as {@link OutputRows} takes it, or null
   * @throws IllegalArgumentException if the shape is another, a label is not finite, or all rows
   *     are masked
   */
  public double score(INDArray labels, @Nullable INDArray mask) {
    double price = 2 / (1 - coverage);
    return mean(
        labels,
        mask,
        (y, low, high) ->
            high - low + price * Math.max(0, low - y) + price * Math.max(0, y - high));
  }

  /** A value of a label and its interval. */
  private interface Measure {
    double of(double y, double low, double high);
  }

  private double mean(INDArray labels, @Nullable INDArray mask, Measure measure) {
    RealRows.checkSame("labels", labels, "the predictions", lower);
    double[][] truth = RealRows.of("labels", labels, mask);
    double[][] low = OutputRows.of(lower, mask);
    double[][] high = OutputRows.of(upper, mask);
    Preconditions.checkArgument(
        truth.length > 0, "labels must have at least 1 row that is not masked, got 0");
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      for (int k = 0; k < truth[i].length; k++) {
        sum += measure.of(truth[i][k], low[i][k], high[i][k]);
      }
    }
    return sum / truth.length / truth[0].length;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "PredictionIntervals(coverage %s, mean width %.4g)", coverage, meanWidth());
  }
}
