package io.github.dl4jx.random;

import io.github.dl4jx.random.internal.Arguments;
import java.lang.ref.Reference;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Moves an average towards an array, in one pass over memory: two arrays are read and one is
 * written.
 *
 * <pre>{@code
 * a = a + weight * (x - a)
 * }</pre>
 *
 * <p>With weight {@code 1 - d} that is an exponential moving average of decay d, with weight {@code
 * 1/(n+1)} the mean of n+1 arrays. An average that equals x stays as it is, bit for bit, whatever
 * the weight. Nothing is allocated off-heap, and the result does not depend on the number of
 * threads. For small arrays {@link HeapAverage} is faster.
 */
public final class MovingAverage {

  private static final int CHUNK = Elementwise.CHUNK;
  private static final int CHUNKS_PER_PIECE = 32;

  private MovingAverage() {}

  /**
   * One update of the average.
   *
   * @param average contiguous array in c order, of type FLOAT or DOUBLE; changed
   * @param x array of the same shape, of type FLOAT, HALF or BFLOAT16, or also DOUBLE if the
   *     average is
   * @param weight weight of x, in (0, 1]; with 1 the average becomes x, bit for bit
   * @throws IllegalArgumentException if the shapes differ, a type is not one of these, or weight is
   *     outside (0, 1]
   */
  public static void update(INDArray average, INDArray x, double weight) {
    check(average, x, weight);
    if (average.isEmpty()) {
      return;
    }
    if (weight == 1) {
      average.assign(x);
      return;
    }
    long length = average.length();
    Elements to = Elementwise.cOrder(average);
    Elements from = Elementwise.cOrder(x);
    try {
      Workers.shared()
          .run(
              (length - 1) / CHUNK + 1,
              CHUNKS_PER_PIECE,
              () -> piece(to.share(), from.share(), length, weight));
    } finally {
      Reference.reachabilityFence(average);
      Reference.reachabilityFence(x);
    }
  }

  private static Workers.Piece piece(Elements to, Elements from, long length, double weight) {
    double[] wideTo = new double[to.wide ? CHUNK : 0];
    double[] wideFrom = new double[from.wide ? CHUNK : 0];
    float[] narrowTo = new float[to.wide ? 0 : CHUNK];
    float[] narrowFrom = new float[from.wide ? 0 : CHUNK];
    return (first, end) -> {
      for (long at = first * CHUNK; at < Math.min(length, end * CHUNK); at += CHUNK) {
        int n = (int) Math.min(CHUNK, length - at);
        if (to.wide) {
          to.get(at, wideTo, 0, n);
        } else {
          to.get(at, narrowTo, 0, n);
        }
        if (from.wide) {
          from.get(at, wideFrom, 0, n);
          move(wideTo, wideFrom, weight, Scratch.padded(n));
          to.put(at, wideTo, 0, n);
          continue;
        }
        from.get(at, narrowFrom, 0, n);
        if (to.wide) {
          move(wideTo, narrowFrom, weight, Scratch.padded(n));
          to.put(at, wideTo, 0, n);
        } else {
          move(narrowTo, narrowFrom, (float) weight, Scratch.padded(n));
          to.put(at, narrowTo, 0, n);
        }
      }
    };
  }

  static void move(float[] a, float[] x, float weight, int n) {
    for (int i = 0; i < n; i++) {
      a[i] += weight * (x[i] - a[i]);
    }
  }

  private static void move(double[] a, float[] x, double weight, int n) {
    for (int i = 0; i < n; i++) {
      a[i] += weight * (x[i] - a[i]);
    }
  }

  private static void move(double[] a, double[] x, double weight, int n) {
    for (int i = 0; i < n; i++) {
      a[i] += weight * (x[i] - a[i]);
    }
  }

  static void checkWeight(double weight) {
    if (!(weight > 0 && weight <= 1)) {
      throw new IllegalArgumentException("weight must be in (0, 1], got " + weight);
    }
  }

  private static void check(INDArray average, INDArray x, double weight) {
    checkWeight(weight);
    Arguments.notNull("average", average);
    Arguments.notNull("x", x);
    DataType type = average.dataType();
    if (type != DataType.DOUBLE && (type != DataType.FLOAT || x.dataType() == DataType.DOUBLE)) {
      throw new IllegalArgumentException(
          "average must be FLOAT, or DOUBLE if x is, got " + type + " for x of " + x.dataType());
    }
    if (!x.dataType().isFPType() || !average.equalShapes(x)) {
      throw new IllegalArgumentException(
          "x must be of a floating-point type and the average's shape, got "
              + x.shapeInfoToString()
              + " for "
              + average.shapeInfoToString());
    }
  }
}
