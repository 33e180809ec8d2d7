package io.github.dl4jx.random;

import java.lang.ref.Reference;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loops of plain Java over the elements of arrays, a chunk at a time: what {@link KeyedRandom} is
 * made of, for the other modules of this project.
 *
 * <p>A loop gets heap arrays, which the JIT compiler can turn into vector instructions, and which
 * are copied from and to the off-heap memory in bulk. It makes one pass over memory where a chain
 * of ND4J's operations makes several, and allocates nothing off-heap. A result does not depend on
 * the number of threads.
 *
 * <p>Elements come in memory order if all arrays have the same strides and no gaps, in c order if
 * not. FLOAT and DOUBLE arrays on the CPU are fast; half precision is handed over as floats, more
 * slowly, and so is everything on other backends, which is logged once.
 */
public final class Elementwise {

  /** The usual number of elements of a chunk. */
  public static final int CHUNK = 1024;

  private static final Logger log = LoggerFactory.getLogger(Elementwise.class);

  private static final int ELEMENTS_PER_PIECE = 32_768;

  private static volatile boolean warned;

  private Elementwise() {}

  /** What is done with a chunk: element i of array k is {@code x[k][i]}, and may be written. */
  public interface Loop {

    /**
     * For all types but DOUBLE.
     *
     * @param x a chunk of each array
     * @param n number of elements
     */
    void floats(float[][] x, int n);

    /**
     * For type DOUBLE.
     *
     * @param x a chunk of each array
     * @param n number of elements
     */
    void doubles(double[][] x, int n);
  }

  /**
   * Runs a loop over the elements of arrays of one shape and type, by several threads if there are
   * many.
   *
   * @param loop what to do with a chunk; runs in several threads at once
   * @param chunk number of elements of every chunk but the last, at least 1
   * @param arrays arrays of one floating-point type and shape; all are written back
   * @throws IllegalArgumentException if the arrays differ in type or shape
   */
  public static void run(Loop loop, int chunk, INDArray... arrays) {
    check(arrays);
    if (arrays[0].isEmpty()) {
      return;
    }
    long length = arrays[0].length();
    Elements[] elements = elements(arrays);
    try {
      Workers.shared()
          .run(
              (length - 1) / chunk + 1,
              Math.max(1, ELEMENTS_PER_PIECE / chunk),
              () -> piece(loop, chunk, length, share(elements)));
    } finally {
      Reference.reachabilityFence(arrays);
    }
  }

  private static Workers.Piece piece(Loop loop, int chunk, long length, Elements[] elements) {
    if (elements[0].wide) {
      double[][] x = new double[elements.length][chunk];
      return (from, to) -> {
        for (long at = from * chunk; at < to * chunk; at += chunk) {
          int n = (int) Math.min(chunk, length - at);
          for (int k = 0; k < x.length; k++) {
            elements[k].get(at, x[k], 0, n);
          }
          loop.doubles(x, n);
          for (int k = 0; k < x.length; k++) {
            elements[k].put(at, x[k], 0, n);
          }
        }
      };
    }
    float[][] x = new float[elements.length][chunk];
    return (from, to) -> {
      for (long at = from * chunk; at < to * chunk; at += chunk) {
        int n = (int) Math.min(chunk, length - at);
        for (int k = 0; k < x.length; k++) {
          elements[k].get(at, x[k], 0, n);
        }
        loop.floats(x, n);
        for (int k = 0; k < x.length; k++) {
          elements[k].put(at, x[k], 0, n);
        }
      }
    };
  }

  /**
   * Multiplies by a factor in place.
   *
   * @param x array of a floating-point type
   * @param factor any value
   */
  public static void scale(INDArray x, double factor) {
    run(new Scale(factor), CHUNK, x);
  }

  private static final class Scale implements Loop {

    private final double factor;

    Scale(double factor) {
      this.factor = factor;
    }

    @Override
    public void floats(float[][] x, int n) {
      multiply(x[0], (float) factor, n);
    }

    @Override
    public void doubles(double[][] x, int n) {
      multiply(x[0], factor, n);
    }

    private static void multiply(float[] x, float factor, int n) {
      for (int i = 0; i < n; i++) {
        x[i] *= factor;
      }
    }

    private static void multiply(double[] x, double factor, int n) {
      for (int i = 0; i < n; i++) {
        x[i] *= factor;
      }
    }
  }

