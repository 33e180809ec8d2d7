package io.github.dl4jx.updaters;

import io.github.dl4jx.updaters.wrapper.SignGradient;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * signSGD: every parameter moves by the learning rate, in the direction of its gradient's sign.
 *
 * <pre>{@code
 * w = w - lr * sign(g),  sign(0) = 0
 * }</pre>
 *
 * <p>The learning rate is a step in parameter units, whatever the size of the gradient: it is
 * usually one to two orders of magnitude below that of {@code Sgd}, and it has to decrease for the
 * loss to settle. No state.
 *
 * <p>L1 and L2 are added to the gradient before the sign is taken; use {@code weightDecay} for a
 * decay that stays proportional to the weights.
 *
 * <pre>{@code
 * .updater(new SignSgd(1e-3))
 * }</pre>
 *
 * <p>Reference: J. Bernstein, Y.-X. Wang, K. Azizzadenesheli, A. Anandkumar, "signSGD: Compressed
 * Optimisation for Non-Convex Problems", ICML 2018, arXiv 1802.04434.
 */
public final class SignSgd extends SignGradient {

  /**
   * With a fixed learning rate.
   *
   * @param learningRate step of every parameter, finite and at least 0
   * @throws IllegalArgumentException if the learning rate is negative or not finite
   */
  public SignSgd(double learningRate) {
    this(Settings.sgd(learningRate));
  }

  /**
   * With a learning rate schedule.
   *
   * @param learningRateSchedule step of every parameter by iteration or epoch
   * @throws IllegalArgumentException if the schedule is null
   */
  public SignSgd(ISchedule learningRateSchedule) {
    this(Settings.sgd(learningRateSchedule));
  }

  @JsonCreator
  private SignSgd(@JsonProperty("inner") IUpdater inner) {
    super(inner);
  }

  @Override
  public SignSgd clone() {
    return new SignSgd(inner());
  }
}
