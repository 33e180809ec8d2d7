package io.github.dl4jx.ensembles.internal;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jx.random.internal.ForwardingIterator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;

/**
 * The batches that each of several members would get alone, one below the other.
 *
 * <pre>{@code
 * features [M b, n], labels [M b, c]: member m in the rows m b .. (m + 1) b
 * }</pre>
 *
 * <p>A batch is valid until the next one, whose memory is the same.
 */
final class OwnBatches extends ForwardingIterator {

  private final List<DataSetIterator> members;

  /** Of the last batch. */
  private @Nullable DataSet memory;

  /** The part of each member: its features, its labels, and what masks them. */
  private final List<DataSet> parts = new ArrayList<>();

  /** All members' iterators give as many rows at a time. */
  OwnBatches(List<DataSetIterator> members) {
    super(members.get(0));
    this.members = members;
  }

  @Override
  public DataSet next() {
    DataSet first = members.get(0).next();
    DataSet joined = memory;
    if (joined == null || joined.numExamples() != members.size() * first.numExamples()) {
      joined =
          new DataSet(
              room(first.getFeatures()),
              room(first.getLabels()),
              null,
              first.getLabelsMaskArray() == null ? null : room(first.getLabelsMaskArray()));
      memory = joined;
      parts.clear();
      for (int m = 0; m < members.size(); m++) {
        parts.add(part(m, first.numExamples(), joined));
      }
    }
    for (int m = 0; m < members.size(); m++) {
      put(m == 0 ? first : members.get(m).next(), parts.get(m));
    }
    return new DataSet(joined.getFeatures(), joined.getLabels(), null, joined.getLabelsMaskArray());
  }

  private INDArray room(INDArray batch) {
    return Nd4j.createUninitializedDetached(
        batch.dataType(), members.size() * batch.size(0), batch.size(1));
  }

  private static DataSet part(int member, int examples, DataSet joined) {
    INDArrayIndex rows = interval(member * examples, (member + 1) * examples);
    INDArray mask = joined.getLabelsMaskArray();
    return new DataSet(
        joined.getFeatures().get(rows, all()),
        joined.getLabels().get(rows, all()),
        null,
        mask == null ? null : mask.get(rows, all()));
  }

  private static void put(DataSet batch, DataSet part) {
    part.getFeatures().assign(batch.getFeatures());
    part.getLabels().assign(batch.getLabels());
    if (batch.getLabelsMaskArray() != null) {
      part.getLabelsMaskArray().assign(batch.getLabelsMaskArray());
    }
  }

  @Override
  public DataSet next(int num) {
    return next();
  }

  @Override
  public void reset() {
    members.forEach(DataSetIterator::reset);
  }

  @Override
  public boolean asyncSupported() {
    return false;
  }
}
