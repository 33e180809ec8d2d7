package io.github.dl4jx.random.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** An iterator that forwards every call to another one; subclasses override what differs. */
public abstract class ForwardingIterator implements DataSetIterator {

  /** The iterator that calls are forwarded to. */
  protected final DataSetIterator data;

  /**
   * An iterator.
   *
   * @param data the iterator that calls are forwarded to
   */
  protected ForwardingIterator(DataSetIterator data) {
    this.data = data;
  }

  @Override
  public boolean hasNext() {
    return data.hasNext();
  }

  @Override
  public DataSet next() {
    return data.next();
  }

  @Override
  public DataSet next(int num) {
    return data.next(num);
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
  public @Nullable DataSetPreProcessor getPreProcessor() {
    return data.getPreProcessor();
  }

  @Override
  public @Nullable List<String> getLabels() {
    return data.getLabels();
  }
}
