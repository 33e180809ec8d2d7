package io.github.dl4jx.ensembles.train;

import java.util.Arrays;
import java.util.Random;

/** Random samples, as lists of indices. */
final class Bootstrap {

  private Bootstrap() {}

  /** {@code size} indices out of [0, n), drawn with replacement. */
  static int[] withReplacement(int n, int size, long seed) {
    return new Random(seed).ints(size, 0, n).toArray();
  }

  /** {@code size} different indices out of [0, n), in ascending order. */
  static int[] withoutReplacement(int n, int size, long seed) {
    Random random = new Random(seed);
    int[] indices = new int[n];
    Arrays.setAll(indices, i -> i);
    for (int i = 0; i < size; i++) {
      int j = i + random.nextInt(n - i);
      int swap = indices[i];
      indices[i] = indices[j];
      indices[j] = swap;
    }
    int[] chosen = Arrays.copyOf(indices, size);
    Arrays.sort(chosen);
    return chosen;
  }
}
