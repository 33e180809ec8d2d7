package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.random.internal.Arguments;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** A user's stream, whose batches are looked at: Deeplearning4j skips those without labels. */
final class CheckedStream implements DataSetIterator {

  private final DataSetIterator stream;

  CheckedStream(@Nullable DataSetIterator stream) {
    this.stream = Arguments.notNull("the iterator that the stream's source makes", stream);
  }

  @Override
  public boolean hasNext() {
    return stream.hasNext();
  }

  @Override
  public DataSet next() {
    return Arguments.labelled("data", stream.next());
  }

  @Override
  public DataSet next(int num) {
    return Arguments.labelled("data", stream.next(num));
  }

  @Override
  public int inputColumns() {
    return stream.inputColumns();
  }

  @Override
  public int totalOutcomes() {
    return stream.totalOutcomes();
  }

  @Override
  public boolean resetSupported() {
    return stream.resetSupported();
  }

  @Override
  public boolean asyncSupported() {
    return stream.asyncSupported();
  }

  @Override
  public void reset() {
    stream.reset();
  }

  @Override
  public int batch() {
    return stream.batch();
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    stream.setPreProcessor(preProcessor);
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return stream.getPreProcessor();
  }

  @Override
  public List<String> getLabels() {
    return stream.getLabels();
  }
}
