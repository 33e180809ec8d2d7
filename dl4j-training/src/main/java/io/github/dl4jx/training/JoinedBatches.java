package io.github.dl4jx.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Batches joined to one. Deeplearning4j's {@code DataSet.merge} widens masks of shape [examples, 1]
 * to the columns of the labels, which softmax refuses, and puts masks into the wrong rows if a
 * batch before them has none: masks of arrays of rank 2 are joined here.
 */
final class JoinedBatches {

  private JoinedBatches() {}

  /** Leaves the batches as they are; their arrays are copied. */
  static DataSet of(List<DataSet> batches) {
    @Nullable INDArray features =
        joined("features", batches, DataSet::getFeatures, DataSet::getFeaturesMaskArray);
    @Nullable INDArray labels =
        joined("labels", batches, DataSet::getLabels, DataSet::getLabelsMaskArray);
    List<DataSet> unmasked = new ArrayList<>();
    for (DataSet batch : batches) {
      unmasked.add(
          new DataSet(
              batch.getFeatures(),
              batch.getLabels(),
              features == null ? batch.getFeaturesMaskArray() : null,
              labels == null ? batch.getLabelsMaskArray() : null));
    }
    DataSet all = DataSet.merge(unmasked);
    if (features != null) {
      all.setFeaturesMaskArray(features);
    }
    if (labels != null) {
      all.setLabelsMaskArray(labels);
    }
    return all;
  }

  /** The masks of arrays of rank 2, or null if there are none or the arrays are not. */
  private static @Nullable INDArray joined(
      String name,
      List<DataSet> batches,
      Function<DataSet, INDArray> array,
      Function<DataSet, @Nullable INDArray> mask) {
    if (batches.stream().anyMatch(batch -> array.apply(batch).rank() != 2)) {
      return null;
    }
    List<INDArray> masks = new ArrayList<>();
    batches.stream().map(mask).filter(Objects::nonNull).forEach(masks::add);
    if (masks.isEmpty()) {
      return null;
    }
    long columns = masks.stream().mapToLong(m -> m.size(-1)).max().orElseThrow();
    long rows = batches.stream().mapToLong(DataSet::numExamples).sum();
    INDArray joined = Nd4j.ones(masks.get(0).dataType(), rows, columns);
    long row = 0;
    for (DataSet batch : batches) {
      long end = row + batch.numExamples();
      @Nullable INDArray part = mask.apply(batch);
      if (part != null) {
        Preconditions.checkArgument(
            part.rank() == 2 && (part.size(1) == 1 || part.size(1) == columns),
            "the mask of the %s must have 1 or %s columns, got the shape %s",
            name,
            columns,
            part.shape());
        INDArray place = joined.get(NDArrayIndex.interval(row, end), NDArrayIndex.all());
        place.muli(part.castTo(joined.dataType()).broadcast(place.shape()));
      }
      row = end;
    }
    return joined;
  }
}
