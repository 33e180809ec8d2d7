package io.github.dl4jx.studies.montecarlo;

import java.util.Arrays;
import org.nd4j.common.base.Preconditions;

/**
 * The area under the receiver operating characteristic (ROC) curve: how well a score tells two
 * groups apart, whatever the threshold.
 *
 * <pre>{@code
 * AUROC = P(score of a positive > score of a negative) + P(both are equal) / 2
 * }</pre>
 *
 * <p>1 if every positive scores higher than every negative, 0.5 if the score knows nothing.
 *
 * <p>Reference: J. A. Hanley, B. J. McNeil, "The Meaning and Use of the Area under a Receiver
 * Operating Characteristic (ROC) Curve", Radiology 143, 1982, doi:10.1148/radiology.143.1.7063747.
 */
public final class Auroc {

  private Auroc() {}

  /**
   * The area for two groups of scores.
   *
   * @param negatives scores of those that should score low, at least one
   * @param positives scores of those that should score high, at least one
   * @return in [0, 1], exact but for one rounding
   * @throws IllegalArgumentException if a group is empty or a score is not a number
   */
  public static double of(double[] negatives, double[] positives) {
    double[] low = sorted("negatives", negatives);
    double[] high = sorted("positives", positives);
    long halves = 0;
    int below = 0; // negatives that score less than this positive
    int notAbove = 0; // and those that do not score more
    for (double score : high) {
      while (below < low.length && low[below] < score) {
        below++;
      }
      while (notAbove < low.length && low[notAbove] <= score) {
        notAbove++;
      }
      halves += below + notAbove;
    }
    return halves / (2.0 * low.length * high.length);
  }

  private static double[] sorted(String name, double[] scores) {
    Preconditions.checkArgument(scores.length > 0, "%s must hold at least one score", name);
    for (double score : scores) {
      Preconditions.checkArgument(
          !Double.isNaN(score), "%s must hold numbers only, got %s", name, score);
    }
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return sorted;
  }
}
