package io.github.dl4jx.updaters.resume;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Data as another thread may fetch it: nothing that is wrong with it is lost there. Deeplearning4j
 * leaves batches out that are null, and waits forever for a thread that has failed.
 */
final class Fetched implements DataSetIterator {

  /** Stands for a batch that is null, or could not be had. */
  static final class Missing extends DataSet {
    private static final long serialVersionUID = 1;
  }

  private final DataSetIterator data;
  private volatile @Nullable RuntimeException failure;

  Fetched(DataSetIterator data) {
    this.data = data;
  }

  /** Throws what the data has thrown instead of giving a batch. */
  void rethrow(DataSet batch) {
    RuntimeException thrown = failure;
    if (batch instanceof Missing && thrown != null) {
      failure = null;
      throw thrown;
    }
  }

  @Override
  public boolean hasNext() {
    if (failure != null) {
      return false;
    }
    try {
      return data.hasNext();
    } catch (RuntimeException e) {
      failure = e;
      return true;
    }
  }

  @Override
  public DataSet next() {
    if (failure != null) {
      return new Missing();
    }
    try {
      DataSet batch = data.next();
      return batch == null ? new Missing() : batch;
    } catch (RuntimeException e) {
      failure = e;
      return new Missing();
    }
  }

  @Override
  public DataSet next(int num) {
    throw new UnsupportedOperationException("batches are taken as they come");
  }

  @Override
  public boolean resetSupported() {
    return data.resetSupported();
  }

  @Override
  public void reset() {
    data.reset();
  }

  @Override
  public boolean asyncSupported() {
    return data.asyncSupported();
  }

  @Override
  public int batch() {
    return data.batch();
  }

  @Override
  public int inputColumns() {
    return data.inputColumns();
  }

  @Override
  public int totalOutcomes() {
    return data.totalOutcomes();
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    data.setPreProcessor(preProcessor);
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return data.getPreProcessor();
  }

  @Override
  public @Nullable List<String> getLabels() {
    return data.getLabels();
  }
}
