package io.github.dl4jx.training.internal;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.random.internal.ForwardingIterator;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.AsyncDataSetIterator;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One epoch of data, whose batches are looked at before Deeplearning4j gets them: it skips those
 * without labels or features.
 *
 * <p>What is fetched ahead in another thread, as Deeplearning4j does it, is fetched behind this
 * iterator, so that an exception reaches the training.
 */
public final class CheckedBatches extends ForwardingIterator implements AutoCloseable {

  /** Of the queue, as Deeplearning4j has it. */
  private static final int AHEAD = 2;

  /** The data, as the other thread fetches it. */
  private final Fetched fetched;

  /** The other thread's, if there is one. */
  private final @Nullable AsyncDataSetIterator ahead;

  /**
   * An epoch.
   *
   * @param data reset first if it is at its end
   * @throws IllegalArgumentException if it is null or has no batch
   */
  public CheckedBatches(DataSetIterator data) {
    super(Arguments.notNull("data", data));
    if (!data.hasNext() && data.resetSupported()) {
      data.reset();
    }
    Preconditions.checkArgument(
        data.hasNext(),
        "data must have at least 1 batch, got 0%s",
        data.resetSupported() ? "" : "; it cannot be reset");
    this.fetched = new Fetched(data);
    int devices = Nd4j.getAffinityManager().getNumberOfDevices();
    this.ahead =
        data.asyncSupported()
            ? new AsyncDataSetIterator(fetched, Math.max(devices * AHEAD, AHEAD), true)
            : null;
  }

  private DataSetIterator source() {
    return ahead != null ? ahead : fetched;
  }

  /** Ends fetching ahead. */
  @Override
  public void close() {
    if (ahead != null) {
      boolean interrupted = Thread.interrupted(); // it would not wait for its thread then
      try {
        ahead.shutdown();
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  @Override
  public boolean hasNext() {
    return source().hasNext();
  }

  @Override
  public DataSet next() {
    DataSet batch = source().next();
    fetched.rethrow(batch);
    return Arguments.labelled("data", batch instanceof Fetched.Missing ? null : batch);
  }

  @Override
  public DataSet next(int num) {
    throw new UnsupportedOperationException("batches are taken as they come");
  }

  /** No: it is one epoch. */
  @Override
  public boolean resetSupported() {
    return false;
  }

  @Override
  public void reset() {
    throw new UnsupportedOperationException("this is one epoch of data");
  }

  @Override
  public boolean asyncSupported() {
    return false;
  }
}
