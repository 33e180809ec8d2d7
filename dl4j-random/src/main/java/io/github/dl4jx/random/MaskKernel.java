package io.github.dl4jx.random;

import java.util.Arrays;

/**
 * Applies the mask of a {@link MaskPlan}: {@code out = in * mask / p}, {@code mask ~ Bernoulli(p)}.
 *
 * <p>The two words x, y of a counter decide about its sixteen elements. Those of the parts 0, 2, 4,
 * .. are kept if the upper 31 bits of {@code x, K x, K^2 x, .., K^7 x} (mod 2^32) are less than
 * {@code p 2^31}; those of the parts 1, 3, 5, .. by y in the same way. Multiplying by K =
 * 0x93D765DD, a 32-bit multiplier of good lattice structure from Steele and Vigna, makes eight
 * uniform numbers of one word. For the purpose of one comparison each they are independent: counted
 * over all 2^32 words, for sixteen values of p from 0.05 to 0.999, the probability that all
 * elements of any subset of the eight are kept is off by less than 2e-6, and for any two by less
 * than 1e-8. To notice that would take some 10^12 elements.
 *
 * <p>Reference for K: G. L. Steele, S. Vigna, "Computationally easy, spectrally good multipliers
 * for congruential pseudorandom number generators", 2021, arXiv:2001.05304.
 */
final class MaskKernel implements Workers.Piece {

  /** Second word of the counters of masks. Positions are not negative, so never have this bit. */
  static final int HIGH = 0x80000000;

  private static final int K = 0x93D765DD;

  /** From this run on, calls are few enough if two parts are done at a time. */
  private static final int LEAST_PAIR = 128;

  /** 1, K, K^2, .., mod 2^32. */
  private static final int[] MULTIPLIERS = new int[MaskPlan.PARTS / 2];

  static {
    MULTIPLIERS[0] = 1;
    for (int i = 1; i < MULTIPLIERS.length; i++) {
      MULTIPLIERS[i] = MULTIPLIERS[i - 1] * K;
    }
  }

  private final MaskPlan plan;
  private final long key;
  private final double scale;
  private final float factor;
  private final int threshold;
  private final boolean bitwise;
  private final int keep;
  private final Elements in;
  private final Elements out;
  private final Scratch s = Scratch.ofThread();

