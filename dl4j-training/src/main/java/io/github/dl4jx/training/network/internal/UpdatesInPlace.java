package io.github.dl4jx.training.network.internal;

import io.github.dl4jx.training.internal.InPlaceUpdater;
import io.github.dl4jx.training.network.Network;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/**
 * Gives its network an {@link InPlaceUpdater} when training begins, and again after another
 * listener has set a learning rate: for that, Deeplearning4j makes an updater of its own. To be the
 * last listener.
 */
public final class UpdatesInPlace extends BaseTrainingListener {

  /** A listener for any network. */
  public UpdatesInPlace() {}

  @Override
  public void onEpochStart(Model model) {
    give(model);
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    give(model);
  }

  private static void give(Model model) {
    Network.of(model).with(InPlaceUpdater::give, InPlaceUpdater::give);
  }
}
