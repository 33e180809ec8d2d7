package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Split conformal prediction for regression: an interval that has the true value with a given
 * probability, whatever the network.
 *
 * <pre>{@code
 * residuals:  f(x) - q <= y <= f(x) + q          q: the ceil((n + 1) coverage)-th smallest of
 *                                                   |y_i - f(x_i)|, i = 1..n
 * normalized: m(x) - q d(x) <= y <= m(x) + q d(x)   the same of |y_i - m(x_i)| / d(x_i)
 * }</pre>
 *
 * <p>If the n examples of the fit and the new one are exchangeable, as independent ones of one
 * distribution are, the interval has y with a probability of at least {@code coverage}, and below
 * {@code coverage + 1 / (n + 1)} if no residuals are equal: a mean over fits, of which each has a
 * coverage out of Beta(k, n + 1 - k), k the rank above. Several outputs have a q each, and the
 * coverage each.
 *
 * <p>Intervals of residuals have one width everywhere. Normalized ones are wide where the predicted
 * deviation d(x) is large, such as that of {@link GaussianMixture} or {@link UncertainPrediction},
 * which need not be right, as q scales it.
 *
 * <p>Immutable; as text {@code residuals(0.9;q1,q2)} or {@code normalized(0.9;q1,q2)}, see {@link
 * #parse}. Use examples that the network was not trained on.
 *
 * <pre>{@code
 * ConformalIntervals fitted = ConformalIntervals.coverage(0.9).fit(labels, net.output(features));
 * INDArray upper = fitted.predict(net.output(others)).upper();
 * }</pre>
 *
 * <p>References: A. N. Angelopoulos, S. Bates, "A Gentle Introduction to Conformal Prediction and
 * Distribution-Free Uncertainty Quantification", 2021, arXiv 2107.07511; J. Lei, M. G'Sell, A.
 * Rinaldo, R. J. Tibshirani, L. Wasserman, "Distribution-Free Predictive Inference for Regression",
 * JASA 113, 2018, arXiv 1604.04173.
 */
public final class ConformalIntervals {

  private static final String RESIDUALS = "residuals";
  private static final String NORMALIZED = "normalized";
  private static final String EXAMPLE = "residuals(0.9;1.5)";

  private final boolean normalized;
  private final double coverage;

  /** For each output. */
  private final double[] radii;

  private ConformalIntervals(boolean normalized, double coverage, double[] radii) {
    this.normalized = normalized;
    this.coverage = coverage;
    this.radii = radii;
  }

  /**
   * Starts a fit.
   *
   * @param coverage the probability that an interval has the true value, in (0, 1); 0.9 is usual
   * @return what fits
   * @throws IllegalArgumentException if it is not in (0, 1)
   */
  public static Fitter coverage(double coverage) {
    return new Fitter(ConformalQuantile.checkCoverage(coverage));
  }

  /**
   * Reads what was fitted from its text.
   *
   * @param text the result of {@link #toString}; it need not be trusted
   * @return the intervals
   * @throws IllegalArgumentException if it is not such a text
   */
  public static ConformalIntervals parse(String text) {
    boolean normalized = Arguments.notNull("text", text).startsWith(NORMALIZED);
    double[][] rows = ScalingText.parse(normalized ? NORMALIZED : RESIDUALS, EXAMPLE, text);
    boolean right = rows.length == 2 && rows[0].length == 1 && rows[0][0] > 0 && rows[0][0] < 1;
    ScalingText.check(right, EXAMPLE, text);
    for (double radius : rows[1]) {
      ScalingText.check(radius >= 0 && Double.isFinite(radius), EXAMPLE, text);
    }
    return new ConformalIntervals(normalized, rows[0][0], rows[1]);
  }

  /** {@return the coverage that was asked for, in (0, 1)} */
  public double coverage() {
    return coverage;
  }

  /** {@return q for each output: half the width or, if normalized, that in predicted deviations} */
  public double[] radii() {
    return radii.clone();
  }

  /**
   * Intervals around predictions, of residuals.
   *
   * @param predictions [examples, outputs] or with further axes; not changed
   * @return the intervals
   * @throws IllegalArgumentException if they are not finite or of as many outputs as in the fit
   * @throws IllegalStateException if these intervals are normalized
   */
  public PredictionIntervals predict(INDArray predictions) {
    double[][] rows = rows("predictions", predictions);
    Preconditions.checkState(
        !normalized, "normalized intervals need deviations: call predict(means, deviations)");
    return new PredictionIntervals(coverage, predictions, rows, widths(rows, null));
  }

  /**
   * Intervals around means, normalized by deviations.
   *
   * @param means [examples, outputs] or with further axes; not changed
   * @param deviations of that shape, above 0
   * @return the intervals
   * @throws IllegalArgumentException if they are not finite, of as many outputs as in the fit, or a
   *     deviation is not above 0
   * @throws IllegalStateException if these intervals are not normalized
   */
  public PredictionIntervals predict(INDArray means, INDArray deviations) {
    double[][] rows = rows("means", means);
    double[][] scales = deviations(means, deviations, null);
    Preconditions.checkState(
        normalized, "intervals of residuals have no deviations: call predict(predictions)");
    return new PredictionIntervals(coverage, means, rows, widths(rows, scales));
  }

  private double[][] rows(String name, INDArray predictions) {
    RealRows.checkShape(name, predictions);
    Preconditions.checkArgument(
        predictions.size(1) == radii.length,
        "%s must have as many outputs as in the fit, %s, got %s",
        name,
        radii.length,
        Arrays.toString(predictions.shape()));
    return RealRows.of(name, Arguments.floatingPoint(name, predictions), null);
  }

  private double[][] widths(double[][] rows, double @Nullable [][] scales) {
    double[][] widths = new double[rows.length][radii.length];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < radii.length; k++) {
        widths[i][k] = radii[k] * (scales == null ? 1 : scales[i][k]);
      }
    }
    return widths;
  }

  private static double[][] deviations(
      INDArray means, INDArray deviations, @Nullable INDArray mask) {
    RealRows.checkSame("deviations", deviations, "the means", means);
    return RealRows.positive("deviations", deviations, mask);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ConformalIntervals && other.toString().equals(toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    return ScalingText.of(normalized ? NORMALIZED : RESIDUALS, new double[] {coverage}, radii);
  }

  /** Fits {@link ConformalIntervals} of a coverage. */
  public static final class Fitter {

    private final double coverage;

    private Fitter(double coverage) {
      this.coverage = coverage;
    }

    /**
     * Fits intervals of residuals.
     *
     * @param labels [examples, outputs] or with further axes; at least {@code coverage / (1 -
     *     coverage)} rows
     * @param predictions of the labels' shape
     * @return the intervals
     * @throws IllegalArgumentException if shapes differ, a value is not finite, or there are too
     *     few rows
     */
    public ConformalIntervals fit(INDArray labels, INDArray predictions) {
      return fit(labels, predictions, null);
    }

    /**
     * Fits intervals of residuals to the rows that are not masked.
     *
     * @param labels [examples, outputs] or with further axes
     * @param predictions of the labels' shape
     * @param mask the labels' mask, as {@link OutputRows} takes it, or null
     * @return the intervals
     * @throws IllegalArgumentException as without a mask
     */
    public ConformalIntervals fit(INDArray labels, INDArray predictions, @Nullable INDArray mask) {
      RealRows.checkShape("labels", labels);
      RealRows.checkSame("predictions", predictions, "the labels", labels);
      return fit(
          RealRows.of("labels", labels, mask), RealRows.of("predictions", predictions, mask), null);
    }

    /**
     * Fits intervals that are normalized by predicted deviations.
     *
     * @param labels [examples, outputs] or with further axes; at least {@code coverage / (1 -
     *     coverage)} rows
     * @param means of the labels' shape
     * @param deviations of the labels' shape, above 0
     * @return the intervals
     * @throws IllegalArgumentException if shapes differ, a value is not finite, a deviation is not
     *     above 0, or there are too few rows
     */
    public ConformalIntervals fitNormalized(INDArray labels, INDArray means, INDArray deviations) {
      return fitNormalized(labels, means, deviations, null);
    }

    /**
     * Fits intervals that are normalized by predicted deviations to the rows that are not masked.
     *
     * @param labels [examples, outputs] or with further axes
     * @param means of the labels' shape
     * @param deviations of the labels' shape, above 0
     * @param mask the labels' mask, as {@link OutputRows} takes it, or null
     * @return the intervals
     * @throws IllegalArgumentException as without a mask
     */
    public ConformalIntervals fitNormalized(
        INDArray labels, INDArray means, INDArray deviations, @Nullable INDArray mask) {
      RealRows.checkShape("labels", labels);
      RealRows.checkSame("means", means, "the labels", labels);
      return fit(
          RealRows.of("labels", labels, mask),
          RealRows.of("means", means, mask),
          deviations(means, deviations, mask));
    }

    private ConformalIntervals fit(
        double[][] labels, double[][] predictions, double @Nullable [][] scales) {
      Preconditions.checkArgument(
          labels.length > 0, "labels must have at least 1 row that is not masked, got 0");
      double[] radii = new double[labels[0].length];
      for (int k = 0; k < radii.length; k++) {
        int column = k;
        double[] scores = new double[labels.length];
        Arrays.setAll(
            scores,
            i ->
                Math.abs(labels[i][column] - predictions[i][column])
                    / (scales == null ? 1 : scales[i][column]));
        radii[k] = ConformalQuantile.of(scores, coverage);
      }
      return new ConformalIntervals(scales != null, coverage, radii);
    }
  }
}
