package io.github.dl4jx.training.averaging;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.base.Preconditions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows another listener the network with its averaged weights, at the end of each epoch.
 *
 * <p>For what evaluates the network; no other call is passed on. It stands after the average in
 * {@code setListeners(..)}, so that the average of an epoch's end is up to date. Epochs before the
 * first update of the average are left out, which is logged.
 *
 * <pre>{@code
 * net.setListeners(
 *     ema, new AveragedEpochListener(ema, new EvaluativeListener(test, 1, EPOCH_END)));
 * }</pre>
 */
public final class AveragedEpochListener extends BaseTrainingListener {

  private static final Logger log = LoggerFactory.getLogger(AveragedEpochListener.class);

  private final WeightAveragingListener average;
  private final TrainingListener listener;

  /**
   * A listener.
   *
   * @param average the average, a listener of the same network
   * @param listener what is called at the end of an epoch
   */
  public AveragedEpochListener(WeightAveragingListener average, TrainingListener listener) {
    Preconditions.checkArgument(average != null, "average must not be null");
    Preconditions.checkArgument(listener != null, "listener must not be null");
    this.average = average;
    this.listener = listener;
  }

  @Override
  public void onEpochEnd(Model model) {
    if (average.updates() == 0) {
      log.info("Nothing was averaged yet: {} is not called for this epoch", listener);
      return;
    }
    try (SwappedWeights swapped = average.swapInto(model)) {
      listener.onEpochEnd(model);
    }
  }
}
