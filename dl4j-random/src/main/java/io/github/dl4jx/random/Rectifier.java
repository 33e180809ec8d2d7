package io.github.dl4jx.random;

import io.github.dl4jx.random.internal.Arguments;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The way back through a rectifier: {@code g[i] = z[i] > 0 ? g[i] : 0}.
 *
 * <p>The JIT compiler of JDK 17 makes no vector instructions of a choice between floats, and random
 * signs are hard to predict. So bits are cleared, as in a mask of dropout.
 */
public final class Rectifier {

  private static final int CHUNK = Elementwise.CHUNK;
  private static final int CHUNKS_PER_PIECE = 32;

  private Rectifier() {}

  /**
   * Whether {@link #backward} takes these arrays.
   *
   * @param gradient array of type FLOAT
   * @param z array of the same shape
   * @return true if both are FLOAT arrays of one shape in c order without gaps, on the CPU, and not
   *     empty
   * @throws IllegalArgumentException if one is null or not of a floating-point type
   */
  public static boolean takes(INDArray gradient, INDArray z) {
    Arguments.floatingPoint("gradient", gradient);
    Arguments.floatingPoint("z", z);
    return gradient.dataType() == DataType.FLOAT
        && z.dataType() == DataType.FLOAT
        && !z.isEmpty()
        && Arrays.equals(gradient.shape(), z.shape())
        && Elementwise.cOrder(gradient) instanceof DirectElements.Floats
        && Elementwise.cOrder(z) instanceof DirectElements.Floats;
  }

  /**
   * Clears the gradient where z is not positive. NaN is not to be in z.
   *
   * @param gradient changed
   * @param z of the same shape
   * @throws IllegalArgumentException if {@link #takes} is false
   */
  public static void backward(INDArray gradient, INDArray z) {
    if (!takes(gradient, z)) {
      throw new IllegalArgumentException(
          "gradient and z must be FLOAT arrays of one shape in c order without gaps, got "
              + gradient.shapeInfoToString()
              + " and "
              + z.shapeInfoToString());
    }
    long length = z.length();
    Elements to = Elementwise.cOrder(gradient);
    Elements from = Elementwise.cOrder(z);
    try {
      Workers.shared()
          .run(
              (length - 1) / CHUNK + 1,
              CHUNKS_PER_PIECE,
              () -> piece(to.share(), from.share(), length));
    } finally {
      Reference.reachabilityFence(gradient);
      Reference.reachabilityFence(z);
    }
  }

  private static Workers.Piece piece(Elements gradient, Elements z, long length) {
    int[] bits = new int[CHUNK];
    int[] signs = new int[CHUNK];
    return (first, end) -> {
      for (long at = first * CHUNK; at < Math.min(length, end * CHUNK); at += CHUNK) {
        int n = (int) Math.min(CHUNK, length - at);
        gradient.getBits(at, bits, n);
        z.getBits(at, signs, n);
        clear(bits, signs, Scratch.padded(n));
        gradient.putBits(at, bits, n);
      }
    };
  }

  /**
   * A positive float is a positive int, and only then are its negative and its inverse negative.
   */
  private static void clear(int[] bits, int[] z, int n) {
    for (int i = 0; i < n; i++) {
      bits[i] &= ((0 - z[i]) & ~z[i]) >> 31;
    }
  }
}
