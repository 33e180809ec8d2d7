package io.github.dl4jx.random;

/** Where the numbers of positions go. A sink is for the thread that made it. */
final class Sinks {

  private Sinks() {}

  /** {@code x[i] = number}. */
  static Distribution.Sink set(Elements x) {
    if (!x.wide) {
      return x::put;
    }
    double[] values = Scratch.ofThread().doubles;
    return (at, numbers, offset, n) -> {
      for (int i = 0; i < n; i++) {
        values[i] = numbers[offset + i];
      }
      x.put(at, values, 0, n);
    };
  }

  /** {@code x[i] += sigma * number}. */
  static Distribution.Sink add(Elements x, double sigma) {
    Scratch s = Scratch.ofThread();
    if (!x.wide) {
      return (at, numbers, offset, n) -> {
        x.get(at, s.floats, 0, n);
        add(s.floats, (float) sigma, fromZero(numbers, offset, n, s.factors), n);
        x.put(at, s.floats, 0, n);
      };
    }
    return (at, numbers, offset, n) -> {
      x.get(at, s.doubles, 0, n);
      add(s.doubles, sigma, fromZero(numbers, offset, n, s.factors), n);
      x.put(at, s.doubles, 0, n);
    };
  }

  /** An array that has the numbers from index 0 on. */
  private static float[] fromZero(float[] numbers, int offset, int n, float[] spare) {
    if (offset == 0) {
      return numbers;
    }
    System.arraycopy(numbers, offset, spare, 0, n);
    return spare;
  }

  private static void add(float[] x, float sigma, float[] numbers, int n) {
    for (int i = 0; i < n; i++) {
      x[i] += sigma * numbers[i];
    }
  }

  private static void add(double[] x, double sigma, float[] numbers, int n) {
    for (int i = 0; i < n; i++) {
      x[i] += sigma * numbers[i];
    }
  }
}
