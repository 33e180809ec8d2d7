package io.github.dl4jx.random;

/**
 * Applies the mask of a {@link MaskPlan}: {@code out = in * mask / p}, {@code mask ~ Bernoulli(p)}.
 *
 * <p>The two words x, y of a counter decide about its eight elements. Those of the parts 0, 2, 4, 6
 * are kept if the upper 31 bits of {@code x, K x, K^2 x, K^3 x} (mod 2^32) are less than {@code p
 * 2^31}; those of the parts 1, 3, 5, 7 by y in the same way. Multiplying by K = 0x93D765DD, the
 * 32-bit multiplier of best lattice structure of Steele and Vigna, makes four uniform numbers of
 * one word. For the purpose of one comparison each they are independent: counted over all 2^32
 * words, for p = 0.1, 0.5, 0.8, 0.95 and 0.999, the probability that any two, three or four of them
 * keep their elements is off by less than 2e-8.
 *
 * <p>Reference for K: G. L. Steele, S. Vigna, "Computationally easy, spectrally good multipliers
 * for congruential pseudorandom number generators", 2021, arXiv:2001.05304.
 */
final class MaskKernel implements Workers.Piece {

  /** Second word of the counters of masks. Positions are not negative, so never have this bit. */
  static final int HIGH = 0x80000000;

  /** K and its powers, mod 2^32. */
  private static final int K1 = 0x93D765DD;

  private static final int K2 = 0x0FBE20C9;
  private static final int K3 = 0x8DE09A85;

  private final MaskPlan plan;
  private final long key;
  private final double scale;
  private final int threshold;
  private final int keep;
  private final Elements in;
  private final Elements out;
  private final Scratch s = Scratch.ofThread();

  /** For the current thread only; {@code in} and {@code out} are of one type. */
  MaskKernel(MaskPlan plan, long key, double p, Elements in, Elements out) {
    this.plan = plan;
    this.key = key;
    this.threshold = threshold(p);
    this.scale = 1 / p;
    this.keep = Float.floatToRawIntBits(out.wide ? 1f : (float) scale);
    this.in = in;
    this.out = out;
  }

  /**
   * How many of the 2^31 values keep an element: the nearest to p, but never all and never none.
   */
  static int threshold(double p) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round(p * 0x1p31)));
  }

  /**
   * Applies the mask to the elements of the counters of the places from {@code from} to {@code to}.
   */
  @Override
  public void run(long from, long to) {
    for (long place = from; place < to; place += Scratch.CHUNK) {
      int n = (int) Math.min(Scratch.CHUNK, to - place);
      int a = (n + 1) / 2;
      int baseA = plan.counters(place, a, s.lowA, s.pattern);
      int baseB = plan.counters(place + a, n - a, s.lowB, s.pattern);
      Threefry.blocks(key, s.lowA, baseA, s.lowB, baseB, HIGH, a, s.xa, s.ya, s.xb, s.yb);
      decide(s.xa, 0, s.bitsA, a);
      decide(s.ya, 1, s.bitsA, a);
      decide(s.xb, 0, s.bitsB, n - a);
      decide(s.yb, 1, s.bitsB, n - a);
      arrange(place, n, a);
      int elements = s.runs.elements();
      s.rewind();
      s.putBits(s.bits, 0, elements);
      s.getFloats(s.factors, elements);
      if (out.wide) {
        s.runs.get(in, s.doubles);
        multiply(s.doubles, s.factors, scale, elements);
        s.runs.put(out, s.doubles);
      } else {
        s.runs.get(in, s.floats);
        multiply(s.floats, s.factors, elements);
        s.runs.put(out, s.floats);
      }
    }
  }

  private void decide(int[] words, int part, int[][] bits, int n) {
    decide(words, bits[part], bits[part + 2], bits[part + 4], bits[part + 6], threshold, keep, n);
  }

  private static void decide(
      int[] words, int[] b0, int[] b1, int[] b2, int[] b3, int threshold, int keep, int n) {
    for (int i = 0; i < n; i++) {
      int word = words[i];
      b0[i] = keepIf(word, threshold, keep);
      b1[i] = keepIf(word * K1, threshold, keep);
      b2[i] = keepIf(word * K2, threshold, keep);
      b3[i] = keepIf(word * K3, threshold, keep);
    }
  }

  /** {@code keep} if the upper 31 bits of the word are less than the threshold, otherwise 0. */
  private static int keepIf(int word, int threshold, int keep) {
    return (((word >>> 1) - threshold) >> 31) & keep;
  }

  /** Puts the factors of a chunk in the order in which their elements lie in memory. */
  private void arrange(long place, int n, int a) {
    s.runs.clear();
    for (int done = 0; done < n; ) {
      long within = (place + done) % plan.run;
      long slab = (place + done) / plan.run * plan.slab;
      int count = (int) Math.min(n - done, plan.run - within);
      for (int part = 0; part < MaskPlan.PARTS; part++) {
        long start = part * plan.run + within;
        if (start < plan.slab) {
          int inside = (int) Math.min(count, plan.slab - start);
          int inA = Math.max(0, Math.min(inside, a - done));
          int to = s.runs.elements();
          System.arraycopy(s.bitsA[part], inA > 0 ? done : 0, s.bits, to, inA);
          System.arraycopy(s.bitsB[part], Math.max(0, done - a), s.bits, to + inA, inside - inA);
          s.runs.add(slab + start, inside);
        }
      }
      done += count;
    }
  }

  private static void multiply(float[] values, float[] factors, int n) {
    for (int i = 0; i < n; i++) {
      values[i] *= factors[i];
    }
  }

  private static void multiply(double[] values, float[] factors, double scale, int n) {
    for (int i = 0; i < n; i++) {
      values[i] *= factors[i] * scale;
    }
  }
}