  /**
   * For the current thread only; {@code in} and {@code out} are of one type.
   *
   * @param bitwise scale the floats, then clear the bits of those that are dropped, where they are:
   *     faster than making factors of the decisions, which have to pass from int to float
   */
  MaskKernel(MaskPlan plan, long key, double p, boolean bitwise, Elements in, Elements out) {
    this.plan = plan;
    this.key = key;
    this.threshold = threshold(p);
    this.scale = 1 / p;
    this.factor = (float) scale;
    this.bitwise = bitwise;
    this.keep = bitwise ? -1 : Float.floatToRawIntBits(out.wide ? 1f : (float) scale);
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
   *
   * @param from a multiple of the plan's run, if that is shorter than a chunk
   */
  @Override
  public void run(long from, long to) {
    for (long place = from, next; place < to; place = next) {
      next = Math.min(to, place + plan.chunkAt(place));
      int n = (int) (next - place);
      int a = Math.min(n, Scratch.HALF);
      int baseA = plan.counters(place, a, s.lowA, s.pattern);
      int baseB = plan.counters(place + a, n - a, s.lowB, s.pattern);
      Threefry.blocks(
          key, s.lowA, baseA, s.lowB, baseB, HIGH, Scratch.padded(a), s.xa, s.ya, s.xb, s.yb);
      if (plan.run >= Scratch.CHUNK) {
        longRuns(place, n, a);
      } else if (plan.run >= LEAST_PAIR) {
        pairs(place / plan.run * plan.slab, n, a);
      } else {
        shortRuns(place / plan.run * plan.slab, n, a);
      }
    }
  }

  /** The elements of n counters, of which a are in the first half: those of a part are in a row. */
  private void longRuns(long place, int n, int a) {
    long slab = place / plan.run * plan.slab;
    for (int part = 0; part < MaskPlan.PARTS; part++) {
      long within = place % plan.run + part * plan.run;
      int elements = (int) Math.max(0, Math.min(n, plan.slab - within));
      begin(slab + within, elements);
      int multiplier = MULTIPLIERS[part / 2];
      decideA(part % 2 == 0 ? s.xa : s.ya, multiplier, threshold, s.bits, Scratch.padded(a));
      decideB(part % 2 == 0 ? s.xb : s.yb, multiplier, threshold, s.bits, Scratch.padded(n - a));
      end(slab + within, elements);
    }
  }

  /** Clears the bits of a chunk's first half where the element is dropped. */
  private static void decideA(int[] words, int multiplier, int threshold, int[] bits, int n) {
    for (int i = 0; i < n; i++) {
      bits[i] &= (((words[i] * multiplier) >>> 1) - threshold) >> 31;
    }
  }

  /** The same for the second half; an offset that is not a constant would not be vectorized. */
  private static void decideB(int[] words, int multiplier, int threshold, int[] bits, int n) {
    for (int i = 0; i < n; i++) {
      bits[i + Scratch.HALF] &= (((words[i] * multiplier) >>> 1) - threshold) >> 31;
    }
  }

  /** The same for whole slabs, of which the parts 2 i and 2 i + 1 have one multiplier. */
  private void pairs(long at, int n, int a) {
    join(n, a);
    int run = (int) plan.run;
    int slab = (int) plan.slab;
    for (int first = 0; first < n; first += run) {
      System.arraycopy(s.x, first, s.words, 0, run);
      System.arraycopy(s.y, first, s.words, run, run);
      long start = at + (long) first / run * slab;
      for (int pair = 0, within = 0; within < slab; pair++, within += 2 * run) {
        int elements = Math.min(2 * run, slab - within);
        begin(start + within, elements);
        decide(s.words, MULTIPLIERS[pair], threshold, s.bits, Scratch.padded(elements));
        end(start + within, elements);
      }
    }
  }

  private void join(int n, int a) {
    System.arraycopy(s.xa, 0, s.x, 0, a);
    System.arraycopy(s.xb, 0, s.x, a, n - a);
    System.arraycopy(s.ya, 0, s.y, 0, a);
    System.arraycopy(s.yb, 0, s.y, a, n - a);
  }

  private static void decide(int[] words, int multiplier, int threshold, int[] bits, int n) {
    for (int i = 0; i < n; i++) {
      bits[i] &= (((words[i] * multiplier) >>> 1) - threshold) >> 31;
    }
  }

  /** The same for whole slabs: their words are laid out as their elements lie in memory. */
  private void shortRuns(long at, int n, int a) {
    join(n, a);
    int run = (int) plan.run;
    int slab = (int) plan.slab;
    int piece = Math.min(slab, Scratch.CHUNK);
    int slabs = Math.min(Scratch.CHUNK / piece, n / run); // at a time
    for (int within = 0; within < slab; within += piece) {
      int length = Math.min(piece, slab - within);
      multipliers(within, length);
      repeat(s.multipliers, 0, length, slabs * length);
      for (int first = 0; first < n; first += slabs * run) {
        int count = Math.min(slabs, (n - first) / run);
        for (int i = 0; i < count; i++) {
          words(first + i * run, within, i * length, length);
        }
        long start = at + (long) first / run * slab + within;
        begin(start, count * length);
        decide(s.words, s.multipliers, threshold, s.bits, Scratch.padded(count * length));
        end(start, count * length);
      }
    }
  }

  /** The multipliers of a slab's elements from {@code within} on. */
  private void multipliers(int within, int length) {
    int run = (int) plan.run;
    for (int i = 0; i < length; ) {
      int part = (within + i) / run;
      int end = Math.min(length, (part + 1) * run - within);
      Arrays.fill(s.multipliers, i, end, MULTIPLIERS[part / 2]);
      i = end;
    }
  }

  /** The words of these elements, of the counters from {@code first} on: x and y take turns. */
  private void words(int first, int within, int to, int length) {
    int run = (int) plan.run;
    int period = Math.min(length, 2 * run);
    int offset = within % run;
    boolean odd = within / run % 2 == 1;
    int done = 0;
    while (done < period) {
      int count = Math.min(period - done, run - offset);
      System.arraycopy(odd ? s.y : s.x, first + offset, s.words, to + done, count);
      done += count;
      offset = 0;
      odd = !odd;
    }
    repeat(s.words, to, done, length);
  }

  /**
   * Repeats a period: twice as many each time, so in few calls, even if it is of a few elements.
   */
  private static void repeat(int[] values, int at, int period, int length) {
    for (int done = period, count; done < length; done += count) {
      count = Math.min(done, length - done);
      System.arraycopy(values, at, values, at + done, count);
    }
  }

  private static void decide(int[] words, int[] multipliers, int threshold, int[] bits, int n) {
    for (int i = 0; i < n; i++) {
      bits[i] &= (((words[i] * multipliers[i]) >>> 1) - threshold) >> 31;
    }
  }

  /** Makes bits of n elements in a row, to be cleared where they are dropped. */
  private void begin(long at, int n) {
    if (bitwise) {
      scale(at, n);
      out.getBits(at, s.bits, n);
    } else {
      Arrays.fill(s.bits, 0, n, keep);
    }
  }

  private void end(long at, int n) {
    if (bitwise) {
      out.putBits(at, s.bits, n);
    } else {
      multiply(at, n);
    }
  }

  /** {@code out = in / p}: the part of the work that is done on floats. */
  private void scale(long at, int n) {
    in.get(at, s.floats, 0, n);
    multiply(s.floats, factor, Scratch.padded(n));
    out.put(at, s.floats, 0, n);
  }

  private static void multiply(float[] values, float factor, int n) {
    for (int i = 0; i < n; i++) {
      values[i] *= factor;
    }
  }

  /** Multiplies n elements in a row by factors, given by their bits. */
  private void multiply(long at, int n) {
    s.rewind();
    s.putBits(s.bits, 0, n);
    s.getFloats(s.factors, n);
    if (out.wide) {
      in.get(at, s.doubles, 0, n);
      multiply(s.doubles, s.factors, scale, Scratch.padded(n));
      out.put(at, s.doubles, 0, n);
    } else {
      in.get(at, s.floats, 0, n);
      multiply(s.floats, s.factors, Scratch.padded(n));
      out.put(at, s.floats, 0, n);
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
