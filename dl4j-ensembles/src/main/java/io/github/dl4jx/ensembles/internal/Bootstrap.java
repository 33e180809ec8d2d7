package io.github.dl4jx.ensembles.internal;

import java.util.Arrays;
import java.util.Random;

/** Random samples, as lists of indices. */
public final class Bootstrap {

  private Bootstrap() {}

  /** {@code size} indices out of [0, n), drawn with replacement. */
  public static int[] withReplacement(int n, int size, long seed) {
    return new Random(seed).ints(size, 0, n).toArray();
  }

  /** {@code size} different indices out of [0, n), in ascending order. */
  public static int[] withoutReplacement(int n, int size, long seed) {
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

  /** {@code size} indices of weights, each drawn with a probability in proportion to its weight. */
  public static int[] weighted(double[] weights, int size, long seed) {
    double[] sums = weights.clone();
    for (int i = 1; i < sums.length; i++) {
      sums[i] += sums[i - 1];
    }
    Random random = new Random(seed);
    int[] indices = new int[size];
    for (int i = 0; i < size; i++) {
      indices[i] = firstAbove(sums, random.nextDouble() * sums[sums.length - 1]);
    }
    return indices;
  }

  /** The first index whose sum is above a value: one without weight is never that. */
  private static int firstAbove(double[] sums, double value) {
    int low = 0;
    int high = sums.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sums[middle] > value) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
