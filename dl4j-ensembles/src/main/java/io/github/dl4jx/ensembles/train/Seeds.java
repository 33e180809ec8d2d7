package io.github.dl4jx.ensembles.train;

import java.util.Random;

/** Seeds that follow from another seed. */
final class Seeds {

  private Seeds() {}

  /**
   * The seed of one part of a whole: for each part a bijection of the seed that changes about half
   * of its bits, so that parts differ and neighbouring seeds have nothing in common.
   */
  static long derive(long seed, int part) {
    // the finalizer of SplitMix64: Steele, Lea, Flood, OOPSLA 2014, doi:10.1145/2660193.2660195
    long z = seed + (part + 1L) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** n indices out of [0, n), drawn with replacement. */
  static int[] bootstrap(int n, long seed) {
    Random random = new Random(seed);
    return random.ints(n, 0, n).toArray();
  }
}
