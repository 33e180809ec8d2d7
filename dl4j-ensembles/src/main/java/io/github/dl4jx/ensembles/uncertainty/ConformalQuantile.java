package io.github.dl4jx.ensembles.uncertainty;

import java.util.Arrays;
import org.nd4j.common.base.Preconditions;

/**
 * The quantile of split conformal prediction: the k-th smallest of n scores, {@code k = ceil((n +
 * 1) coverage)}. A further score is at most that with a probability of at least {@code coverage},
 * and below {@code coverage + 1 / (n + 1)} if no scores are equal.
 */
final class ConformalQuantile {

  private ConformalQuantile() {}

  static double checkCoverage(double coverage) {
    Preconditions.checkArgument(
        coverage > 0 && coverage < 1, "coverage must be in (0, 1), got %s", coverage);
    return coverage;
  }

  /** The rank k among n. */
  private static long rank(int n, double coverage) {
    long rank = (long) Math.ceil((n + 1) * coverage);
    return rank - (coverage <= (rank - 1.0) / (n + 1) ? 1 : 0); // 0.7 * 10 is above 7
  }

  /** The quantile of at least 1 score; they are sorted. */
  static double of(double[] scores, double coverage) {
    long rank = rank(scores.length, coverage);
    Preconditions.checkArgument(
        rank <= scores.length,
        "labels must have at least coverage / (1 - coverage) rows that are not masked, or the sets"
            + " have everything, got %s for coverage %s",
        Integer.toString(scores.length), // Preconditions would take both for doubles
        coverage);
    Arrays.sort(scores);
    return scores[(int) Math.max(1, rank) - 1];
  }
}
