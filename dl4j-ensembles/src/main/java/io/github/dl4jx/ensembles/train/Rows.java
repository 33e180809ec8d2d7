package io.github.dl4jx.ensembles.train;

import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Copies of rows, entries along the first dimension, by index. */
final class Rows {

  private Rows() {}

  static INDArray of(INDArray array, int[] rows) {
    long[] shape = array.shape().clone();
    INDArray matrix =
        array.reshape('c', shape[0], -1); // a view, unless the array is not in c order
    shape[0] = rows.length;
    try {
      return Nd4j.pullRows(matrix, 1, rows).reshape('c', shape);
    } finally {
      Reference.reachabilityFence(matrix); // pullRows does not keep its source until it is done
    }
  }

  static DataSet of(DataSet data, int[] rows) {
    return new DataSet(
        of(data.getFeatures(), rows),
        of(data.getLabels(), rows),
        ofNullable(data.getFeaturesMaskArray(), rows),
        ofNullable(data.getLabelsMaskArray(), rows));
  }

  /**
   * The examples in memory, whose labels are rows that nothing masks.
   *
   * @param reason why no mask is taken
   */
  static DataSet unmasked(TrainingData data, String reason) {
    DataSet examples = data.examples();
    Preconditions.checkArgument(
        examples.getLabels() != null && examples.getLabels().rank() == 2,
        "labels must be of shape [examples, outputs], got %ndShape",
        examples.getLabels());
    Preconditions.checkArgument(
        examples.getLabelsMaskArray() == null,
        "data must have no mask of the labels: %s, got one of shape %ndShape",
        reason,
        examples.getLabelsMaskArray());
    return examples;
  }

  static @Nullable INDArray ofNullable(@Nullable INDArray array, int[] rows) {
    return array == null ? null : of(array, rows);
  }
}
