package io.github.dl4jx.updaters;

import io.github.dl4jx.updaters.wrapper.UpdaterWrapper;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Lion (evolved sign momentum): the sign of an interpolation between momentum and gradient.
 *
 * <pre>{@code
 * w = w - lr sign(beta1 m + (1 - beta1) g),  sign(0) = 0
 * m = beta2 m + (1 - beta2) g
 * }</pre>
 *
 * <ul>
 *   <li>{@code lr}: a step in parameter units, or a schedule of it, at least 0; no default. The
 *       paper advises 3 to 10 times less than for Adam.
 *   <li>{@code beta1}: share of the momentum in the step, in [0, 1); default 0.9, the paper's.
 *   <li>{@code beta2}: decay of the momentum, in [0, 1); default 0.99, the paper's.
 * </ul>
 *
 * <p>The paper's decoupled weight decay is Deeplearning4j's {@code weightDecay(..)}, which is
 * applied after the updater; 3 to 10 times as much as for Adam. L1 and L2 would end up inside the
 * sign. State: one value for every parameter. With beta1 = beta2 this is {@link Signum}.
 *
 * <pre>{@code
 * .updater(new Lion(1e-4)).weightDecay(0.1)
 * }</pre>
 *
 * <p>Reference: X. Chen, C. Liang, D. Huang, E. Real, K. Wang, Y. Liu, H. Pham, X. Dong, T. Luong,
 * C.-J. Hsieh, Y. Lu, Q. V. Le, "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023,
 * arXiv 2302.06675.
 */
public final class Lion extends UpdaterWrapper {

  /** Share of the momentum in the step. */
  private final double beta1;

  /** Decay of the momentum. */
  private final double beta2;

  /**
   * With a fixed learning rate and the default betas.
   *
   * @param learningRate step of every parameter, finite and at least 0
   * @throws IllegalArgumentException if the learning rate is not as described
   */
  public Lion(double learningRate) {
    this(of(learningRate));
  }

  /**
   * With a learning rate schedule and the default betas.
   *
   * @param learningRateSchedule step of every parameter by iteration or epoch
   * @throws IllegalArgumentException if the schedule is null
   */
  public Lion(ISchedule learningRateSchedule) {
    this(of(learningRateSchedule));
  }

  private Lion(Builder builder) {
    this(builder.rate, builder.beta1, builder.beta2);
  }

  @JsonCreator
  private Lion(
      @JsonProperty("inner") IUpdater inner,
      @JsonProperty("beta1") double beta1,
      @JsonProperty("beta2") double beta2) {
    super(inner);
    this.beta1 = Settings.decay("beta1", beta1);
    this.beta2 = Settings.decay("beta2", beta2);
  }

  /**
   * Starts a builder, with a fixed learning rate.
   *
   * @param learningRate step of every parameter, finite and at least 0
   * @return a builder with the default betas
   * @throws IllegalArgumentException if the learning rate is not as described
   */
  public static Builder of(double learningRate) {
    return new Builder(Settings.sgd(learningRate));
  }

  /**
   * Starts a builder, with a learning rate schedule.
   *
   * @param learningRateSchedule step of every parameter by iteration or epoch
   * @return a builder with the default betas
   * @throws IllegalArgumentException if the schedule is null
   */
  public static Builder of(ISchedule learningRateSchedule) {
    return new Builder(Settings.sgd(learningRateSchedule));
  }

  @Override
  protected List<String> stateNames() {
    return List.of("m");
  }

  @Override
  protected void transform(INDArray gradient, Step step) {
    step.run(new SignedMomentum(beta1, beta2), gradient);
  }

  @Override
  public Lion clone() {
    return new Lion(inner(), beta1, beta2);
  }

  /** Collects the settings of a {@link Lion}. */
  public static final class Builder {

    private final Sgd rate;
    private double beta1 = 0.9;
    private double beta2 = 0.99;

    private Builder(Sgd rate) {
      this.rate = rate;
    }

    /**
     * Share of the momentum in the step.
     *
     * @param beta1 in [0, 1); default 0.9
     * @return this builder
     */
    public Builder beta1(double beta1) {
      this.beta1 = Settings.decay("beta1", beta1);
      return this;
    }

    /**
     * Decay of the momentum.
     *
     * @param beta2 in [0, 1); default 0.99
     * @return this builder
     */
    public Builder beta2(double beta2) {
      this.beta2 = Settings.decay("beta2", beta2);
      return this;
    }

    /**
     * Builds the updater.
     *
     * @return the updater
     */
    public Lion build() {
      return new Lion(this);
    }
  }
}
