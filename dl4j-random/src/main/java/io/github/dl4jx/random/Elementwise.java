package io.github.dl4jx.random;

import io.github.dl4jx.random.internal.Arguments;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loops of plain Java over the elements of arrays, a chunk at a time: used by {@link KeyedRandom}
 * and by the other modules of this project.
 *
 * <p>A loop gets heap arrays, which the JIT compiler can turn into vector instructions, and which
 * are copied from and to the off-heap memory in bulk. It makes one pass over memory where a chain
 * of ND4J's operations makes several, and allocates nothing off-heap. A result does not depend on
 * the number of threads.
 *
 * <p>Elements come in memory order if all arrays have the same strides and no gaps, in c order if
 * not. FLOAT and DOUBLE arrays on the CPU are fast; half precision is converted to floats, which is
 * slower, and so is everything on other backends, which is logged once.
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
     * @param n number of elements; of {@link Elementwise#run(Loop, INDArray...)} it may be some
     *     more, which are not written back
     */
    void floats(float[][] x, int n);

    /**
     * For type DOUBLE.
     *
     * @param x a chunk of each array
     * @param n number of elements, or some more
     */
    void doubles(double[][] x, int n);
  }

  /**
   * Runs a loop over the elements of arrays of one shape and type, by several threads if there are
   * many. What becomes of an element must not depend on others.
   *
   * @param loop what to do with a chunk; runs in several threads at once
   * @param arrays arrays of one floating-point type and shape; all are written back
   * @throws IllegalArgumentException if the loop or an array is null, there are no arrays, or they
   *     differ in type or shape
   */
  public static void run(Loop loop, INDArray... arrays) {
    run(loop, CHUNK, true, arrays);
  }

  /**
   * The same for chunks of a given length, as which the loop may treat them: columns, for instance.
   *
   * @param loop what to do with a chunk; runs in several threads at once
   * @param chunk number of elements of every chunk but the last, at least 1
   * @param arrays arrays of one floating-point type and shape; all are written back
   * @throws IllegalArgumentException if the loop or an array is null, chunk is below 1, there are
   *     no arrays, or they differ in type or shape
   */
  public static void run(Loop loop, int chunk, INDArray... arrays) {
    run(loop, chunk, false, arrays);
  }

  private static void run(Loop loop, int chunk, boolean padded, INDArray... arrays) {
    Arguments.notNull("loop", loop);
    Preconditions.checkArgument(chunk >= 1, "chunk must be >= 1, got %s", chunk);
    check("arrays", arrays);
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
              () -> piece(loop, chunk, padded, length, share(elements)));
    } finally {
      Reference.reachabilityFence(arrays);
    }
  }

  private static Workers.Piece piece(
      Loop loop, int chunk, boolean padded, long length, Elements[] elements) {
    int shortest = (int) Math.min(chunk, length);
    int longest = padded ? Scratch.padded(shortest) : shortest;
    if (elements[0].wide) {
      double[][] x = new double[elements.length][longest];
      return (from, to) -> {
        for (long at = from * chunk; at < to * chunk; at += chunk) {
          int n = (int) Math.min(chunk, length - at);
          for (int k = 0; k < x.length; k++) {
            elements[k].get(at, x[k], 0, n);
          }
          loop.doubles(x, padded ? Scratch.padded(n) : n);
          for (int k = 0; k < x.length; k++) {
            elements[k].put(at, x[k], 0, n);
          }
        }
      };
    }
    float[][] x = new float[elements.length][longest];
    return (from, to) -> {
      for (long at = from * chunk; at < to * chunk; at += chunk) {
        int n = (int) Math.min(chunk, length - at);
        for (int k = 0; k < x.length; k++) {
          elements[k].get(at, x[k], 0, n);
        }
        loop.floats(x, padded ? Scratch.padded(n) : n);
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
   * @throws IllegalArgumentException if x is null or of another type
   */
  public static void scale(INDArray x, double factor) {
    check("x", x);
    run(new Scale(factor), x);
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

  static void check(String name, INDArray... arrays) {
    Arguments.noneNull(name, arrays);
    Preconditions.checkArgument(arrays.length >= 1, "%s must be at least 1, got 0", name);
    for (INDArray array : arrays) {
      if (!array.dataType().isFPType() || array.dataType() != arrays[0].dataType()) {
        throw new IllegalArgumentException(
            name
                + " must be of one floating-point type, got "
                + arrays[0].dataType()
                + " and "
                + array.dataType());
      }
      if (!Arrays.equals(array.shape(), arrays[0].shape())) {
        throw new IllegalArgumentException(
            name
                + " must be of one shape, got "
                + Arrays.toString(arrays[0].shape())
                + " and "
                + Arrays.toString(array.shape()));
      }
    }
  }

  /** The elements of arrays that have been checked. */
  static Elements[] elements(INDArray... arrays) {
    boolean cpu = isCpu();
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

  /** The elements of one array in c order. */
  static Elements cOrder(INDArray array) {
    return isCpu() ? Elements.inCOrder(array) : new StridedElements(array);
  }

  private static boolean isCpu() {
    boolean cpu = Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU;
    if (!cpu && !warned) {
      warned = true;
      log.warn("This ND4J backend is not nd4j-native: arrays are copied element by element");
    }
    return cpu;
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
