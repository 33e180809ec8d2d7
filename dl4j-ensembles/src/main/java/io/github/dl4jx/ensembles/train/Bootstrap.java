package io.github.dl4jx.ensembles.train;

import java.util.Random;

/** Bootstrap samples, as lists of row indices. */
final class Bootstrap {

  private Bootstrap() {}

  /** n indices out of [0, n), drawn with replacement. */
  static int[] rows(int n, long seed) {
    Random random = new Random(seed);
    return random.ints(n, 0, n).toArray();
  }
}
