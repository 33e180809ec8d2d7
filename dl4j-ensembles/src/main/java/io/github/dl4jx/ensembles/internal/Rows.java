package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.network.NetworkCalls;
import java.lang.ref.Reference;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Copies of rows, entries along the first dimension, by index. */
public final class Rows {

  /** Examples that a member is asked about at a time. */
  private static final int BATCH = 512;

  private Rows() {}

  /** Copies rows. */
  public static INDArray of(INDArray array, int[] rows) {
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

  public static DataSet of(DataSet data, int[] rows) {
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
  public static DataSet unmasked(TrainingData data, String reason) {
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

  /** Copies rows of an array, if there is one. */
  public static @Nullable INDArray ofNullable(@Nullable INDArray array, int[] rows) {
    return array == null ? null : of(array, rows);
  }

  private static void checkNumbers(double[][] outputs, int from) {
    for (int i = 0; i < outputs.length; i++) {
      for (double value : outputs[i]) {
        Preconditions.checkArgument(
            !Double.isNaN(value),
            "data must have features for which a member answers numbers, got %s for example %s,"
                + " counted from 0",
            value,
            from + i);
      }
    }
  }

  /**
   * What a member says about examples, [example][output].
   *
   * @throws IllegalArgumentException if it says NaN: a comparison would make an answer of that
   */
  public static double[][] outputs(Model member, DataSet examples) {
    int n = examples.numExamples();
    double[][] rows = new double[n][];
    for (int from = 0; from < n; from += BATCH) {
      // not getRange: of views, ND4J's ranges may be empty (docs/deeplearning4j.md)
      int[] batch = IntStream.range(from, Math.min(n, from + BATCH)).toArray();
      INDArray features = of(examples.getFeatures(), batch);
      INDArray output =
          NetworkCalls.output(member, features, ofNullable(examples.getFeaturesMaskArray(), batch));
      Preconditions.checkState(
          output.rank() == 2 && output.size(1) == examples.getLabels().size(1),
          "a member's output must be of shape [examples, %s], got %ndShape",
          examples.getLabels().size(1),
          output);
      double[][] part = OutputRows.of(output, null);
      checkNumbers(part, from);
      System.arraycopy(part, 0, rows, from, part.length);
      if (output.closeable()) {
        output.close();
      }
      if (!features.wasClosed() && features.closeable()) {
        features.close();
      }
    }
    return rows;
  }
}
