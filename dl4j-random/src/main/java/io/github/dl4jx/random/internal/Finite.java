package io.github.dl4jx.random.internal;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Whether numbers are neither NaN nor infinite. */
public final class Finite {

  private Finite() {}

  /**
   * Looks at all elements, by the sum of their absolute values.
   *
   * @param array of a floating-point type; not changed
   * @return whether all are finite
   */
  public static boolean all(INDArray array) {
    boolean wide = array.dataType() == DataType.FLOAT || array.dataType() == DataType.DOUBLE;
    INDArray summed = wide ? array : array.castTo(DataType.FLOAT); // a sum of halves overflows
    double sum = summed.norm1Number().doubleValue();
    if (!wide) {
      summed.close();
    }
    return Double.isFinite(sum);
  }
}
