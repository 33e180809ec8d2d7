package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.random.Seeds;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;

/** How unlike the classes are to the probabilities of a row: a score for each class. */
final class ConformalScore {

  /** The three kinds, as their texts name them. */
  enum Kind {
    PLAIN,
    ADAPTIVE,
    RANDOM
  }

  static final ConformalScore PLAIN = new ConformalScore(Kind.PLAIN, 0, 0);

  final Kind kind;
  final double penalty;
  final int free;

  ConformalScore(Kind kind, double penalty, int free) {
    this.kind = kind;
    this.penalty = penalty;
    this.free = free;
  }

  /** A number in [0, 1) for a row, which a random score needs. */
  static double uniform(long seed, long row) {
    return new SplittableRandom(Seeds.derive(seed, row)).nextDouble();
  }

  /** The scores of all classes. */
  double[] of(double[] p, double u) {
    double[] scores = new double[p.length];
    if (kind == Kind.PLAIN) {
      Arrays.setAll(scores, k -> 1 - p[k]);
      return scores;
    }
    Integer[] order = new Integer[p.length];
    Arrays.setAll(order, k -> k);
    Arrays.sort(order, Comparator.comparingDouble(k -> -p[k])); // stable: ties by their index
    double before = 0;
    for (int rank = 1; rank <= order.length; rank++) {
      int k = order[rank - 1];
      scores[k] = before + (kind == Kind.RANDOM ? u : 1) * p[k];
      scores[k] += penalty * Math.max(0, rank - free);
      before += p[k];
    }
    return scores;
  }
}
