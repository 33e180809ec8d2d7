package io.github.dl4jx.ensembles.combine;

import java.util.Arrays;

/**
 * The median of the members' probabilities of each class, scaled to the sum 1: a soft vote in which
 * a few members that are far off do not count.
 *
 * <pre>{@code
 * P(c | x) = median_m P_m(c | x) / sum_k median_m P_m(k | x)
 * }</pre>
 *
 * <p>Where every median is 0 (most members rule out each of the classes), the mean takes the
 * median's place. A NaN of one member makes the whole row NaN. The class axis is the second.
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
