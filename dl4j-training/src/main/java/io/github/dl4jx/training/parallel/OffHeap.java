package io.github.dl4jx.training.parallel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Direct access to the memory of arrays of nd4j-native, which the caller must keep reachable. */
final class OffHeap {

  private OffHeap() {}

  /** The values of a contiguous FLOAT array. */
  static FloatBuffer floats(INDArray array) {
    return bytes(array).asFloatBuffer();
  }

  private static ByteBuffer bytes(INDArray array) {
    if (array.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException("an array must be FLOAT, got " + array.dataType());
    }
    long from = array.offset() * Float.BYTES;
    long to = from + array.length() * Float.BYTES;
    BytePointer pointer = new BytePointer(array.data().pointer());
    pointer.capacity(to);
    return pointer.position(from).limit(to).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /** A number that differs, almost surely, if any bit does. */
  static long checksum(@Nullable INDArray... arrays) {
    CRC32 crc = new CRC32();
    for (INDArray array : arrays) {
      if (array != null && !array.isEmpty()) {
        crc.update(bytes(array));
      }
    }
    return crc.getValue();
  }
}
