package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.special.Erf;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The continuous ranked probability score (CRPS) of predicted distributions of a number: the lower
 * the better, in the number's unit; for a prediction without a spread it is the absolute error.
 *
 * <pre>{@code
 * CRPS(F, y)  = integral (F(x) - [x >= y])^2 dx = E|X - y| - 1/2 E|X - X'|
 * normal:       d (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)),  z = (y - m) / d
 * samples:      1/M sum_j |x_j - y| - 1/(2 M^2)      sum_jl |x_j - x_l|
 * fair samples: 1/M sum_j |x_j - y| - 1/(2 M (M-1))  sum_jl |x_j - x_l|
 * }</pre>
 *
 * <p>{@link #samples} is the score of the M members themselves as a distribution, and rewards
 * members that are closer together than the truth is to them; {@link #fair} estimates, without
 * bias, the score of the distribution that they are drawn from, so that few samples of a sampler
 * can be compared with many. A fair score may be below 0. Means are over all examples and outputs.
 *
 * <p>References: T. Gneiting, A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and
 * Estimation", JASA 102, 2007, doi:10.1198/016214506000001437; T. Gneiting et al., "Calibrated
 * Probabilistic Forecasting Using Ensemble Model Output Statistics and Minimum CRPS Estimation",
 * Monthly Weather Review 133, 2005, for the normal distribution; C. A. T. Ferro, "Fair Scores for
 * Ensemble Forecasts", Quarterly Journal of the Royal Meteorological Society 140, 2014.
 */
public final class Crps {

  private Crps() {}

  /**
   * {@return the score of a normal distribution}
   *
   * @param label the true value, finite
   * @param mean the mean, finite
   * @param deviation the standard deviation, finite and above 0
   * @throws IllegalArgumentException if they are not
   */
  public static double gaussian(double label, double mean, double deviation) {
    Preconditions.checkArgument(Double.isFinite(label), "label must be finite, got %s", label);
    Preconditions.checkArgument(Double.isFinite(mean), "mean must be finite, got %s", mean);
    Preconditions.checkArgument(
        deviation > 0 && Double.isFinite(deviation),
        "deviation must be finite and > 0, got %s",
        deviation);
    double z = (label - mean) / deviation;
    double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    return deviation * (z * Erf.erf(z / Math.sqrt(2)) + 2 * density - 1 / Math.sqrt(Math.PI));
  }

  /**
   * {@return the mean score of normal distributions}
   *
   * @param labels [examples, outputs] or with further axes
   * @param means of the labels' shape
   * @param deviations of the labels' shape, above 0
   * @throws IllegalArgumentException if shapes differ, a value is not finite, or a deviation is not
   *     above 0
   */
  public static double gaussian(INDArray labels, INDArray means, INDArray deviations) {
    return gaussian(labels, means, deviations, null);
  }

  /**
   * {@return the mean score of normal distributions, of the rows that are not masked}
   *
   * @param labels [examples, outputs] or with further axes
   * @param means of the labels' shape
   * @param deviations of the labels' shape, above 0
   * @param mask the labels' mask, as {@link OutputRows} takes it, or null
   * @throws IllegalArgumentException as without a mask, or if all rows are masked
   */
  public static double gaussian(
      INDArray labels, INDArray means, INDArray deviations, @Nullable INDArray mask) {
    double[][] truth = labels(labels, mask);
    RealRows.checkSame("means", means, "the labels", labels);
    RealRows.checkSame("deviations", deviations, "the labels", labels);
    double[][] m = RealRows.of("means", means, mask);
    double[][] d = RealRows.positive("deviations", deviations, mask);
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      for (int k = 0; k < truth[i].length; k++) {
        sum += gaussian(truth[i][k], m[i][k], d[i][k]);
      }
    }
    return sum / truth.length / truth[0].length;
  }

  /**
   * {@return the mean score of the distribution that the samples are themselves}
   *
   * @param labels [examples, outputs] or with further axes
   * @param samples at least 1, of the labels' shape, such as the outputs of members
   * @throws IllegalArgumentException if shapes differ, or a value is not finite
   */
  public static double samples(INDArray labels, List<INDArray> samples) {
    return ofSamples(labels, samples, null, 1);
  }

  /**
   * {@return the mean score of the samples, of the rows that are not masked}
   *
   * @param labels [examples, outputs] or with further axes
   * @param samples at least 1, of the labels' shape
   * @param mask the labels' mask, as {@link OutputRows} takes it, or null
   * @throws IllegalArgumentException as without a mask, or if all rows are masked
   */
  public static double samples(INDArray labels, List<INDArray> samples, @Nullable INDArray mask) {
    return ofSamples(labels, samples, mask, 1);
  }

  /**
   * {@return an estimate without bias of the mean score of the distributions that the samples are
   * from}
   *
   * @param labels [examples, outputs] or with further axes
   * @param samples at least 2, of the labels' shape, independent for each example
   * @throws IllegalArgumentException if shapes differ, a value is not finite, or there is 1 sample
   */
  public static double fair(INDArray labels, List<INDArray> samples) {
    return fair(labels, samples, null);
  }

  /**
   * {@return the same of the rows that are not masked}
   *
   * @param labels [examples, outputs] or with further axes
   * @param samples at least 2, of the labels' shape, independent for each example
   * @param mask the labels' mask, as {@link OutputRows} takes it, or null
   * @throws IllegalArgumentException as without a mask, or if all rows are masked
   */
  public static double fair(INDArray labels, List<INDArray> samples, @Nullable INDArray mask) {
    Preconditions.checkArgument(
        Arguments.notNull("samples", samples).size() >= 2,
        "samples must be at least 2, got %s",
        samples.size());
    return ofSamples(labels, samples, mask, (double) samples.size() / (samples.size() - 1));
  }

  private static double ofSamples(
      INDArray labels, List<INDArray> samples, @Nullable INDArray mask, double factor) {
    double[][] truth = labels(labels, mask);
    Arguments.noneNull("samples", samples);
    Preconditions.checkArgument(!samples.isEmpty(), "samples must be at least 1, got 0");
    double[][][] rows = new double[samples.size()][][];
    for (int j = 0; j < rows.length; j++) {
      RealRows.checkSame("samples", samples.get(j), "the labels", labels);
      rows[j] = RealRows.of("samples", samples.get(j), mask);
    }
    double sum = 0;
    double[] x = new double[rows.length];
    for (int i = 0; i < truth.length; i++) {
      for (int k = 0; k < truth[i].length; k++) {
        for (int j = 0; j < x.length; j++) {
          x[j] = rows[j][i][k];
        }
        sum += ofSorted(truth[i][k], x, factor);
      }
    }
    return sum / truth.length / truth[0].length;
  }

  /** The score of samples, which are sorted: half the sum of all distances is one of ranks. */
  private static double ofSorted(double label, double[] x, double factor) {
    Arrays.sort(x);
    double errors = 0;
    double distances = 0;
    for (int j = 0; j < x.length; j++) {
      errors += Math.abs(x[j] - label);
      distances += (2.0 * j + 1 - x.length) * x[j];
    }
    return errors / x.length - factor * distances / x.length / x.length;
  }

  private static double[][] labels(INDArray labels, @Nullable INDArray mask) {
    RealRows.checkShape("labels", labels);
    double[][] rows = RealRows.of("labels", labels, mask);
    Preconditions.checkArgument(
        rows.length > 0, "labels must have at least 1 row that is not masked, got 0");
    return rows;
  }
}
