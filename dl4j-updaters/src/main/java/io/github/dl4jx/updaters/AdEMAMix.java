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
 * AdEMAMix: Adam with a second, much slower mean of the gradients beside the usual one.
 *
 * <pre>{@code
 * m1 = beta1 m1 + (1 - beta1) g
 * m2 = b m2 + (1 - b) g                         b: beta3, or on the way to it
 * nu = beta2 nu + (1 - beta2) g^2
 * w  = w - lr (m1' + a m2) / (sqrt(nu') + epsilon)   a: alpha, or on the way to it
 * m1' = m1 / (1 - beta1^t),  nu' = nu / (1 - beta2^t)
 *
 * in the first T iterations:  a = alpha t / T
 *                             b = exp(1 / ((1 - t / T) / ln beta1 + (t / T) / ln beta3))
 * }</pre>
 *
 * <ul>
 *   <li>{@code lr}: learning rate or a schedule of it, at least 0; no default; as for Adam.
 *   <li>{@code beta1}, {@code beta2}: decay of the fast mean and of the mean square, in [0, 1);
 *       default 0.9 and 0.999, the paper's.
 *   <li>{@code beta3}: decay of the slow mean, in [0, 1); default 0.9999, the paper's, for runs of
 *       tens of thousands of iterations and more.
 *   <li>{@code alpha}: weight of the slow mean, at least 0; default 5, from the middle of the
 *       paper's 4 to 10. With 0 this is Adam.
 *   <li>{@code warmup}: T, in iterations, at least 0; default 0, none. The paper takes the whole
 *       training's; without it early steps are large. alpha rises linearly, and so does the
 *       half-life of the slow mean, from beta1's to beta3's.
 *   <li>{@code epsilon}: at least 1.2e-38; default 1e-8, the paper's.
 *   <li>{@code t}: the iteration, from 1.
 * </ul>
 *
 * <p>The slow mean starts at zero and is not corrected for it, as in the paper. State: m1, m2 and
 * nu, three values for every parameter. HALF does not hold a nu below 6e-8, which becomes 0, and
 * steps grow too large; train in FLOAT. Decoupled weight decay is Deeplearning4j's {@code
 * weightDecay(..)}.
 *
 * <pre>{@code
 * .updater(AdEMAMix.of(1e-3).warmup(100_000).build())
 * }</pre>
 *
 * <p>Reference: M. Pagliardini, P. Ablin, D. Grangier, "The AdEMAMix Optimizer: Better, Faster,
 * Older", ICLR 2025, arXiv 2409.03137.
 */
public final class AdEMAMix extends UpdaterWrapper {

  /** Decay of the fast mean. */
  private final double beta1;

  /** Decay of the mean square. */
  private final double beta2;

  /** Decay of the slow mean. */
  private final double beta3;

  /** Weight of the slow mean. */
  private final double alpha;

  /** Iterations until alpha and beta3 have their full values. */
  private final int warmup;

  /** What is added to the root of the mean square. */
  private final double epsilon;

  /**
   * With a fixed learning rate and the defaults.
   *
   * @param learningRate finite and at least 0
   * @throws IllegalArgumentException if the learning rate is not as described
   */
  public AdEMAMix(double learningRate) {
    this(of(learningRate));
  }

  /**
   * With a learning rate schedule and the defaults.
   *
   * @param learningRateSchedule learning rate by iteration or epoch
   * @throws IllegalArgumentException if the schedule is null
   */
  public AdEMAMix(ISchedule learningRateSchedule) {
    this(of(learningRateSchedule));
  }

  private AdEMAMix(Builder builder) {
    this(
        builder.rate,
        builder.beta1,
        builder.beta2,
        builder.beta3,
        builder.alpha,
        builder.warmup,
        builder.epsilon);
  }

  @JsonCreator
  private AdEMAMix(
      @JsonProperty("inner") IUpdater inner,
      @JsonProperty("beta1") double beta1,
      @JsonProperty("beta2") double beta2,
      @JsonProperty("beta3") double beta3,
      @JsonProperty("alpha") double alpha,
      @JsonProperty("warmup") int warmup,
      @JsonProperty("epsilon") double epsilon) {
    super(inner);
    this.beta1 = Settings.decay("beta1", beta1);
    this.beta2 = Settings.decay("beta2", beta2);
    this.beta3 = Settings.decay("beta3", beta3);
    this.alpha = Settings.notNegative("alpha", alpha);
    this.warmup = Settings.iterations("warmup", warmup);
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
    return List.of("m1", "m2", "nu");
  }

  @Override
  protected void transform(INDArray gradient, Step step) {
    step.run(new Loop(this, step.learningRate(), step.iteration() + 1.0), gradient);
    step.skipInner();
  }

