package io.github.dl4jx.updaters;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.updaters.wrapper.UpdaterWrapper;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * AdaBelief: Adam that divides by how far the gradient is from its own mean, not by its size.
 *
 * <pre>{@code
 * m = beta1 m + (1 - beta1) g
 * s = beta2 s + (1 - beta2) (g - m)^2 + epsilon
 * w = w - lr m' / (sqrt(s') + epsilon),   m' = m / (1 - beta1^t),  s' = s / (1 - beta2^t)
 * }</pre>
 *
 * <ul>
 *   <li>{@code lr}: learning rate or a schedule of it, at least 0; no default; 0.001 in the paper.
 *   <li>{@code beta1}, {@code beta2}: decay of the mean and of the variance, in [0, 1); default 0.9
 *       and 0.999, the paper's.
 *   <li>{@code epsilon}: at least 1.2e-38; default 1e-16, that of the authors' code; their
 *       experiments on images have 1e-8. A parameter whose gradient stays the same moves by up to
 *       {@code lr |g| sqrt((1 - beta2) / epsilon)} in a step: a larger epsilon makes training
 *       calmer.
 *   <li>{@code t}: the iteration, from 1.
 * </ul>
 *
 * <p>Epsilon is added to s in every step and stays in it, as in the paper. FLOAT holds 1e-16, and
 * its square root, with ease; beside variances above 1e-9 it has no effect. HALF does not hold it,
 * nor variances below 6e-8: what is saved of s becomes 0, and steps grow too large; train in FLOAT.
 *
 * <p>State: m and s, two values for every parameter. Decoupled weight decay is Deeplearning4j's
 * {@code weightDecay(..)}. Not to be confused with Deeplearning4j's class of the same name, which
 * cannot be instantiated in 1.0.0-M2.1.
 *
 * <pre>{@code
 * .updater(new AdaBelief(1e-3))
 * .updater(AdaBelief.of(1e-3).epsilon(1e-8).build())
 * }</pre>
 *
 * <p>Reference: J. Zhuang, T. Tang, Y. Ding, S. Tatikonda, N. Dvornek, X. Papademetris, J. S.
 * Duncan, "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients", NeurIPS
 * 2020, arXiv 2010.07468.
 */
public final class AdaBelief extends UpdaterWrapper {

  /** Decay of the mean. */
  private final double beta1;

  /** Decay of the variance. */
  private final double beta2;

  /** What is added to the variance and to its root. */
  private final double epsilon;

  /**
   * With a fixed learning rate and the defaults.
   *
   * @param learningRate finite and at least 0
   * @throws IllegalArgumentException if the learning rate is not as described
   */
  public AdaBelief(double learningRate) {
    this(of(learningRate));
  }

  /**
   * With a learning rate schedule and the defaults.
   *
   * @param learningRateSchedule learning rate by iteration or epoch
   * @throws IllegalArgumentException if the schedule is null
   */
  public AdaBelief(ISchedule learningRateSchedule) {
    this(of(learningRateSchedule));
  }

  private AdaBelief(Builder builder) {
    this(builder.rate, builder.beta1, builder.beta2, builder.epsilon);
  }

  @JsonCreator
  private AdaBelief(
      @JsonProperty("inner") IUpdater inner,
      @JsonProperty("beta1") double beta1,
      @JsonProperty("beta2") double beta2,
      @JsonProperty("epsilon") double epsilon) {
    super(inner);
    this.beta1 = Settings.decay("beta1", beta1);
    this.beta2 = Settings.decay("beta2", beta2);
    this.epsilon = Settings.epsilon(epsilon);
  }

  /**
   * Starts a builder, with a fixed learning rate.
   *
   * @param learningRate finite and at least 0
   * @return a builder with the defaults
   * @throws IllegalArgumentException if the learning rate is not as described
   */
  public static Builder of(double learningRate) {
    return new Builder(Settings.sgd(learningRate));
  }

