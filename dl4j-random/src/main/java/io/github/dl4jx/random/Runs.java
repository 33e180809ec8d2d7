package io.github.dl4jx.random;

/** The elements of a chunk as runs of consecutive numbers. */
final class Runs {

  private final long[] starts;
  private final int[] counts;
  private int runs;
  private int elements;

  Runs(int most) {
    starts = new long[most];
    counts = new int[most];
  }

  void clear() {
    runs = 0;
    elements = 0;
  }

  int elements() {
    return elements;
  }

  /** Appends a run, to the last one if it continues that. */
  void add(long start, int count) {
    if (runs > 0 && starts[runs - 1] + counts[runs - 1] == start) {
      counts[runs - 1] += count;
    } else {
      starts[runs] = start;
      counts[runs] = count;
      runs++;
    }
    elements += count;
  }

  void get(Elements from, float[] to) {
    for (int i = 0, at = 0; i < runs; at += counts[i++]) {
      from.get(starts[i], to, at, counts[i]);
    }
  }

  void get(Elements from, double[] to) {
    for (int i = 0, at = 0; i < runs; at += counts[i++]) {
      from.get(starts[i], to, at, counts[i]);
    }
  }

  void put(Elements to, float[] from) {
    for (int i = 0, at = 0; i < runs; at += counts[i++]) {
      to.put(starts[i], from, at, counts[i]);
    }
  }

  void put(Elements to, double[] from) {
    for (int i = 0, at = 0; i < runs; at += counts[i++]) {
      to.put(starts[i], from, at, counts[i]);
    }
  }
}
