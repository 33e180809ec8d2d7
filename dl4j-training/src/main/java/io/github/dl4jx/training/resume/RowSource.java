package io.github.dl4jx.training.resume;

import java.io.Serializable;
import java.lang.ref.Reference;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** An array whose rows, entries along the first dimension, are copied by index. */
final class RowSource implements Serializable {

  private static final long serialVersionUID = 1;

  /** The array as a matrix: ND4J gathers rows of matrices only. */
  private final INDArray matrix;

  /** Shape of the array. */
  private final long[] shape;

  /** The memory of the last batch, if it may be used again. */
  private transient @Nullable INDArray buffer;

  RowSource(INDArray array) {
    this.matrix = array.reshape(array.size(0), -1);
    this.shape = array.shape().clone();
  }

  static @Nullable RowSource ofNullable(@Nullable INDArray array) {
    return array == null ? null : new RowSource(array);
  }

  int columns() {
    return (int) shape[1];
  }

  /**
   * Copies rows.
   *
   * @param reuse whether the result may use the memory of the last one
   */
  INDArray gather(int[] rows, boolean reuse) {
    INDArray target = reuse ? buffer(rows.length) : allocate(rows.length);
    if (isPlain(matrix)) {
      copy(rows, target);
    } else {
      Nd4j.pullRows(matrix, target, 1, rows);
    }
    if (shape.length == 2) {
      return target;
    }
    long[] gathered = shape.clone();
    gathered[0] = rows.length;
    return target.reshape(gathered);
  }

  /** Whether rows lie in the computer's memory one after the other. */
  private static boolean isPlain(INDArray matrix) {
    return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU
        && (matrix.size(1) == 1 || matrix.stride(1) == 1)
        && (matrix.size(0) == 1 || matrix.stride(0) == matrix.size(1));
  }

  /** ND4J's own way looks at shapes for longer than it takes to copy a batch of short rows. */
  private void copy(int[] rows, INDArray target) {
    long row = matrix.size(1) * matrix.dataType().width();
    long from = matrix.offset() * matrix.dataType().width();
    long to = target.offset() * matrix.dataType().width();
    BytePointer source = new BytePointer(matrix.data().pointer());
    BytePointer copy = new BytePointer(target.data().pointer());
    try {
      for (int i = 0; i < rows.length; i++) {
        Objects.checkIndex(rows[i], (int) matrix.size(0));
        Pointer.memcpy(copy.position(to + i * row), source.position(from + rows[i] * row), row);
      }
    } finally {
      Reference.reachabilityFence(matrix);
      Reference.reachabilityFence(target);
    }
  }

  private INDArray buffer(int rows) {
    if (buffer == null || buffer.size(0) < rows) {
      buffer = allocate(rows);
    }
    return buffer.size(0) == rows
        ? buffer
        : buffer.get(NDArrayIndex.interval(0, rows), NDArrayIndex.all());
  }

  private INDArray allocate(int rows) {
    // detached: a buffer outlives any workspace that is open now
    return Nd4j.createUninitializedDetached(matrix.dataType(), 'c', rows, matrix.size(1));
  }
}
