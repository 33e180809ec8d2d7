package io.github.dl4jx.updaters;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.random.KeyedRandom;
import io.github.dl4jx.updaters.wrapper.UpdaterWrapper;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Stochastic gradient Hamiltonian Monte Carlo: gradient descent with momentum, friction and noise,
 * scaled so that the weights become samples of the posterior.
 *
 * <pre>{@code
 * v = (1 - alpha) v + lr g + sqrt(2 alpha T lr / N) n,   n ~ N(0, 1)
 * w = w - v
 * }</pre>
 *
 * <ul>
 *   <li>{@code g}: gradient of the <em>mean</em> loss over the minibatch, L2 included, as for
 *       {@link Sgld}. In the terms of the paper's equation (15): {@code eta = lr / N}, and the
 *       estimate of the gradient's own noise, beta, is 0.
 *   <li>{@code lr}: step size or a schedule of it, at least 0; no default.
 *   <li>{@code examples}: N, the number of training examples, at least 1; no default.
 *   <li>{@code friction}: alpha, in (0, 1]; default 0.1, which is a momentum of 0.9. The smaller,
 *       the further a trajectory runs before noise changes its direction; with 1 this is {@link
 *       Sgld}.
 *   <li>{@code temperature}: T, at least 0; default 1. With 0 this is gradient descent with
 *       momentum.
 *   <li>{@code seed}: seed of the noise; default 0. The noise is a pure function of (seed,
 *       iteration, position).
 * </ul>
 *
 * <p>State: the velocity v, one value for every parameter, in units of the weights.
 *
 * <p>Layers in {@code FrozenLayerWithBackprop} get noise, too, unless {@code FrozenLayers} holds
 * them. Variables of SameDiff share it: see {@link io.github.dl4jx.updaters.wrapper.GradientNoise}.
 *
 * <pre>{@code
 * .updater(new Sghmc(0.01, 60_000))
 * .updater(Sghmc.of(0.01, 60_000).temperature(0.5).seed(7).build())
 * }</pre>
 *
 * <p>Reference: T. Chen, E. B. Fox, C. Guestrin, "Stochastic Gradient Hamiltonian Monte Carlo",
 * ICML 2014, arXiv 1402.4102.
 */
public final class Sghmc extends UpdaterWrapper {

  /** Number of training examples. */
  private final long examples;

  /** Share of the velocity that is lost in a step. */
  private final double friction;

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
  public Sghmc(double stepSize, long examples) {
    this(of(stepSize, examples));
  }

  /**
   * With a schedule of the step size and the defaults.
   *
   * @param stepSize step size by iteration or epoch
   * @param examples number of training examples, at least 1
   * @throws IllegalArgumentException if an argument is not as described
   */
  public Sghmc(ISchedule stepSize, long examples) {
    this(of(stepSize, examples));
  }

  private Sghmc(Builder builder) {
    this(builder.rate, builder.examples, builder.friction, builder.temperature, builder.seed);
  }

  @JsonCreator
  private Sghmc(
      @JsonProperty("inner") IUpdater inner,
      @JsonProperty("examples") long examples,
      @JsonProperty("friction") double friction,
      @JsonProperty("temperature") double temperature,
      @JsonProperty("seed") long seed) {
    super(inner);
    this.examples = Settings.examples(examples);
    this.friction = Settings.friction(friction);
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

  @Override
  protected List<String> stateNames() {
    return List.of("v");
  }

  @Override
  protected void transform(INDArray gradient, Step step) {
    double lr = step.learningRate();
    INDArray velocity = step.state("v");
    step.run(new Accelerate(1 - friction, lr), gradient);
    double sigma = Math.sqrt(2 * friction * temperature * lr / examples);
    KeyedRandom.of(seed, step.iteration()).addGaussian(velocity, sigma, gradient.offset());
    gradient.assign(velocity);
    step.skipInner();
  }

  /** {@code v = keep v + lr g}. */
  private static final class Accelerate implements Elementwise.Loop {

    private final double keep;
    private final double lr;

    Accelerate(double keep, double lr) {
      this.keep = keep;
      this.lr = lr;
    }

    @Override
    public void floats(float[][] x, int n) {
      accelerate(x[0], x[1], (float) keep, (float) lr, n);
    }

    @Override
    public void doubles(double[][] x, int n) {
      accelerate(x[0], x[1], keep, lr, n);
    }

    private static void accelerate(float[] g, float[] v, float keep, float lr, int n) {
      for (int i = 0; i < n; i++) {
        v[i] = keep * v[i] + lr * g[i];
      }
    }

    private static void accelerate(double[] g, double[] v, double keep, double lr, int n) {
      for (int i = 0; i < n; i++) {
        v[i] = keep * v[i] + lr * g[i];
      }
    }
  }

  @Override
  public Sghmc clone() {
    return new Sghmc(inner(), examples, friction, temperature, seed);
  }

  /** Collects the settings of a {@link Sghmc}. */
  public static final class Builder {

    private final Sgd rate;
    private final long examples;
    private double friction = 0.1;
    private double temperature = 1;
    private long seed;

    private Builder(Sgd rate, long examples) {
      this.rate = rate;
      this.examples = Settings.examples(examples);
    }

    /**
     * Share of the velocity that is lost in a step.
     *
     * @param friction in (0, 1]; default 0.1
     * @return this builder
     */
    public Builder friction(double friction) {
      this.friction = Settings.friction(friction);
      return this;
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
    public Sghmc build() {
      return new Sghmc(this);
    }
  }
}
