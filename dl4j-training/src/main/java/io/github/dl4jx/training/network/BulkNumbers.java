package io.github.dl4jx.training.network;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** Copies the numbers of an array to and from big-endian bytes, many at a time. */
final class BulkNumbers {

  private static final int CHUNK_BYTES = 1 << 16;

  private BulkNumbers() {}

  /** Whether the array's memory can be reached. */
  static boolean isDirect(INDArray array) {
    return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU
        && array.dataType().isFPType();
  }

  /**
   * Writes the numbers.
   *
   * @param array contiguous, with memory that {@link #isDirect can be reached}
   */
  static void write(INDArray array, OutputStream out) throws IOException {
    int width = array.dataType().width();
    byte[] chunk = new byte[CHUNK_BYTES];
    try {
      for (long at = 0; at < array.length() * width; at += CHUNK_BYTES) {
        int n = (int) Math.min(CHUNK_BYTES, array.length() * width - at);
        copy(memory(array, at, n), ByteBuffer.wrap(chunk, 0, n), width);
        out.write(chunk, 0, n);
      }
    } finally {
      Reference.reachabilityFence(array);
    }
  }

  /**
   * Reads as many numbers as the array has.
   *
   * @param array contiguous
   * @throws IOException if the stream ends early
   */
  static void read(DataInputStream in, INDArray array) throws IOException {
    int width = array.dataType().width();
    byte[] chunk = new byte[CHUNK_BYTES];
    try {
      for (long at = 0; at < array.length() * width; at += CHUNK_BYTES) {
        int n = (int) Math.min(CHUNK_BYTES, array.length() * width - at);
        in.readFully(chunk, 0, n);
        if (isDirect(array)) {
          copy(ByteBuffer.wrap(chunk, 0, n), memory(array, at, n), width);
        } else {
          put(ByteBuffer.wrap(chunk, 0, n), array, at / width);
        }
      }
    } finally {
      Reference.reachabilityFence(array);
    }
  }

  private static ByteBuffer memory(INDArray array, long at, int bytes) {
    long from = array.offset() * array.dataType().width() + at;
    BytePointer pointer = new BytePointer(array.data().pointer());
    pointer.capacity(from + bytes);
    return pointer.position(from).limit(from + bytes).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /** Copies numbers between buffers that differ in the order of bytes. */
  private static void copy(ByteBuffer from, ByteBuffer to, int width) {
    if (width == Double.BYTES) {
      to.asLongBuffer().put(from.asLongBuffer());
    } else if (width == Float.BYTES) {
      to.asIntBuffer().put(from.asIntBuffer());
    } else {
      to.asShortBuffer().put(from.asShortBuffer());
    }
  }

  private static void put(ByteBuffer from, INDArray to, long at) {
    for (long i = at; from.hasRemaining(); i++) {
      if (to.dataType() == DataType.DOUBLE) {
        to.putScalar(i, from.getDouble());
      } else if (to.dataType() == DataType.FLOAT) {
        to.putScalar(i, from.getFloat());
      } else {
        throw new IllegalStateException("half precision can be restored by nd4j-native only");
      }
    }
  }
}
