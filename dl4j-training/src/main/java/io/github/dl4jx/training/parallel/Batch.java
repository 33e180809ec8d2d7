package io.github.dl4jx.training.parallel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A worker's copy of a minibatch, in memory that the next one of the same shape uses again.
 *
 * <p>A copy, because workers use their batches at the same time, and an iterator may let its
 * batches share their memory.
 */
final class Batch implements AutoCloseable {

  private @Nullable INDArray[] features = {};
  private @Nullable INDArray[] labels = {};
  private @Nullable INDArray[] featuresMasks = {};
  private @Nullable INDArray[] labelsMasks = {};

  /** Minibatches of one input and output, each checked before it is converted. */
  static MultiDataSetIterator iterator(DataSetIterator data) {
    return new MultiDataSetIteratorAdapter(data) {
      @Override
      public MultiDataSet next() {
        DataSet batch = data.next();
        Preconditions.checkArgument(batch != null, "data must not have batches that are null");
        Preconditions.checkArgument(
            batch.getFeatures() != null && batch.getLabels() != null,
            "data must not have %s that are null",
            batch.getFeatures() == null ? "features" : "labels");
        return batch.toMultiDataSet();
      }
    };
  }

  /**
   * Copies a minibatch.
   *
   * @throws IllegalArgumentException if it lacks features or labels
   */
  void copy(MultiDataSet data) {
    Preconditions.checkArgument(
        data != null && isComplete(data.getFeatures()) && isComplete(data.getLabels()),
        "every minibatch must have features and labels");
    features = copy(data.getFeatures(), features);
    labels = copy(data.getLabels(), labels);
    featuresMasks = copy(data.getFeaturesMaskArrays(), featuresMasks);
    labelsMasks = copy(data.getLabelsMaskArrays(), labelsMasks);
  }

  private static boolean isComplete(INDArray @Nullable [] arrays) {
    return arrays != null && arrays.length > 0 && Arrays.stream(arrays).allMatch(a -> a != null);
  }

  private static @Nullable INDArray[] copy(
      @Nullable INDArray @Nullable [] from, @Nullable INDArray[] to) {
    int n = from == null ? 0 : from.length;
    @Nullable INDArray[] result = Arrays.copyOf(to, n);
    for (int i = n; i < to.length; i++) {
      close(to[i]);
    }
    for (int i = 0; i < n; i++) {
      result[i] = copy(from == null ? null : from[i], result[i]);
    }
    return result;
  }

  private static @Nullable INDArray copy(@Nullable INDArray from, @Nullable INDArray to) {
    if (from != null
        && to != null
        && from.dataType() == to.dataType()
        && from.ordering() == to.ordering()
        && Arrays.equals(from.shape(), to.shape())) {
      return to.assign(from);
    }
    close(to);
    return from == null
        ? null
        : Nd4j.createUninitializedDetached(from.dataType(), from.ordering(), from.shape())
            .assign(from);
  }

  private static void close(@Nullable INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }

  @Nullable INDArray[] features() {
    return features;
  }

  @Nullable INDArray[] labels() {
    return labels;
  }

  /** The masks of the features, or null if there is none. */
  @Nullable INDArray @Nullable [] featuresMasks() {
    return orNull(featuresMasks);
  }

  /** The masks of the labels, or null if there is none. */
  @Nullable INDArray @Nullable [] labelsMasks() {
    return orNull(labelsMasks);
  }

  private static @Nullable INDArray @Nullable [] orNull(@Nullable INDArray[] masks) {
    return Arrays.stream(masks).allMatch(mask -> mask == null) ? null : masks;
  }

  @Override
  public void close() {
    for (@Nullable INDArray[] arrays :
        Arrays.asList(features, labels, featuresMasks, labelsMasks)) {
      Arrays.stream(arrays).forEach(Batch::close);
    }
  }
}
