package io.github.dl4jx.random;

import io.github.dl4jx.random.internal.Arguments;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sums over the elements of an array, in plain Java like {@link Elementwise}'s loops.
 *
 * <pre>
 * sum(x)      = sum of x[i]
 * norm2(x)    = sqrt(sum of x[i]^2)
 * isFinite(x) = (sum of 0 x[i]) = 0
 * </pre>
 *
 * <p>Chunks of {@value Elementwise#CHUNK} elements are summed pairwise, one after another in the
 * calling thread: the result does not depend on the number of threads. Nothing is allocated
 * off-heap.
 */
public final class Reductions {

  private Reductions() {}

  private static void checkLength(int length) {
    Preconditions.checkArgument(
        length == Elementwise.CHUNK || length == Elementwise.CHUNK / 2,
        "x must be %s or %s numbers, got %s",
        Elementwise.CHUNK / 2,
        Elementwise.CHUNK,
        length);
  }

  /**
   * The sum of the elements.
   *
   * @param x array of a floating-point type
   * @return the sum
   * @throws IllegalArgumentException if x is null or of another type
   */
  public static double sum(INDArray x) {
    return reduce(x, Reductions::unchanged, Reductions::unchanged);
  }

  /**
   * The Euclidean norm.
   *
   * @param x array of a floating-point type
   * @return {@code sqrt(sum of x[i]^2)}, to 1e-6 relative, also where a square would overflow
   * @throws IllegalArgumentException if x is null or of another type
   */
  public static double norm2(INDArray x) {
    double fast = Math.sqrt(reduce(x, Reductions::squares, Reductions::squares));
    if ((fast > 1e-15 && fast < 1e18) || Double.isNaN(fast) || x.isEmpty()) {
      return fast;
    }
    double largest = x.amaxNumber().doubleValue();
    if (!(largest > 0 && largest <= Double.MAX_VALUE)) {
      return largest;
    }
    double sum = 0;
    for (long i = 0; i < x.length(); i++) {
      double scaled = x.getDouble(i) / largest;
      sum += scaled * scaled;
    }
    return largest * Math.sqrt(sum);
  }

  /**
   * Whether no element is infinite or NaN.
   *
   * @param x array of a floating-point type
   * @return true if all elements are finite
   * @throws IllegalArgumentException if x is null or of another type
   */
  public static boolean isFinite(INDArray x) {
    return reduce(x, Reductions::zeros, Reductions::zeros) == 0;
  }

  /**
   * The logarithm of a likelihood, {@code sum of y[i] ln max(p[i], least)}, as of one-hot labels
   * and probabilities. Elements with y = 0 cost next to nothing.
   *
   * @param y weights of the logarithms
   * @param p array of y's type and shape
   * @param least what smaller elements of p count as, above 0 and finite
   * @return the sum, 0 if the arrays are empty
   * @throws IllegalArgumentException if an array is null, they differ in type or shape or are not
   *     of a floating-point type, or least is not above 0 or not finite
   */
  public static double logLikelihood(INDArray y, INDArray p, double least) {
    Arguments.floatingPoint("y", y);
    Arguments.floatingPoint("p", p);
    Elementwise.check("y and p", y, p);
    Preconditions.checkArgument(
        least > 0 && least <= Double.MAX_VALUE, "least must be > 0 and finite, got %s", least);
    double sum = 0;
    if (y.isEmpty()) {
      return sum;
    }
    Elements[] elements = Elementwise.elements(y, p);
    double[][] x = new double[2][Elementwise.CHUNK];
    float[] floats = new float[Elementwise.CHUNK];
    try {
      for (long at = 0; at < y.length(); at += Elementwise.CHUNK) {
        int n = (int) Math.min(Elementwise.CHUNK, y.length() - at);
        for (int k = 0; k < 2; k++) {
          if (elements[k].wide) {
            elements[k].get(at, x[k], 0, n);
          } else {
            elements[k].get(at, floats, 0, n);
            for (int i = 0; i < n; i++) {
              x[k][i] = floats[i];
            }
          }
        }
        for (int i = 0; i < n; i++) {
          sum += x[0][i] == 0 ? 0 : x[0][i] * Math.log(Math.max(x[1][i], least));
        }
      }
    } finally {
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(p);
    }
    return sum;
  }

  private interface FloatMap {
    void apply(float[] x);
  }

  private interface DoubleMap {
    void apply(double[] x);
  }

  /** Sum of the mapped elements, in chunks of a fixed length, one after another. */
  private static double reduce(INDArray x, FloatMap floatMap, DoubleMap doubleMap) {
    Elementwise.check("x", x);
    double sum = 0;
    if (x.isEmpty()) {
      return sum;
    }
    Elements elements = Elementwise.elements(x)[0];
    try {
      float[] floats = new float[Elementwise.CHUNK];
      double[] doubles = new double[elements.wide ? Elementwise.CHUNK : 0];
      for (long at = 0; at < x.length(); at += Elementwise.CHUNK) {
        int n = (int) Math.min(Elementwise.CHUNK, x.length() - at);
        if (elements.wide) {
          elements.get(at, doubles, 0, n);
          Arrays.fill(doubles, n, Elementwise.CHUNK, 0);
          doubleMap.apply(doubles);
          sum += sum(doubles);
        } else {
          elements.get(at, floats, 0, n);
          Arrays.fill(floats, n, Elementwise.CHUNK, 0);
          floatMap.apply(floats);
          sum += sum(floats);
        }
      }
    } finally {
      Reference.reachabilityFence(x);
    }
    return sum;
  }

  private static void unchanged(float[] x) {
    // the elements themselves are summed
  }

  private static void unchanged(double[] x) {
    // the elements themselves are summed
  }

  private static void squares(float[] x) {
    for (int i = 0; i < Elementwise.CHUNK; i++) {
      x[i] *= x[i];
    }
  }

  private static void squares(double[] x) {
    for (int i = 0; i < Elementwise.CHUNK; i++) {
      x[i] *= x[i];
    }
  }

  /** Zero for what is finite, else NaN. */
  private static void zeros(float[] x) {
    for (int i = 0; i < Elementwise.CHUNK; i++) {
      x[i] *= 0f;
    }
  }

  private static void zeros(double[] x) {
    for (int i = 0; i < Elementwise.CHUNK; i++) {
      x[i] *= 0d;
    }
  }

  /**
   * The sum of the numbers by pairwise summation: fast, and more accurate than one after another.
   *
   * @param x 512 or 1024 numbers, overwritten
   * @return the sum
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static float sum(float[] x) {
    checkLength(Arguments.notNull("x", x).length);
    if (x.length == Elementwise.CHUNK) {
      for (int i = 0; i < 512; i++) {
        x[i] += x[i + 512];
      }
    }
    for (int i = 0; i < 256; i++) {
      x[i] += x[i + 256];
    }
    for (int i = 0; i < 128; i++) {
      x[i] += x[i + 128];
    }
    for (int i = 0; i < 64; i++) {
      x[i] += x[i + 64];
    }
    for (int i = 0; i < 32; i++) {
      x[i] += x[i + 32];
    }
    for (int i = 0; i < 16; i++) {
      x[i] += x[i + 16];
    }
    for (int i = 0; i < 8; i++) {
      x[i] += x[i + 8];
    }
    return (x[0] + x[4]) + (x[1] + x[5]) + ((x[2] + x[6]) + (x[3] + x[7]));
  }

  /**
   * The sum of the numbers by pairwise summation.
   *
   * @param x 512 or 1024 numbers, overwritten
   * @return the sum
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static double sum(double[] x) {
    checkLength(Arguments.notNull("x", x).length);
    if (x.length == Elementwise.CHUNK) {
      for (int i = 0; i < 512; i++) {
        x[i] += x[i + 512];
      }
    }
    for (int i = 0; i < 256; i++) {
      x[i] += x[i + 256];
    }
    for (int i = 0; i < 128; i++) {
      x[i] += x[i + 128];
    }
    for (int i = 0; i < 64; i++) {
      x[i] += x[i + 64];
    }
    for (int i = 0; i < 32; i++) {
      x[i] += x[i + 32];
    }
    for (int i = 0; i < 16; i++) {
      x[i] += x[i + 16];
    }
    for (int i = 0; i < 8; i++) {
      x[i] += x[i + 8];
    }
    return (x[0] + x[4]) + (x[1] + x[5]) + ((x[2] + x[6]) + (x[3] + x[7]));
  }
}