  /**
   * The Euclidean norm.
   *
   * @param x array of a floating-point type
   * @return {@code sqrt(sum of x[i]^2)}, to 1e-6 relative, also where a square would overflow
   */
  public static double norm2(INDArray x) {
    double fast = Math.sqrt(reduce(x, Elementwise::squares, Elementwise::squares));
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
   */
  public static boolean isFinite(INDArray x) {
    return reduce(x, Elementwise::zeros, Elementwise::zeros) == 0;
  }

  private interface FloatMap {
    void apply(float[] x);
  }

  private interface DoubleMap {
    void apply(double[] x);
  }

  /** Sum of the mapped elements, in chunks of a fixed length, one after another. */
  private static double reduce(INDArray x, FloatMap floatMap, DoubleMap doubleMap) {
    check(x);
    double sum = 0;
    if (x.isEmpty()) {
      return sum;
    }
    Elements elements = elements(x)[0];
    try {
      float[] floats = new float[CHUNK];
      double[] doubles = new double[elements.wide ? CHUNK : 0];
      for (long at = 0; at < x.length(); at += CHUNK) {
        int n = (int) Math.min(CHUNK, x.length() - at);
        if (elements.wide) {
          elements.get(at, doubles, 0, n);
          Arrays.fill(doubles, n, CHUNK, 0);
          doubleMap.apply(doubles);
          sum += sum(doubles);
        } else {
          elements.get(at, floats, 0, n);
          Arrays.fill(floats, n, CHUNK, 0);
          floatMap.apply(floats);
          sum += sum(floats);
        }
      }
    } finally {
      Reference.reachabilityFence(x);
    }
    return sum;
  }

  private static void squares(float[] x) {
    for (int i = 0; i < CHUNK; i++) {
      x[i] *= x[i];
    }
  }

  private static void squares(double[] x) {
    for (int i = 0; i < CHUNK; i++) {
      x[i] *= x[i];
    }
  }

  /** Zero for what is finite, else NaN. */
  private static void zeros(float[] x) {
    for (int i = 0; i < CHUNK; i++) {
      x[i] *= 0f;
    }
  }

  private static void zeros(double[] x) {
    for (int i = 0; i < CHUNK; i++) {
      x[i] *= 0d;
    }
  }

  /**
   * The sum of the numbers, by halving: fast, and more exact than one after another.
   *
   * @param x 512 or 1024 numbers, overwritten
   * @return the sum
   */
  public static float sum(float[] x) {
    if (x.length == CHUNK) {
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
   * The sum of the numbers, by halving.
   *
   * @param x 512 or 1024 numbers, overwritten
   * @return the sum
   */
  public static double sum(double[] x) {
    if (x.length == CHUNK) {
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

  private static void check(INDArray... arrays) {
    for (INDArray array : arrays) {
      if (!array.dataType().isFPType() || array.dataType() != arrays[0].dataType()) {
        throw new IllegalArgumentException(
            "arrays must be of one floating-point type, got "
                + arrays[0].dataType()
                + " and "
                + array.dataType());
      }
      if (!Arrays.equals(array.shape(), arrays[0].shape())) {
        throw new IllegalArgumentException(
            "arrays must be of one shape, got "
                + Arrays.toString(arrays[0].shape())
                + " and "
                + Arrays.toString(array.shape()));
      }
    }
  }

  private static Elements[] elements(INDArray... arrays) {
    boolean cpu = Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU;
    if (!cpu && !warned) {
      warned = true;
      log.warn("This ND4J backend is not nd4j-native: gradients are copied element by element");
    }
    boolean alike = cpu && Elements.isPlain(arrays[0]);
    for (INDArray array : arrays) {
      alike &= isDense(array) && Arrays.equals(array.stride(), arrays[0].stride());
    }
    Elements[] elements = new Elements[arrays.length];
    for (int k = 0; k < arrays.length; k++) {
      elements[k] =
          alike
              ? Elements.inMemoryOrder(arrays[k])
              : cpu ? Elements.inCOrder(arrays[k]) : new StridedElements(arrays[k]);
    }
    return elements;
  }

  /** Whether the elements lie in memory one after another, in whatever order of dimensions. */
  private static boolean isDense(INDArray array) {
    long last = 0;
    for (int d = 0; d < array.rank(); d++) {
      last += (array.size(d) - 1) * array.stride(d);
    }
    return last == array.length() - 1;
  }

  private static Elements[] share(Elements[] elements) {
    Elements[] shared = new Elements[elements.length];
    Arrays.setAll(shared, k -> elements[k].share());
    return shared;
  }
}
