package io.github.dl4jx.ensembles.combine;

import java.util.Arrays;

/**
 * The median of the members' outputs, for regression: robust against a few outliers among the
 * members.
 *
 * <pre>{@code
 * y = median_m y_m        of an even number of members, the mean of the two in the middle
 * }</pre>
 *
 * <p>Every output, step and pixel has its own median; it is NaN if one member's is. {@link
 * MedianVote} is for classification.
 */
public final class MedianOutput extends RowRule {

  /** The rule; it has no settings. */
  public MedianOutput() {
    super("median", 1);
  }

  @Override
  double[] combineRow(double[][] members) {
    return medians(members);
  }

  static double[] medians(double[][] members) {
    double[] medians = new double[members[0].length];
    double[] column = new double[members.length];
    for (int c = 0; c < medians.length; c++) {
      for (int m = 0; m < column.length; m++) {
        column[m] = members[m][c];
      }
      Arrays.sort(column); // NaN last
      if (Double.isNaN(column[column.length - 1])) {
        medians[c] = Double.NaN; // else it would count as the largest number
        continue;
      }
      double lower = column[(column.length - 1) / 2];
      double upper = column[column.length / 2];
      medians[c] = lower == upper ? lower : (lower + upper) / 2;
    }
    return medians;
  }
}
