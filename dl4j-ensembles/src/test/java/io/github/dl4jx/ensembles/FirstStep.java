package io.github.dl4jx.ensembles;

import java.util.concurrent.CountDownLatch;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/** Counts a latch down once, when a network has taken its first step: it trains. */
public final class FirstStep extends BaseTrainingListener {

  private final CountDownLatch latch;
  private boolean taken;

  /** For one network. */
  public FirstStep(CountDownLatch latch) {
    this.latch = latch;
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (!taken) {
      taken = true;
      latch.countDown();
    }
  }
}
