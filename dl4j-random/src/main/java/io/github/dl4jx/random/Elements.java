package io.github.dl4jx.random;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The elements of an array, numbered, copied to and from work arrays a run at a time: as doubles if
 * the array is of type DOUBLE, as floats otherwise.
 *
 * <p>Not thread-safe: every thread takes its own with {@link #share}.
 */
abstract class Elements {

  /** Whether the type is DOUBLE. */
  final boolean wide;

  Elements(boolean wide) {
    this.wide = wide;
  }

  /** The elements in the order in which they lie in memory; FLOAT or DOUBLE, without gaps. */
  static Elements inMemoryOrder(INDArray array) {
    return array.dataType() == DataType.DOUBLE
        ? new DirectElements.Doubles(array)
        : new DirectElements.Floats(array);
  }

  /** The elements in c order, of any array of a floating-point type. */
  static Elements inCOrder(INDArray array) {
    return isPlain(array) && isCOrder(array) ? inMemoryOrder(array) : new StridedElements(array);
  }

  /** Whether the elements are of a type that can be copied as they are. */
  static boolean isPlain(INDArray array) {
    return array.dataType() == DataType.FLOAT || array.dataType() == DataType.DOUBLE;
  }

  private static boolean isCOrder(INDArray array) {
    long stride = 1;
    for (int d = array.rank() - 1; d >= 0; d--) {
      if (array.size(d) != 1 && array.stride(d) != stride) {
        return false;
      }
      stride *= array.size(d);
    }
    return true;
  }

  /** The same elements for another thread. */
  abstract Elements share();

  /** Copies the n elements from number {@code at} on into {@code to}, from {@code offset} on. */
  void get(long at, float[] to, int offset, int n) {
    throw new IllegalStateException("the elements are doubles");
  }

  /** The same for type DOUBLE. */
  void get(long at, double[] to, int offset, int n) {
    throw new IllegalStateException("the elements are not doubles");
  }

  /** Copies {@code from}, from {@code offset} on, into the n elements from number {@code at} on. */
  void put(long at, float[] from, int offset, int n) {
    throw new IllegalStateException("the elements are doubles");
  }

  /** The same for type DOUBLE. */
  void put(long at, double[] from, int offset, int n) {
    throw new IllegalStateException("the elements are not doubles");
  }

  /** Copies the bits of the n floats from number {@code at} on into {@code to}. */
  void getBits(long at, int[] to, int n) {
    throw new IllegalStateException("the elements are not floats in a row");
  }

  /** Copies bits into the n floats from number {@code at} on. */
  void putBits(long at, int[] from, int n) {
    throw new IllegalStateException("the elements are not floats in a row");
  }
}
