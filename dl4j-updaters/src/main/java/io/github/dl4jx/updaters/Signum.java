package io.github.dl4jx.updaters;

import io.github.dl4jx.updaters.wrapper.UpdaterWrapper;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Signum: every parameter moves by the learning rate, in the direction of its momentum's sign.
 *
 * <pre>{@code
 * m = beta m + (1 - beta) g
 * w = w - lr sign(m),  sign(0) = 0
 * }</pre>
 *
 * <ul>
 *   <li>{@code lr}: a step in parameter units, or a schedule of it, at least 0; no default. It has
 *       to decrease for the loss to settle.
 *   <li>{@code beta}: decay of the momentum, in [0, 1); default 0.9, the paper's. With 0 this is
 *       {@link SignSgd}.
 * </ul>
 *
 * <p>The momentum starts at zero and is not corrected for it: that would not change its sign.
 * State: one value for every parameter. L1 and L2 are added to the gradient before the sign is
 * taken; use {@code weightDecay} for a decay that stays proportional to the weights.
 *
 * <pre>{@code
 * .updater(new Signum(1e-3))
 * }</pre>
 *
 * <p>Reference: J. Bernstein, Y.-X. Wang, K. Azizzadenesheli, A. Anandkumar, "signSGD: Compressed
 * Optimisation for Non-Convex Problems", ICML 2018, arXiv 1802.04434.
 */
public final class Signum extends UpdaterWrapper {

  /** Decay of the momentum. */
  private final double beta;

  /**
   * With a fixed learning rate and beta 0.9.
   *
   * @param learningRate step of every parameter, finite and at least 0
   * @throws IllegalArgumentException if the learning rate is not as described
   */
  public Signum(double learningRate) {
    this(learningRate, 0.9);
  }

  /**
   * With a fixed learning rate.
   *
   * @param learningRate step of every parameter, finite and at least 0
   * @param beta decay of the momentum, in [0, 1)
   * @throws IllegalArgumentException if an argument is not as described
   */
  public Signum(double learningRate, double beta) {
    this(Settings.sgd(learningRate), beta);
  }

  /**
   * With a learning rate schedule.
   *
   * @param learningRateSchedule step of every parameter by iteration or epoch
   * @param beta decay of the momentum, in [0, 1)
   * @throws IllegalArgumentException if an argument is not as described
   */
  public Signum(ISchedule learningRateSchedule, double beta) {
    this(Settings.sgd(learningRateSchedule), beta);
  }

  @JsonCreator
  private Signum(@JsonProperty("inner") IUpdater inner, @JsonProperty("beta") double beta) {
    super(inner);
    this.beta = Settings.decay("beta", beta);
  }

  @Override
  protected List<String> stateNames() {
    return List.of("m");
  }

  @Override
  protected void transform(INDArray gradient, Step step) {
    step.run(new SignedMomentum(beta, beta), gradient);
  }

  @Override
  public Signum clone() {
    return new Signum(inner(), beta);
  }
}
