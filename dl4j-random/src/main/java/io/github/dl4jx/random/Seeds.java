package io.github.dl4jx.random;

/** Seeds derived from another seed. */
public final class Seeds {

  private Seeds() {}

  /**
   * The seed of one part of a whole: for each part a bijection of the seed that changes about half
   * of its bits, so that parts differ and neighbouring seeds have nothing in common.
   *
   * <p>Reference: the finalizer of SplitMix64 in G. L. Steele, D. Lea, C. H. Flood, "Fast
   * Splittable Pseudorandom Number Generators", OOPSLA 2014, doi:10.1145/2660193.2660195.
   *
   * @param seed any number
   * @param part number of the part: of a member, an epoch or an iteration
   * @return the part's seed
   */
  public static long derive(long seed, long part) {
    long z = seed + (part + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
