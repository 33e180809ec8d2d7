package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rows of regression, as of {@link OutputRows}, which must be finite numbers. */
final class RealRows {

  private RealRows() {}

  static void checkShape(String name, INDArray array) {
    Preconditions.checkArgument(
        Arguments.notNull(name, array).rank() >= 2 && !array.isEmpty(),
        "%s must have the shape [examples, outputs], or with further axes, got %s",
        name,
        Arrays.toString(array.shape()));
  }

  static void checkSame(String name, INDArray array, String other, INDArray like) {
    Preconditions.checkArgument(
        Arguments.notNull(name, array).equalShapes(like),
        "%s must have the shape of %s, %s, got %s",
        name,
        other,
        Arrays.toString(like.shape()),
        Arrays.toString(array.shape()));
  }

  static double[][] of(String name, INDArray array, @Nullable INDArray mask) {
    return check(name, "finite", array, mask, Double.NEGATIVE_INFINITY);
  }

  static double[][] positive(String name, INDArray array, @Nullable INDArray mask) {
    return check(name, "finite and > 0", array, mask, 0);
  }

  private static double[][] check(
      String name, String constraint, INDArray array, @Nullable INDArray mask, double above) {
    double[][] rows = OutputRows.of(array, mask);
    for (double[] row : rows) {
      for (double value : row) {
        Preconditions.checkArgument(
            value > above && Double.isFinite(value),
            "%s must be %s, got %s",
            name,
            constraint,
            value);
      }
    }
    return rows;
  }
}