  private double alpha(double t) {
    return t < warmup ? alpha * t / warmup : alpha;
  }

  private double beta3(double t) {
    if (t >= warmup) {
      return beta3;
    }
    double part = t / warmup;
    return Math.min(beta3, Math.exp(1 / ((1 - part) / Math.log(beta1) + part / Math.log(beta3))));
  }

  /** One step: array 0 is the gradient and becomes the update, 1 to 3 are the state. */
  private static final class Loop implements Elementwise.Loop {

    private final double b1;
    private final double b2;
    private final double b3;
    private final double eps;
    private final double scaleFast;
    private final double scaleSlow;
    private final double root;

    Loop(AdEMAMix config, double lr, double t) {
      b1 = config.beta1;
      b2 = config.beta2;
      b3 = config.beta3(t);
      eps = config.epsilon;
      scaleFast = lr / (1 - Math.pow(b1, t));
      scaleSlow = lr * config.alpha(t);
      root = 1 / Math.sqrt(1 - Math.pow(b2, t));
    }

    @Override
    public void floats(float[][] x, int n) {
      float[] g = x[0];
      float[] m1 = x[1];
      float[] m2 = x[2];
      float[] nu = x[3];
      float keep1 = (float) b1;
      float add1 = (float) (1 - b1);
      float keep2 = (float) b2;
      float add2 = (float) (1 - b2);
      float keep3 = (float) b3;
      float add3 = (float) (1 - b3);
      float small = (float) eps;
      float toFast = (float) scaleFast;
      float toSlow = (float) scaleSlow;
      float correct = (float) root;
      for (int i = 0; i < n; i++) {
        float now = g[i];
        float fast = keep1 * m1[i] + add1 * now;
        float slow = keep3 * m2[i] + add3 * now;
        float square = keep2 * nu[i] + add2 * now * now;
        m1[i] = fast;
        m2[i] = slow;
        nu[i] = square;
        g[i] = (toFast * fast + toSlow * slow) / (correct * (float) Math.sqrt(square) + small);
      }
    }

    @Override
    public void doubles(double[][] x, int n) {
      double[] g = x[0];
      double[] m1 = x[1];
      double[] m2 = x[2];
      double[] nu = x[3];
      for (int i = 0; i < n; i++) {
        double now = g[i];
        double fast = b1 * m1[i] + (1 - b1) * now;
        double slow = b3 * m2[i] + (1 - b3) * now;
        double square = b2 * nu[i] + (1 - b2) * now * now;
        m1[i] = fast;
        m2[i] = slow;
        nu[i] = square;
        g[i] = (scaleFast * fast + scaleSlow * slow) / (root * Math.sqrt(square) + eps);
      }
    }
  }

  @Override
  public AdEMAMix clone() {
    return new AdEMAMix(inner(), beta1, beta2, beta3, alpha, warmup, epsilon);
  }

  /** Collects the settings of an {@link AdEMAMix}. */
  public static final class Builder {

    private final Sgd rate;
    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double beta3 = 0.9999;
    private double alpha = 5;
    private int warmup;
    private double epsilon = 1e-8;

    private Builder(Sgd rate) {
      this.rate = rate;
    }

    /**
     * Decay of the fast mean.
     *
     * @param beta1 in [0, 1); default 0.9
     * @return this builder
     */
    public Builder beta1(double beta1) {
      this.beta1 = Settings.decay("beta1", beta1);
      return this;
    }

    /**
     * Decay of the mean square.
     *
     * @param beta2 in [0, 1); default 0.999
     * @return this builder
     */
    public Builder beta2(double beta2) {
      this.beta2 = Settings.decay("beta2", beta2);
      return this;
    }

    /**
     * Decay of the slow mean.
     *
     * @param beta3 in [0, 1); default 0.9999
     * @return this builder
     */
    public Builder beta3(double beta3) {
      this.beta3 = Settings.decay("beta3", beta3);
      return this;
    }

    /**
     * Weight of the slow mean.
     *
     * @param alpha finite and at least 0; default 5
     * @return this builder
     */
    public Builder alpha(double alpha) {
      this.alpha = Settings.notNegative("alpha", alpha);
      return this;
    }

    /**
     * Lets alpha and beta3 rise to their values.
     *
     * @param iterations until they have them, at least 0; default 0
     * @return this builder
     */
    public Builder warmup(int iterations) {
      this.warmup = Settings.iterations("warmup", iterations);
      return this;
    }

    /**
     * What is added to the root of the mean square.
     *
     * @param epsilon finite and at least 1.2e-38; default 1e-8
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
    public AdEMAMix build() {
      return new AdEMAMix(this);
    }
  }
}
