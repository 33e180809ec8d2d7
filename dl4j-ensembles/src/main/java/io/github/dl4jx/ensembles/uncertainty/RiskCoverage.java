package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The risk-coverage curve: the error of a classifier that rejects all but its most confident
 * predictions.
 *
 * <pre>{@code
 * risk(k) = wrong predictions among the k most confident / k      at the coverage k / n
 * AURC    = 1/n * sum_k risk(k)
 * }</pre>
 *
 * <p>The area under the risk-coverage curve (AURC) is low if errors are few and have low
 * confidence. Predictions of equal confidence have their mean error, so that the order of the
 * examples has no influence. The confidence is the largest probability, unless another one is
 * given.
 *
 * <pre>{@code
 * RiskCoverage curve = RiskCoverage.of(labels, probabilities);
 * double area = curve.area();
 * double errorOfTheBetterHalf = curve.risk(0.5);
 * }</pre>
 *
 * <p>References: Y. Geifman, R. El-Yaniv, "Selective Classification for Deep Neural Networks",
 * NeurIPS 2017, arXiv 1705.08500; Y. Geifman, G. Uziel, R. El-Yaniv, "Bias-Reduced Uncertainty
 * Estimation for Deep Neural Classifiers", ICLR 2019, arXiv 1805.08206, for the area.
 */
public final class RiskCoverage {

  private static final int MOST_POINTS = 400;

  private final double[] risks;

  private RiskCoverage(RankedConfidences ranked) {
    int n = ranked.hits.length;
    risks = new double[n];
    double wrong = 0;
    for (int k = 1; k <= n; k++) {
      wrong += 1 - ranked.hits[n - k];
      risks[k - 1] = wrong / k;
    }
  }

  /**
   * The curve of class probabilities.
   *
   * @param labels one-hot, [examples, classes] or with further axes
   * @param probabilities of the labels' shape; they sum to 1
   * @return the curve
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, or probabilities do
   *     not sum to 1
   */
  public static RiskCoverage of(INDArray labels, INDArray probabilities) {
    return of(labels, probabilities, null);
  }

  /**
   * The curve of the rows that are not masked.
   *
   * @param labels one-hot, [examples, classes] or with further axes
   * @param probabilities of the labels' shape; they sum to 1
   * @param mask the labels' mask, such as [examples, steps], or null
   * @return the curve
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, probabilities do not
   *     sum to 1, or all rows are masked
   */
  public static RiskCoverage of(INDArray labels, INDArray probabilities, @Nullable INDArray mask) {
    return of(RankedConfidences.of(LabelledProbabilities.of(labels, probabilities, mask)));
  }

  /**
   * The curve for any measure of confidence, such as the negative mutual information.
   *
   * @param confidences any numbers, larger for more confidence
   * @param right whether the predictions are right
   * @return the curve
   * @throws IllegalArgumentException if the arrays differ in length or are empty, or a confidence
   *     is NaN
   */
  public static RiskCoverage of(double[] confidences, boolean[] right) {
    return of(RankedConfidences.of(confidences, right));
  }

  static RiskCoverage of(RankedConfidences ranked) {
    return new RiskCoverage(ranked);
  }

  /** {@return the area under the curve, in [0, 1]} */
  public double area() {
    double sum = 0;
    for (double risk : risks) {
      sum += risk;
    }
    return sum / risks.length;
  }

  /**
   * {@return the error at a coverage, in [0, 1]}
   *
   * @param coverage fraction of predictions that are used, in (0, 1]; rounded up to a whole number
   *     of them
   * @throws IllegalArgumentException if the coverage is not in (0, 1]
   */
  public double risk(double coverage) {
    Preconditions.checkArgument(
        coverage > 0 && coverage <= 1, "coverage must be in (0, 1], got %s", coverage);
    int used = (int) Math.ceil(coverage * risks.length);
    used -= coverage <= (used - 1.0) / risks.length ? 1 : 0; // 0.7 * 10 is above 7
    return risks[used - 1];
  }

  /** {@return the errors at the coverages 1/n, 2/n, .., 1} */
  public double[] risks() {
    return risks.clone();
  }

  /** {@return the curve as a chart, of at most 400 points} */
  public Chart chart() {
    int n = risks.length;
    int points = Math.min(n, MOST_POINTS);
    double[] x = new double[points];
    double[] y = new double[points];
    for (int i = 1; i <= points; i++) {
      int k = (int) ((long) n * i / points);
      x[i - 1] = (double) k / n;
      y[i - 1] = risks[k - 1];
    }
    return Chart.titled(String.format(Locale.ROOT, "Risk by coverage, area %.5f", area()))
        .x(Axis.linear("coverage").range(0, 1))
        .y(Axis.linear("error"))
        .line("error", x, y)
        .build();
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "RiskCoverage(area=%.4f of %d)", area(), risks.length);
  }
}
