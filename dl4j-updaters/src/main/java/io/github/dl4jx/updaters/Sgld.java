package io.github.dl4jx.updaters;

import io.github.dl4jx.random.KeyedRandom;
import io.github.dl4jx.updaters.wrapper.UpdaterWrapper;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Stochastic gradient Langevin dynamics: gradient descent with noise, scaled so that the weights
 * become samples of the posterior.
 *
 * <pre>{@code
 * w = w - lr g + sqrt(2 T lr / N) n,   n ~ N(0, 1)
 * }</pre>
 *
 * <ul>
 *   <li>{@code g}: gradient of the <em>mean</em> loss over the minibatch, as Deeplearning4j gives
 *       it, L2 included. In the paper's terms, with the sum over all examples: {@code eps = 2 lr /
 *       N}.
 *   <li>{@code lr}: step size or a schedule of it, at least 0; no default. The paper decreases it
 *       as {@code a / (b + t)^gamma} ({@link
 *       io.github.dl4jx.updaters.schedule.InversePowerSchedule}); Zhang et al. 2020 in cycles
 *       ({@link io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule#withRestarts}).
 *   <li>{@code examples}: N, the number of training examples, at least 1; no default. With a log
 *       likelihood as the loss this makes the weights samples of {@code p(w | data)^(1/T)}.
 *   <li>{@code temperature}: T, at least 0; default 1. With 0 this is {@code Sgd}, bit for bit.
 *   <li>{@code seed}: seed of the noise; default 0. The noise is a pure function of (seed,
 *       iteration, position).
 * </ul>
 *
 * <p>A Gaussian prior of variance s^2 is {@code l2(1 / (N s^2))}. No state.
 *
 * <p>Layers in {@code FrozenLayerWithBackprop} get noise, too, unless {@code FrozenLayers} holds
 * them. Variables of SameDiff share it: see {@link io.github.dl4jx.updaters.wrapper.GradientNoise}.
 *
 * <pre>{@code
 * .updater(new Sgld(0.1, 60_000))
 * .updater(new Sgld(new InversePowerSchedule(ScheduleType.ITERATION, 1, 100, 0.55), 60_000))
 * .updater(Sgld.of(0.1, 60_000).temperature(0.5).seed(7).build())
 * }</pre>
 *
 * <p>Reference: M. Welling, Y. W. Teh, "Bayesian Learning via Stochastic Gradient Langevin
 * Dynamics", ICML 2011. R. Zhang, C. Li, J. Zhang, C. Chen, A. G. Wilson, "Cyclical Stochastic
 * Gradient MCMC for Bayesian Deep Learning", ICLR 2020, arXiv 1902.03932.
 */
public final class Sgld extends UpdaterWrapper {

  /** Number of training examples. */
  private final long examples;

  /** Temperature of the posterior. */
  private final double temperature;

  /** Seed of the noise. */
  private final long seed;

  /**
   * With a fixed step size and the defaults.
   *
   * @param stepSize finite and at least 0
   * @param examples number of training examples, at least 1
   * @throws IllegalArgumentException if an argument is not as described
   */
  public Sgld(double stepSize, long examples) {
    this(of(stepSize, examples));
  }

  /**
   * With a schedule of the step size and the defaults.
   *
   * @param stepSize step size by iteration or epoch
   * @param examples number of training examples, at least 1
   * @throws IllegalArgumentException if an argument is not as described
   */
  public Sgld(ISchedule stepSize, long examples) {
    this(of(stepSize, examples));
  }

  private Sgld(Builder builder) {
    this(builder.rate, builder.examples, builder.temperature, builder.seed);
  }

  @JsonCreator
  private Sgld(
      @JsonProperty("inner") IUpdater inner,
      @JsonProperty("examples") long examples,
      @JsonProperty("temperature") double temperature,
      @JsonProperty("seed") long seed) {
    super(inner);
    this.examples = Settings.examples(examples);
    this.temperature = Settings.temperature(temperature);
    this.seed = seed;
  }

  /**
   * Starts a builder, with a fixed step size.
   *
   * @param stepSize finite and at least 0
   * @param examples number of training examples, at least 1
   * @return a builder with the defaults
   * @throws IllegalArgumentException if an argument is not as described
   */
  public static Builder of(double stepSize, long examples) {
    return new Builder(Settings.sgd("stepSize", stepSize), examples);
  }

  /**
   * Starts a builder, with a schedule of the step size.
   *
   * @param stepSize step size by iteration or epoch
   * @param examples number of training examples, at least 1
   * @return a builder with the defaults
   * @throws IllegalArgumentException if an argument is not as described
   */
  public static Builder of(ISchedule stepSize, long examples) {
    return new Builder(Settings.sgd("stepSize", stepSize), examples);
  }

  /** Adds the noise divided by the learning rate, with which the inner updater multiplies it. */
  @Override
  protected void transform(INDArray gradient, Step step) {
    double lr = step.learningRate();
    if (lr > 0 && temperature > 0) {
      KeyedRandom.of(seed, step.iteration())
          .addGaussian(gradient, Math.sqrt(2 * temperature / (lr * examples)), gradient.offset());
    }
  }

  @Override
  public Sgld clone() {
    return new Sgld(inner(), examples, temperature, seed);
  }

  /** Collects the settings of a {@link Sgld}. */
  public static final class Builder {

    private final Sgd rate;
    private final long examples;
    private double temperature = 1;
    private long seed;

    private Builder(Sgd rate, long examples) {
      this.rate = rate;
      this.examples = Settings.examples(examples);
    }

    /**
     * Temperature of the posterior.
     *
     * @param temperature finite and at least 0; default 1
     * @return this builder
     */
    public Builder temperature(double temperature) {
      this.temperature = Settings.temperature(temperature);
      return this;
    }

    /**
     * Seed of the noise.
     *
     * @param seed any value; default 0
     * @return this builder
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Builds the updater.
     *
     * @return the updater
     */
    public Sgld build() {
      return new Sgld(this);
    }
  }
}
