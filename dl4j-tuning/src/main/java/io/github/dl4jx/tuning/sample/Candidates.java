package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.tuning.space.Point;
import org.nd4j.common.base.Preconditions;

/** The best of some draws: the one that is likelier among the good than among the others. */
final class Candidates {

  private static final int MOST = 1_000_000;

  private Candidates() {}

  /** Checks how many there shall be. */
  static int checked(int candidates) {
    Preconditions.checkArgument(
        candidates >= 1 && candidates <= MOST,
        "candidates must be in [1, %s], got %s",
        MOST,
        candidates);
    return candidates;
  }

  /** The best of those that are new; the first if none is. */
  static Point best(
      int draws,
      Fresh fresh,
      ProductKernels source,
      ProductKernels good,
      ProductKernels others,
      Draws random) {
    Point first = source.draw(random);
    Point best = first;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < draws; i++) {
      Point candidate = i == 0 ? first : source.draw(random);
      if (fresh.isNew(candidate)) {
        double gain = good.logDensity(candidate) - others.logDensity(candidate);
        if (gain > most) {
          most = gain;
          best = candidate;
        }
      }
    }
    return best;
  }
}
