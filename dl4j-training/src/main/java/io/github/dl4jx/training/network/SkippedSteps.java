package io.github.dl4jx.training.network;

import io.github.dl4jx.updaters.wrapper.SkipNonFinite;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;

/** How many steps a network has skipped because of {@link SkipNonFinite}. */
public final class SkippedSteps {

  private SkippedSteps() {}

  /**
   * Counts the skipped steps since the network was made. The count is part of the updater's state,
   * and is saved with it. Layerwise pretraining has updaters of its own, which are not counted.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph} that is initialized
   * @return number of iterations; the largest if blocks of parameters have skipped different
   *     numbers
   * @throws IllegalArgumentException if the network is of another kind or not initialized, or no
   *     parameter that is trained has a {@code SkipNonFinite}
   */
  public static long of(Model network) {
    Network net = Network.of(network);
    net.checkUsable();
    long most = -1;
    for (UpdaterBlock block : net.updater().getUpdaterBlocks()) {
      GradientUpdater<?> running = block.getGradientUpdater();
      if (running == null) {
        continue;
      }
      for (Map.Entry<String, INDArray> state : running.getState().entrySet()) {
        String name = state.getKey();
        // the state arrays of a nested updater have a prefix
        if (name.substring(name.lastIndexOf('.') + 1).equals(SkipNonFinite.SKIPPED)) {
          most = Math.max(most, state.getValue().maxNumber().longValue());
        }
      }
    }
    Preconditions.checkArgument(
        most >= 0, "network must have a SkipNonFinite among its updaters, got none");
    return most;
  }
}
