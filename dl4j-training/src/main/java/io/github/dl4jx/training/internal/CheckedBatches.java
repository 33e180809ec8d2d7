package io.github.dl4jx.training.internal;

import io.github.dl4jx.random.internal.Arguments;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * One epoch of data whose batches are checked before Deeplearning4j gets them: at one without
 * labels or features it ends the epoch silently, or fails with a {@code NullPointerException}.
 */
public final class CheckedBatches extends FetchedAhead {

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
    start();
  }

  @Override
  public DataSet next() {
    return Arguments.labelled("data", fetch());
  }
}
