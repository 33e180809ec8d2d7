package io.github.dl4jx.random;

/**
 * Applies the mask of a {@link MaskPlan}: {@code out = in * mask / p}, {@code mask ~ Bernoulli(p)}.
 *
 * <p>The two words x, y of a counter decide about its eight elements. Those of the parts 0, 2, 4, 6
 * are kept if the upper 31 bits of {@code x, K x, K^2 x, K^3 x} (mod 2^32) are less than {@code p
 * 2^31}; those of the parts 1, 3, 5, 7 by y in the same way. Multiplying by K = 0x93D765DD, a
 * 32-bit multiplier of good lattice structure from Steele and Vigna, makes four uniform numbers of
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

  /** 1, K, K^2 and K^3, mod 2^32. */
  private static final int[] MULTIPLIERS = {1, 0x93D765DD, 0x0FBE20C9, 0x8DE09A85};

  private final MaskPlan plan;
  private final long key;
  private final double scale;
  private final int threshold;
  private final int keep;
  private final Elements in;
  private final Elements out;
  private final Scratch s = Scratch.ofThread();
  private int runs;

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
      int a = Math.min(n, Scratch.HALF);
      int baseA = plan.counters(place, a, s.lowA, s.pattern);
      int baseB = plan.counters(place + a, n - a, s.lowB, s.pattern);
      Threefry.blocks(key, s.lowA, baseA, s.lowB, baseB, HIGH, a, s.xa, s.ya, s.xb, s.yb);
      findRuns(place, n);
      for (int part = 0; part < MaskPlan.PARTS; part++) {
        int multiplier = MULTIPLIERS[part / 2];
        decideA(part % 2 == 0 ? s.xa : s.ya, multiplier, threshold, keep, s.bits, a);
        decideB(part % 2 == 0 ? s.xb : s.yb, multiplier, threshold, keep, s.bits, n - a);
        s.rewind();
        s.putBits(s.bits, n);
        s.getFloats(s.factors, n);
        if (out.wide) {
          applyToDoubles(part * plan.run, n);
        } else {
          applyToFloats(part * plan.run, n);
        }
      }
    }
  }

  /** Bits of the factors of the first half of a chunk: {@code keep} or 0. */
  private static void decideA(
      int[] words, int multiplier, int threshold, int keep, int[] bits, int n) {
    for (int i = 0; i < n; i++) {
      bits[i] = ((((words[i] * multiplier) >>> 1) - threshold) >> 31) & keep;
    }
  }

  /** The same for the second half; an offset that is not a constant would not be vectorized. */
  private static void decideB(
      int[] words, int multiplier, int threshold, int keep, int[] bits, int n) {
    for (int i = 0; i < n; i++) {
      bits[i + Scratch.HALF] = ((((words[i] * multiplier) >>> 1) - threshold) >> 31) & keep;
    }
  }

  /** Finds the runs of consecutive elements that the first part of a chunk is made of. */
  private void findRuns(long place, int n) {
    runs = 0;
    for (int done = 0; done < n; done += s.runLength[runs++]) {
      long within = (place + done) % plan.run;
      s.runStart[runs] = (place + done) / plan.run * plan.slab + within;
      s.runRoom[runs] = plan.slab - within;
      s.runLength[runs] = (int) Math.min(n - done, plan.run - within);
    }
  }

  /** Applies the factors to the elements that lie by so much behind those of the first part. */
  private void applyToFloats(long distance, int n) {
    for (int run = 0, at = 0; run < runs; at += s.runLength[run++]) {
      in.get(s.runStart[run] + distance, s.floats, at, length(run, distance));
    }
    multiply(s.floats, s.factors, n);
    for (int run = 0, at = 0; run < runs; at += s.runLength[run++]) {
      out.put(s.runStart[run] + distance, s.floats, at, length(run, distance));
    }
  }

  private void applyToDoubles(long distance, int n) {
    for (int run = 0, at = 0; run < runs; at += s.runLength[run++]) {
      in.get(s.runStart[run] + distance, s.doubles, at, length(run, distance));
    }
    multiply(s.doubles, s.factors, scale, n);
    for (int run = 0, at = 0; run < runs; at += s.runLength[run++]) {
      out.put(s.runStart[run] + distance, s.doubles, at, length(run, distance));
    }
  }

  /** How much of a run there is at the distance: the last parts may be shorter, or missing. */
  private int length(int run, long distance) {
    return (int) Math.max(0, Math.min(s.runLength[run], s.runRoom[run] - distance));
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
