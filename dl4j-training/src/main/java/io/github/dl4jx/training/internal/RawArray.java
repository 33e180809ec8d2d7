package io.github.dl4jx.training.internal;

import java.io.Serializable;
import java.lang.ref.Reference;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An array's numbers as bytes on the heap, which Spark, say, can measure, compress and send with
 * any serializer; an INDArray is off-heap and has a serialization of its own.
 */
public final class RawArray implements Serializable {

  private static final long serialVersionUID = 1;

  /** An array may have more bytes than a Java array; and smaller pieces are easier to place. */
  private static final int CHUNK_BYTES = 1 << 24;

  /** Type of the numbers. */
  private final DataType type;

  /** Shape of the array. */
  private final long[] shape;

  /** The numbers in c order, in the machine's order of bytes. */
  private final byte[][] chunks;

  private RawArray(DataType type, long[] shape, byte[][] chunks) {
    this.type = type;
    this.shape = shape;
    this.chunks = chunks;
  }

  /**
   * Copies an array.
   *
   * @param array numbers of any type
   * @param name what to call it in messages
   * @return the copy
   * @throws IllegalArgumentException if it does not hold numbers
   */
  public static RawArray of(INDArray array, String name) {
    DataType type = array.dataType();
    Preconditions.checkArgument(
        type.width() >= 1 && type != DataType.UTF8 && type != DataType.COMPRESSED,
        "%s must hold numbers, got %s",
        name,
        type);
    checkBackend();
    boolean plain = isPlain(array);
    INDArray source = plain ? array : array.dup('c');
    long bytes = source.length() * type.width();
    byte[][] chunks = new byte[(int) ((bytes + CHUNK_BYTES - 1) / CHUNK_BYTES)][];
    try {
      for (int i = 0; i < chunks.length; i++) {
        chunks[i] = new byte[(int) Math.min(CHUNK_BYTES, bytes - (long) i * CHUNK_BYTES)];
        memory(source, i, chunks[i].length).get(chunks[i]);
      }
    } finally {
      Reference.reachabilityFence(source);
      if (!plain) {
        source.close();
      }
    }
    return new RawArray(type, array.shape().clone(), chunks);
  }

  /** By the strides: a permuted array may have order c, and be no view. */
  private static boolean isPlain(INDArray array) {
    return array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array);
  }

  /**
   * Copies an array, if there is one.
   *
   * @param array numbers of any type, or null
   * @param name what to call it in messages
   * @return the copy, or null
   */
  public static @Nullable RawArray ofNullable(@Nullable INDArray array, String name) {
    return array == null ? null : of(array, name);
  }

  /**
   * The array.
   *
   * @return a new one, in memory that no workspace owns
   */
  public INDArray toArray() {
    checkBackend();
    INDArray array = Nd4j.createUninitializedDetached(type, 'c', shape);
    try {
      for (int i = 0; i < chunks.length; i++) {
        memory(array, i, chunks[i].length).put(chunks[i]);
      }
    } finally {
      Reference.reachabilityFence(array);
    }
    return array;
  }

  /**
   * The array, if there is one.
   *
   * @param raw the numbers, or null
   * @return a new array, or null
   */
  public static @Nullable INDArray toNullable(@Nullable RawArray raw) {
    return raw == null ? null : raw.toArray();
  }

  /**
   * How many bytes the numbers take.
   *
   * @return at least 0
   */
  public long bytes() {
    long sum = 0;
    for (byte[] chunk : chunks) {
      sum += chunk.length;
    }
    return sum;
  }

  private static BytePointer memory(INDArray array, int chunk, int bytes) {
    long from = array.offset() * array.dataType().width() + (long) chunk * CHUNK_BYTES;
    BytePointer pointer = new BytePointer(array.data().pointer());
    pointer.capacity(from + bytes);
    return pointer.position(from);
  }

  private static void checkBackend() {
    Preconditions.checkState(
        Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU,
        "training elsewhere needs ND4J's CPU backend, nd4j-native, got %s",
        Nd4j.getExecutioner().type());
  }
}