  /**
   * Starts a builder, with a learning rate schedule.
   *
   * @param learningRateSchedule learning rate by iteration or epoch
   * @return a builder with the defaults
   * @throws IllegalArgumentException if the schedule is null
   */
  public static Builder of(ISchedule learningRateSchedule) {
    return new Builder(Settings.sgd(learningRateSchedule));
  }

  @Override
  protected List<String> stateNames() {
    return List.of("m", "s");
  }

  @Override
  protected void transform(INDArray gradient, Step step) {
    double t = step.iteration() + 1.0;
    double rate = step.learningRate() / (1 - Math.pow(beta1, t));
    double root = 1 / Math.sqrt(1 - Math.pow(beta2, t));
    step.run(new Loop(this, rate, root), gradient);
    step.skipInner();
  }

  /** One step: array 0 is the gradient and becomes the update, 1 is m, 2 is s. */
  private static final class Loop implements Elementwise.Loop {

    private final double b1;
    private final double b2;
    private final double eps;
    private final double rate;
    private final double root;

    Loop(AdaBelief config, double rate, double root) {
      this.b1 = config.beta1;
      this.b2 = config.beta2;
      this.eps = config.epsilon;
      this.rate = rate;
      this.root = root;
    }

    @Override
    public void floats(float[][] x, int n) {
      float[] g = x[0];
      float[] m = x[1];
      float[] s = x[2];
      float keep1 = (float) b1;
      float add1 = (float) (1 - b1);
      float keep2 = (float) b2;
      float add2 = (float) (1 - b2);
      float small = (float) eps;
      float scale = (float) rate;
      float correct = (float) root;
      // two loops, which the JIT compiler turns into vector instructions
      for (int i = 0; i < n; i++) {
        float mean = keep1 * m[i] + add1 * g[i];
        float away = g[i] - mean;
        m[i] = mean;
        s[i] = keep2 * s[i] + add2 * away * away + small;
      }
      for (int i = 0; i < n; i++) {
        g[i] = scale * m[i] / (correct * (float) Math.sqrt(s[i]) + small);
      }
    }

    @Override
    public void doubles(double[][] x, int n) {
      double[] g = x[0];
      double[] m = x[1];
      double[] s = x[2];
      for (int i = 0; i < n; i++) {
        double mean = b1 * m[i] + (1 - b1) * g[i];
        double away = g[i] - mean;
        double variance = b2 * s[i] + (1 - b2) * away * away + eps;
        m[i] = mean;
        s[i] = variance;
        g[i] = rate * mean / (root * Math.sqrt(variance) + eps);
      }
    }
  }

  @Override
  public AdaBelief clone() {
    return new AdaBelief(inner(), beta1, beta2, epsilon);
  }

  /** Collects the settings of an {@link AdaBelief}. */
  public static final class Builder {

    private final Sgd rate;
    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double epsilon = 1e-16;

    private Builder(Sgd rate) {
      this.rate = rate;
    }

    /**
     * Decay of the mean.
     *
     * @param beta1 in [0, 1); default 0.9
     * @return this builder
     */
    public Builder beta1(double beta1) {
      this.beta1 = Settings.decay("beta1", beta1);
      return this;
    }

    /**
     * Decay of the variance.
     *
     * @param beta2 in [0, 1); default 0.999
     * @return this builder
     */
    public Builder beta2(double beta2) {
      this.beta2 = Settings.decay("beta2", beta2);
      return this;
    }

    /**
     * What is added to the variance and to its root.
     *
     * @param epsilon finite and at least 1.2e-38; default 1e-16
     * @return this builder
     */
    public Builder epsilon(double epsilon) {
      this.epsilon = Settings.epsilon(epsilon);
      return this;
    }

    /**
     * Builds the updater.
     *
     * @return the updater
     */
    public AdaBelief build() {
      return new AdaBelief(this);
    }
  }
}
