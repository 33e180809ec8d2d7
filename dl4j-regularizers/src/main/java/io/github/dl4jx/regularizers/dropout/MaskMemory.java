package io.github.dl4jx.regularizers.dropout;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Memory for masks that are smaller than what they drop: a thread keeps that of the largest. */
final class MaskMemory {

  private static final ThreadLocal<@Nullable INDArray> MEMORY = new ThreadLocal<>();

  private MaskMemory() {}

  /** An array of ones, which this thread's next call overwrites. */
  static INDArray ones(DataType type, char order, long... shape) {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    INDArray memory = MEMORY.get();
    if (memory == null || memory.dataType() != type || memory.length() < length) {
      try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        INDArray larger = Nd4j.createUninitialized(type, length);
        if (memory != null) {
          memory.close();
        }
        memory = larger;
      }
      MEMORY.set(memory);
    }
    INDArray ones = memory.get(NDArrayIndex.interval(0, length)).reshape(order, shape);
    return ones.assign(1);
  }
}
