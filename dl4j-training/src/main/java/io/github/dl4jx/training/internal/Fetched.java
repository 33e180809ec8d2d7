package io.github.dl4jx.training.internal;

import io.github.dl4jx.random.internal.ForwardingIterator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Data as another thread may fetch it: no fault of it is lost there. Deeplearning4j skips batches
 * that are null, and waits forever for a thread that has failed.
 */
final class Fetched extends ForwardingIterator {

  /** Stands for a batch that is null, or that could not be fetched. */
  static final class Missing extends DataSet {
    private static final long serialVersionUID = 1;
  }

  /** What the data has thrown. */
  private volatile @Nullable Throwable failure;

  Fetched(DataSetIterator data) {
    super(data);
  }

  /** Throws what the data has thrown in place of this batch, if it has. */
  void rethrow(DataSet batch) {
    Throwable thrown = failure;
    if (batch instanceof Missing && thrown != null) {
      failure = null;
      if (thrown instanceof Error) {
        throw (Error) thrown;
      }
      if (thrown instanceof RuntimeException) {
        throw (RuntimeException) thrown;
      }
      // Kotlin's and Scala's iterators throw checked exceptions, too
      throw new IllegalStateException("data has thrown " + thrown, thrown);
    }
  }

  @Override
  public boolean hasNext() {
    if (failure != null) {
      return false;
    }
    try {
      return data.hasNext();
    } catch (Throwable e) {
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
    } catch (Throwable e) {
      failure = e;
      return new Missing();
    }
  }

  @Override
  public DataSet next(int num) {
    throw new UnsupportedOperationException("batches are taken as they come");
  }
}
