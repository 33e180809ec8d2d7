package io.github.dl4jx.ensembles.internal;

import java.util.concurrent.CancellationException;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/** Ends the training of a member whose thread was interrupted, after the step it is at. */
public final class StopWhenInterrupted extends BaseTrainingListener {

  /** A listener for one network. */
  public StopWhenInterrupted() {}

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("stopped after iteration " + iteration);
    }
  }
}
