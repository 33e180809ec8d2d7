package io.github.dl4jx.training.averaging;

import io.github.dl4jx.training.resume.ResumableListener;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.base.Preconditions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows another listener the network with its averaged weights, at the end of each epoch.
 *
 * <p>For listeners that evaluate the network: no other call is passed on. It must come after the
 * average in {@code setListeners(..)}, or it sees the average before the epoch's last update.
 * Epochs before the first update of the average are skipped, which is logged.
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
   * Passes ends of epochs on.
   *
   * @param average the average, a listener of the same network
   * @param listener a listener that is called at the end of an epoch
   * @throws IllegalArgumentException if one is null, or the listener is a {@link
   *     ResumableListener}, whose state checkpoints would not have
   */
  public AveragedEpochListener(WeightAveragingListener average, TrainingListener listener) {
    Preconditions.checkArgument(average != null, "average must not be null");
    Preconditions.checkArgument(listener != null, "listener must not be null");
    Preconditions.checkArgument(
        !(listener instanceof ResumableListener),
        "listener must not have a state of its own, which checkpoints would not have, got %s",
        listener.getClass().getName());
    this.average = average;
    this.listener = listener;
  }

  @Override
  public void onEpochEnd(Model model) {
    if (average.updates() == 0) {
      log.info(
          "Nothing was averaged yet: {} is not called for this epoch",
          listener.getClass().getName());
      return;
    }
    try (SwappedWeights swapped = average.swapInto(model)) {
      listener.onEpochEnd(model);
    }
  }
}
