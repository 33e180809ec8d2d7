package io.github.dl4jx.ensembles.combine;

import java.util.Arrays;

/**
 * The median of the members' probabilities of each class, scaled to the sum 1: a soft vote that is
 * robust against a few outliers among the members.
 *
 * <pre>{@code
 * P(c | x) = median_m P_m(c | x) / sum_k median_m P_m(k | x)
 * }</pre>
 *
 * <p>If all medians of a row are 0, the mean is used instead. A NaN of one member makes the whole
 * row NaN. Classes are along axis 1.
 *
 * <p>Reference: J. Kittler, M. Hatef, R. P. W. Duin, J. Matas, "On Combining Classifiers", IEEE
 * Transactions on Pattern Analysis and Machine Intelligence 20, 1998.
 */
public final class MedianVote extends RowRule {

  /** The rule; it has no settings. */
  public MedianVote() {
    super("median-vote", 2);
  }

  @Override
  double[] combineRow(double[][] members) {
    double[] medians = MedianOutput.medians(members);
    if (Arrays.stream(medians).allMatch(p -> p == 0)) {
      for (double[] member : members) {
        for (int c = 0; c < medians.length; c++) {
          medians[c] += member[c];
        }
      }
    }
    return normalize(medians);
  }
}
