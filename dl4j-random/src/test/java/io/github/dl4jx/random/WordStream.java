package io.github.dl4jx.random;

import java.util.function.Consumer;

/** The raw words of a stream, in the order of their positions. */
final class WordStream {

  /** Words handed out at a time. */
  static final int BLOCK = Distribution.BLOCK;

  private final long key;

  WordStream(long seed, long stream) {
    key = Threefry.key(seed, stream);
  }

  /** Hands out the words of {@code blocks} blocks, always in the same array. */
  void forEachBlock(long blocks, Consumer<int[]> consumer) {
    int[] words = new int[BLOCK];
    for (long block = 0; block < blocks; block++) {
      fill(block, words);
      consumer.accept(words);
    }
  }

  void fill(long block, int[] words) {
    Scratch s = Scratch.ofThread();
    int[] low = MaskPlan.Pattern.CONSECUTIVE;
    long counter = block * Scratch.CHUNK;
    int base = Threefry.first(counter);
    int half = Scratch.HALF;
    Threefry.blocks(
        key, low, base, low, base + half, Threefry.second(counter), half, s.xa, s.ya, s.xb, s.yb);
    System.arraycopy(s.xa, 0, words, 0, half);
    System.arraycopy(s.xb, 0, words, half, half);
    System.arraycopy(s.ya, 0, words, 2 * half, half);
    System.arraycopy(s.yb, 0, words, 3 * half, half);
  }
}
