package io.github.dl4jx.training.internal;

import io.github.dl4jx.random.internal.ForwardingIterator;
import java.util.NoSuchElementException;
import org.nd4j.linalg.dataset.AsyncDataSetIterator;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Every n-th batch of what is left of some data: one worker's share. */
public final class EveryNth extends ForwardingIterator implements AutoCloseable {

  private final int n;

  /** How many come before the next one. */
  private int others;

  /**
   * A share.
   *
   * @param data the batches
   * @param first which one is the first, from 0 on
   * @param n how many shares there are
   */
  public EveryNth(DataSetIterator data, int first, int n) {
    super(data);
    this.n = n;
    this.others = first;
  }

  @Override
  public boolean hasNext() {
    while (others > 0 && data.hasNext()) {
      data.next();
      others--;
    }
    return data.hasNext();
  }

  /** Ends the thread of data that is fetched ahead, as it may be left before its end. */
  @Override
  public void close() {
    if (data instanceof AsyncDataSetIterator) {
      ((AsyncDataSetIterator) data).shutdown();
    }
  }

  @Override
  public DataSet next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    others = n - 1;
    return data.next();
  }
}
