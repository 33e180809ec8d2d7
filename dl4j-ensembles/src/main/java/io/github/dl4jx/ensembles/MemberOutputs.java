package io.github.dl4jx.ensembles;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The memory of what members answered. */
final class MemberOutputs {

  private MemberOutputs() {}

  /**
   * Releases arrays, but none that one of others is or is a view of. The garbage collector sees
   * little of what lies off-heap, and comes late.
   *
   * @param arrays may share memory with each other, or be one twice
   */
  static void releaseUnless(List<INDArray> arrays, List<INDArray> others) {
    for (INDArray array : arrays) {
      if (!array.isEmpty()
          && !array.wasClosed()
          && array.closeable()
          && !sharesMemory(array, others)) {
        array.close();
      }
    }
  }

  private static boolean sharesMemory(INDArray array, List<INDArray> others) {
    long start = array.data().address();
    long end = start + array.length() * array.dataType().width();
    for (INDArray other : others) {
      long at = other.isEmpty() ? -1 : other.data().address();
      if (at >= start && at < end) {
        return true;
      }
    }
    return false;
  }
}
