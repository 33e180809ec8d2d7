package io.github.dl4jx.random;

/**
 * The numbers of consecutive positions of a stream.
 *
 * <p>Positions come in blocks of two {@link Scratch#CHUNK}s: the counter of a position is {@code
 * (position div (2 CHUNK)) CHUNK + position mod CHUNK}. The first CHUNK positions of a block take
 * the first numbers of their counters, the others the second. So neighbouring counters serve
 * neighbouring positions, as vector instructions want it.
 */
enum Distribution {
  /** {@code (word >>> 8) 2^-24}. */
  UNIFORM {
    @Override
    void fromWords(int[] x, int[] y, Scratch s) {
      for (int i = 0; i < Scratch.HALF; i++) {
        s.first[i] = uniform(x[i]);
        s.second[i] = uniform(y[i]);
      }
    }
  },

  /** Standard normal numbers. */
  NORMAL {
    @Override
    void fromWords(int[] x, int[] y, Scratch s) {
      NormalKernel.fromWords(x, y, s);
    }
  };

  /** Positions of a block. */
  static final int BLOCK = 2 * Scratch.CHUNK;

  /** What is done with the numbers: the i-th of them is for element {@code at + i}. */
  interface Sink {
    void accept(long at, float[] numbers, int offset, int n);
  }

  /** Makes {@link Scratch#first} and {@link Scratch#second} of the words of half a chunk. */
  abstract void fromWords(int[] x, int[] y, Scratch s);

  /**
   * Hands the numbers of a block to a sink.
   *
   * @param start position of element 0
   * @param end position after that of the last element
   */
  void block(long key, long block, long start, long end, Scratch s, Sink sink) {
    long counter = block * Scratch.CHUNK;
    int[] low = MaskPlan.Pattern.CONSECUTIVE;
    int base = Threefry.first(counter);
    int high = Threefry.second(counter);
    Threefry.blocks(
        key, low, base, low, base + Scratch.HALF, high, Scratch.HALF, s.xa, s.ya, s.xb, s.yb);
    long first = block * BLOCK;
    fromWords(s.xa, s.ya, s);
    halves(first, start, end, s, sink);
    fromWords(s.xb, s.yb, s);
    halves(first + Scratch.HALF, start, end, s, sink);
  }

  private static void halves(long first, long start, long end, Scratch s, Sink sink) {
    half(first, s.first, start, end, sink);
    half(first + Scratch.CHUNK, s.second, start, end, sink);
  }

  private static void half(long first, float[] numbers, long start, long end, Sink sink) {
    long from = Math.max(first, start);
    long to = Math.min(first + Scratch.HALF, end);
    if (from < to) {
      sink.accept(from - start, numbers, (int) (from - first), (int) (to - from));
    }
  }

  private static float uniform(int word) {
    return (word >>> 8) * 0x1p-24f;
  }
}
