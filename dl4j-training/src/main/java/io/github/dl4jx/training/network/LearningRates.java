package io.github.dl4jx.training.network;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.ParameterUpdaters.Parameter;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Sets the learning rate of every parameter of a network.
 *
 * <p>Deeplearning4j's {@code net.setLearningRate(..)} skips layers inside wrappers ({@code
 * Bidirectional}, {@code LastTimeStep}, {@code MaskZeroLayer}, ..), {@code SameDiffLayer}s, and
 * every {@code biasUpdater}. This reaches all parameters, or throws before anything is changed.
 *
 * <ul>
 *   <li>Parameters whose updater is {@code NoOp} keep it: frozen layers, the running statistics of
 *       batch normalization.
 *   <li>An updater without a learning rate, such as {@code AdaDelta}, is refused; the message names
 *       its layer and parameter.
 *   <li>The state of the updaters (momenta and the like) is kept; iterations and epochs count on.
 * </ul>
 *
 * <p>The configurations of the network's updaters are changed, as by Deeplearning4j: a saved
 * network has the new rate. If one updater object was given to several layers or networks, the rate
 * changes for all of them.
 *
 * <pre>{@code
 * LearningRates.set(net, 1e-4);
 * LearningRates.set(net, CosineAnnealingSchedule.once(ScheduleType.ITERATION, 1e-3, 0, 10_000));
 * }</pre>
 */
public final class LearningRates {

  private LearningRates() {}

  /**
   * Sets a fixed rate, in place of all rates and schedules.
   *
   * @param network an initialized MultiLayerNetwork or ComputationGraph
   * @param rate finite and at least 0
   * @throws IllegalArgumentException if an argument is not as described, or a parameter's updater
   *     has no learning rate
   */
  public static void set(Model network, double rate) {
    Preconditions.checkArgument(
        rate >= 0 && Double.isFinite(rate), "rate must be finite and >= 0, got %s", rate);
    set(network, rate, null);
  }

  /**
   * Sets a schedule, in place of all rates and schedules.
   *
   * @param network an initialized MultiLayerNetwork or ComputationGraph
   * @param schedule learning rate by iteration or epoch
   * @throws IllegalArgumentException if an argument is not as described, or a parameter's updater
   *     has no learning rate
   */
  public static void set(Model network, ISchedule schedule) {
    set(network, Double.NaN, Arguments.notNull("schedule", schedule));
  }

  private static void set(Model network, double rate, @Nullable ISchedule schedule) {
    Network net = Network.initialized(network);
    List<Parameter> parameters = ParameterUpdaters.of(net);
    for (Parameter parameter : parameters) {
      IUpdater updater = parameter.updater();
      Preconditions.checkArgument(
          updater instanceof NoOp || updater.hasLearningRate(),
          "the learning rate must reach every parameter, but %s has an updater without one: %s",
          parameter,
          updater);
      Preconditions.checkArgument(
          updater instanceof NoOp || updater == parameter.updater(),
          "the learning rate must reach every parameter, but %s has an updater that cannot be"
              + " changed: its layer makes a new one each time, %s",
          parameter,
          updater);
    }
    for (Parameter parameter : parameters) {
      if (!(parameter.updater() instanceof NoOp)) {
        parameter.updater().setLrAndSchedule(rate, schedule);
      }
    }
    ParameterUpdaters.refresh(net);
  }
}
