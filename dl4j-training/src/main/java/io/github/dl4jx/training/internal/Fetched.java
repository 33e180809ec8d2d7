package io.github.dl4jx.training.internal;

import io.github.dl4jx.random.internal.ForwardingIterator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Data as another thread may fetch it: nothing that is wrong with it is lost there. Deeplearning4j
 * leaves batches out that are null, and waits forever for a thread that has failed.
 */
public final class Fetched extends ForwardingIterator {

  /** Stands for a batch that is null, or could not be had. */
  public static final class Missing extends DataSet {
    private static final long serialVersionUID = 1;
  }

  /** What the data has thrown. */
  private volatile @Nullable RuntimeException failure;

  /**
   * What fetches from data.
   *
   * @param data the data
   */
  public Fetched(DataSetIterator data) {
    super(data);
  }

  /**
   * Throws what the data has thrown instead of giving a batch.
   *
   * @param batch what came instead
   */
  public void rethrow(DataSet batch) {
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
}
