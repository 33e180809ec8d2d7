package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.random.internal.ForwardingIterator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * A user's stream, whose batches are looked at: at one without labels Deeplearning4j ends the epoch
 * silently.
 */
final class CheckedStream extends ForwardingIterator {

  CheckedStream(@Nullable DataSetIterator stream) {
    super(Arguments.notNull("the iterator that the stream's source makes", stream));
  }

  @Override
  public DataSet next() {
    return Arguments.labelled("data", data.next());
  }

  @Override
  public DataSet next(int num) {
    return Arguments.labelled("data", data.next(num));
  }
}
