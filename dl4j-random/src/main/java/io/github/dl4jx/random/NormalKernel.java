package io.github.dl4jx.random;

/**
 * Two independent standard normal numbers from the two words x, y of a counter: the Box-Muller
 * transform, without branches, tables, divisions or casts, so that every loop is vectorized.
 *
 * <pre>
 * n0 = r cos(t),  n1 = r sin(t),  r = sqrt(-2 ln U),  t = pi z
 *
 * U = 2^-(k+1) (1 + m)    k = number of trailing zeros of x, m = upper 23 bits of x, in [0, 1)
 * z in [-1, 1)            from the upper 23 bits of y
 * </pre>
 *
 * <p>U is uniform with 32 bits, and its tail is right to the last of them: k trailing zeros have
 * the probability 2^-(k+1), and while k &lt;= 8 they share no bit with m. Above that, m keeps 31 -
 * k free bits, and the lowest one-bit of x serves as their rounding. Hence U is at least 2^-33, and
 * |n| at most 6.77.
 *
 * <p>With {@code w = 1 - m}, {@code r^2 = 2 k ln 2 - 2 ln(1 - w / 2)}: the logarithm is w times a
 * polynomial, never negative and of full relative precision at U = 1. Sine and cosine are of {@code
 * t / 2}, so that z needs no reduction, and then doubled. All is done in float; the absolute error
 * of a number is 2e-7 in the root mean square and below 4e-6.
 *
 * <p>Reference: G. E. P. Box, M. E. Muller, "A Note on the Generation of Random Normal Deviates",
 * Annals of Mathematical Statistics 29, 1958, doi:10.1214/aoms/1177706645. The polynomials are
 * minimax polynomials, made with Remez's algorithm for this class.
 */
final class NormalKernel {

  /** Bits of the float 1: with m more, those of 1 + 2^-23 m. */
  private static final int ONE_BITS = 0x3F800000;

  /** Bits of the float 2^23: with m more, those of 2^23 + m. */
  private static final int TWO_23_BITS = 0x4B000000;

  private static final float TWO_23 = 0x1p23f;
  private static final float TWO_LN_2 = 1.3862944f;

  /** -2 ln(1 - w / 2) / w on [0, 1], relative error 1.5e-7. */
  private static final float L0 = 0.9999999f;

  private static final float L1 = 0.25001827f;
  private static final float L2 = 0.08296566f;
  private static final float L3 = 0.03403132f;
  private static final float L4 = 0.0023761215f;
  private static final float L5 = 0.024544738f;
  private static final float L6 = -0.016899087f;
  private static final float L7 = 0.009257286f;

  /** sin(pi z / 2) / z as a polynomial in z^2, relative error 5e-9. */
  private static final float S0 = 1.5707964f;

  private static final float S1 = -0.6459637f;
  private static final float S2 = 0.07968968f;
  private static final float S3 = -0.0046737664f;
  private static final float S4 = 0.00015148513f;

  /** cos(pi z / 2) as a polynomial in z^2, absolute error 5e-8. */
  private static final float C0 = 0.99999994f;

  private static final float C1 = -1.2336982f;
  private static final float C2 = 0.25365075f;
  private static final float C3 = -0.020810628f;
  private static final float C4 = 0.00085819064f;

  private NormalKernel() {}

  /** Turns the words of half a chunk into its normal numbers. */
  static void fromWords(int[] x, int[] y, Scratch s) {
    s.rewind();
    mantissas(x, s.bits);
    s.putBits(s.bits, 0, Scratch.HALF);
    trailingZeros(x, s.bits);
    s.putBits(s.bits, 0, Scratch.HALF);
    mantissas(y, s.bits);
    s.putBits(s.bits, 0, Scratch.HALF);
    s.getFloats(s.u, Scratch.HALF);
    s.getFloats(s.v, Scratch.HALF);
    s.getFloats(s.w, Scratch.HALF);
    radii(s.u, s.v, s.factors);
    rotate(s.factors, s.w, s.first, s.second);
  }

  /** Bits of the float 1 + m. */
  private static void mantissas(int[] words, int[] bits) {
    for (int i = 0; i < Scratch.HALF; i++) {
      bits[i] = (words[i] >>> 9) | ONE_BITS;
    }
  }

  /**
   * Bits of the float 2^23 + k: counts the ones that stand where the zeros did, in parallel sums.
   * The JDK's own method is not vectorized. With {@code -1 - word} for {@code ~word}, the compiler
   * of JDK 17 leaves this loop, half of the transform's time, without vectors in most runs.
   */
  private static void trailingZeros(int[] words, int[] bits) {
    for (int i = 0; i < Scratch.HALF; i++) {
      int word = words[i];
      int ones = (word - 1) & ~word;
      ones -= (ones >>> 1) & 0x55555555;
      ones = (ones & 0x33333333) + ((ones >>> 2) & 0x33333333);
      ones = (ones + (ones >>> 4)) & 0x0F0F0F0F;
      bits[i] = ((ones * 0x01010101) >>> 24) | TWO_23_BITS;
    }
  }

  private static void radii(float[] mantissas, float[] zeros, float[] radii) {
    for (int i = 0; i < Scratch.HALF; i++) {
      float w = 2f - mantissas[i];
      float log =
          (((((((L7 * w + L6) * w + L5) * w + L4) * w + L3) * w + L2) * w + L1) * w + L0) * w;
      radii[i] = (float) Math.sqrt((zeros[i] - TWO_23) * TWO_LN_2 + log);
    }
  }

  private static void rotate(float[] radii, float[] turns, float[] cosines, float[] sines) {
    for (int i = 0; i < Scratch.HALF; i++) {
      float r = radii[i];
      float z = 2f * turns[i] - 3f;
      float zz = z * z;
      float s = ((((S4 * zz + S3) * zz + S2) * zz + S1) * zz + S0) * z;
      float c = (((C4 * zz + C3) * zz + C2) * zz + C1) * zz + C0;
      float t = 2f * r * s;
      cosines[i] = r - t * s;
      sines[i] = t * c;
    }
  }
}
