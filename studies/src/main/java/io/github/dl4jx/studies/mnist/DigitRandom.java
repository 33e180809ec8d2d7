package io.github.dl4jx.studies.mnist;

/**
 * SplitMix64: the random numbers of one drawn digit.
 *
 * <p>Own code and not {@link java.util.SplittableRandom}, whose algorithm may change between Java
 * versions: the drawn files' checksums are fixed, so the numbers behind them must be. For the same
 * reason the normal numbers are a sum of uniform ones: sums round the same everywhere.
 *
 * <p>Reference: G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number
 * Generators", OOPSLA 2014, doi:10.1145/2660193.2660195.
 */
final class DigitRandom {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;

  /** A sum of four uniform numbers has variance 1/3. */
  private static final double FOUR_UNIFORMS_TO_UNIT_VARIANCE = Math.sqrt(3);

  private long state;

  /**
   * The generator of one item of one stream; different items are independent.
   *
   * @param seed any value
   * @param stream any value
   * @param item any value
   */
  DigitRandom(long seed, long stream, long item) {
    this.state = mix(mix(mix(seed) + stream) + item);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    state += GOLDEN_GAMMA;
    return (mix(state) >>> 11) * UNIT;
  }

  /** Uniform in [low, high). */
  double uniform(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** Nearly normal (Irwin-Hall), mean 0, never beyond 3.5 standard deviations. */
  double normal(double standardDeviation) {
    double sum = uniform() + uniform() + uniform() + uniform() - 2;
    return standardDeviation * FOUR_UNIFORMS_TO_UNIT_VARIANCE * sum;
  }

  /** Uniform in 0 .. bound - 1. */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  private static long mix(long value) {
    long z = value + GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
