package io.github.dl4jx.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * One thread's work arrays, small enough for the processor's inner caches, and the conversion of
 * int bits to floats.
 *
 * <p>The JIT compiler of JDK 17 vectorizes neither {@code Float.intBitsToFloat} nor the cast from
 * int to float. Copying through 8 KB of off-heap memory, written as ints and read as floats, does
 * the former at the speed of memcpy. And it vectorizes a loop only if the indices of all arrays of
 * a type differ by constants: {@code b[i + at] = a[i]} is ten times as slow as {@code b[i] = a[i]}.
 * Hence the many arrays, each used from 0 on.
 */
final class Scratch {

  /** Counters of one half of a chunk: {@link Threefry#blocks} makes two halves at a time. */
  static final int HALF = 512;

  /** Counters of a chunk. Part of the definition of {@link Distribution}: not to be changed. */
  static final int CHUNK = 2 * HALF;

  private static final int PADDING = 256;

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /** Low words of the counters of the two halves. */
  final int[] lowA = new int[HALF];

  final int[] lowB = new int[HALF];

  /** Words of the two halves. */
  final int[] xa = new int[HALF];

  final int[] ya = new int[HALF];
  final int[] xb = new int[HALF];
  final int[] yb = new int[HALF];

  /** Bits of floats made from the words. */
  final int[] bits = new int[2 * CHUNK];

  /** The two numbers of each counter of a half, and what they are made from. */
  final float[] first = new float[HALF];

  final float[] second = new float[HALF];
  final float[] u = new float[HALF];
  final float[] v = new float[HALF];
  final float[] w = new float[HALF];

  /** Elements, and the factors or the numbers that change them. */
  final float[] floats = new float[2 * CHUNK];

  final double[] doubles = new double[2 * CHUNK];
  final float[] factors = new float[2 * CHUNK];

  /** The words of a chunk, and as its elements lie in memory, with their multipliers. */
  final int[] x = new int[CHUNK];

  final int[] y = new int[CHUNK];
  final int[] words = new int[2 * CHUNK];
  final int[] multipliers = new int[CHUNK];

  /** Counters that {@link MaskPlan} keeps for the next chunk. */
  final MaskPlan.Pattern pattern = new MaskPlan.Pattern();

  private final IntBuffer intEnd;
  private final FloatBuffer floatEnd;

  private Scratch() {
    ByteBuffer passage =
        ByteBuffer.allocateDirect(4 * HALF * Integer.BYTES).order(ByteOrder.nativeOrder());
    intEnd = passage.asIntBuffer();
    floatEnd = passage.asFloatBuffer();
  }

  static Scratch ofThread() {
    return SCRATCH.get();
  }

  /**
   * How long a loop over n elements of these arrays is to be. What it does to the elements beyond n
   * does not matter; but the JIT compiler of JDK 17 makes no wide vectors of a loop that was short
   * when it was compiled, and then all later ones take twice the time.
   */
  static int padded(int n) {
    return (n + PADDING - 1) & -PADDING;
  }

  /** Starts a new conversion. */
  void rewind() {
    intEnd.clear();
    floatEnd.clear();
  }

  /** Appends n bit patterns. */
  void putBits(int[] bits, int from, int n) {
    intEnd.put(bits, from, n);
  }

  /** Takes the next n floats out, in the order in which their bits were put. */
  void getFloats(float[] to, int n) {
    floatEnd.get(to, 0, n);
  }
}
