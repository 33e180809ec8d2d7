package io.github.dl4jx.training.internal;

import io.github.dl4jx.random.internal.ForwardingIterator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.AsyncDataSetIterator;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Data for one epoch of {@code fit}, of which another thread fetches batches ahead, as in
 * Deeplearning4j, but behind this iterator: it knows which batches training has seen, and an
 * exception of the data reaches the training.
 */
public abstract class FetchedAhead extends ForwardingIterator implements AutoCloseable {

  /** Length of the queue for each device, as Deeplearning4j has it. */
  private static final int AHEAD = 2;

  /** The data, as the other thread fetches it. */
  private final Fetched fetched;

  /** Runs the other thread, if there is one. */
  private @Nullable AsyncDataSetIterator ahead;

  /**
   * Nothing is fetched ahead yet.
   *
   * @param data the data
   */
  protected FetchedAhead(DataSetIterator data) {
    super(data);
    this.fetched = new Fetched(data);
  }

  /** Starts to fetch ahead, if the data may be used in another thread. */
  protected final void start() {
    if (data.asyncSupported()) {
      int devices = Nd4j.getAffinityManager().getNumberOfDevices();
      ahead = new AsyncDataSetIterator(fetched, Math.max(devices * AHEAD, AHEAD), true);
    }
  }

  /** Ends fetching ahead. */
  @Override
  public final void close() {
    AsyncDataSetIterator ended = ahead;
    ahead = null;
    if (ended != null) {
      boolean interrupted = Thread.interrupted(); // it would not wait for its thread then
      try {
        ended.shutdown();
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private DataSetIterator source() {
    return ahead != null ? ahead : fetched;
  }

  @Override
  public boolean hasNext() {
    return source().hasNext();
  }

  /** {@return the next batch, or null if that is what the data has} */
  protected final @Nullable DataSet fetch() {
    DataSet batch = source().next();
    fetched.rethrow(batch);
    return batch instanceof Fetched.Missing ? null : batch;
  }

  @Override
  public final DataSet next(int num) {
    throw new UnsupportedOperationException("batches are taken as they come");
  }

  /** No: it is one epoch. */
  @Override
  public final boolean resetSupported() {
    return false;
  }

  @Override
  public final void reset() {
    throw new UnsupportedOperationException("this is one epoch of data");
  }

  @Override
  public final boolean asyncSupported() {
    return false;
  }
}
