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
 * Adan: Adam with a Nesterov momentum that is estimated from differences of gradients.
 *
 * <pre>{@code
 * d = g - previous g                            (0 in the first step)
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) d
 * n = beta3 n + (1 - beta3) (g + beta2 d)^2
 * w = w - lr (m' + beta2 v') / (sqrt(n') + epsilon)
 * m' = m / (1 - beta1^t),  v' = v / (1 - beta2^t),  n' = n / (1 - beta3^t)
 * }</pre>
 *
 * <ul>
 *   <li>{@code lr}: learning rate or a schedule of it, at least 0; no default. The authors use 5 to
 *       10 times as much as for Adam.
 *   <li>{@code beta1}, {@code beta2}, {@code beta3}: decays, in [0, 1); default 0.98, 0.92, 0.99,
 *       those of the authors' code. The paper's letters are for the complements: 0.02, 0.08, 0.01.
 *   <li>{@code epsilon}: at least 1.2e-38; default 1e-8, that of the paper and its code.
 *   <li>{@code t}: the iteration, from 1.
 * </ul>
 *
 * <p>The bias correction (the primed values) is that of the authors' code; the paper starts from
 * the first gradient instead. The first step is that of iteration 0: an updater that starts later,
 * without state, takes the gradient before as zero.
 *
 * <p>State: m, v, n and the previous gradient, four values for every parameter. HALF does not hold
 * an n below 6e-8, which becomes 0, and steps grow too large; train in FLOAT. The paper's optional
 * restarts are left out. Its weight decay divides by {@code 1 + lr decay}; Deeplearning4j's {@code
 * weightDecay(..)} subtracts {@code lr decay w}, which is the same to first order.
 *
 * <pre>{@code
 * .updater(new Adan(5e-3))
 * }</pre>
 *
 * <p>Reference: X. Xie, P. Zhou, H. Li, Z. Lin, S. Yan, "Adan: Adaptive Nesterov Momentum Algorithm
 * for Faster Optimizing Deep Models", 2022, arXiv 2208.06677.
 */
public final class Adan extends UpdaterWrapper {

  /** Decay of the mean. */
  private final double beta1;

  /** Decay of the mean difference, and its weight. */
  private final double beta2;

  /** Decay of the mean square. */
  private final double beta3;

  /** What is added to the root of the mean square. */
  private final double epsilon;

  /**
   * With a fixed learning rate and the defaults.
   *
   * @param learningRate finite and at least 0
   * @throws IllegalArgumentException if the learning rate is not as described
   */
  public Adan(double learningRate) {
    this(of(learningRate));
  }

  /**
   * With a learning rate schedule and the defaults.
   *
   * @param learningRateSchedule learning rate by iteration or epoch
   * @throws IllegalArgumentException if the schedule is null
   */
  public Adan(ISchedule learningRateSchedule) {
    this(of(learningRateSchedule));
  }

  private Adan(Builder builder) {
    this(builder.rate, builder.beta1, builder.beta2, builder.beta3, builder.epsilon);
  }

  @JsonCreator
  private Adan(
      @JsonProperty("inner") IUpdater inner,
      @JsonProperty("beta1") double beta1,
      @JsonProperty("beta2") double beta2,
      @JsonProperty("beta3") double beta3,
      @JsonProperty("epsilon") double epsilon) {
    super(inner);
    this.beta1 = Settings.decay("beta1", beta1);
    this.beta2 = Settings.decay("beta2", beta2);
    this.beta3 = Settings.decay("beta3", beta3);
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
    return List.of("m", "v", "n", "previous");
  }

  @Override
  protected void transform(INDArray gradient, Step step) {
    step.run(new Loop(this, step.learningRate(), step.iteration()), gradient);
    step.skipInner();
  }

  /** One step: array 0 is the gradient and becomes the update, 1 to 4 are the state. */
  private static final class Loop implements Elementwise.Loop {

    private final double b1;
    private final double b2;
    private final double b3;
    private final double eps;
    private final double difference; // 0 in the first step, else 1
    private final double scaleM;
    private final double scaleV;
    private final double root;

    Loop(Adan config, double lr, int iteration) {
      double t = iteration + 1.0;
      b1 = config.beta1;
      b2 = config.beta2;
      b3 = config.beta3;
      eps = config.epsilon;
      difference = iteration == 0 ? 0 : 1;
      scaleM = lr / (1 - Math.pow(b1, t));
      scaleV = lr * b2 / (1 - Math.pow(b2, t));
      root = 1 / Math.sqrt(1 - Math.pow(b3, t));
    }

    @Override
    public void floats(float[][] x, int n) {
      float[] g = x[0];
      float[] m = x[1];
      float[] v = x[2];
      float[] s = x[3];
      float[] previous = x[4];
      float keepM = (float) b1;
      float addM = (float) (1 - b1);
      float keepV = (float) b2;
      float addV = (float) (1 - b2);
      float keepS = (float) b3;
      float addS = (float) (1 - b3);
      float small = (float) eps;
      float on = (float) difference;
      float toM = (float) scaleM;
      float toV = (float) scaleV;
      float correct = (float) root;
      // short loops, which the JIT compiler turns into vector instructions
      for (int i = 0; i < n; i++) {
        previous[i] = on * (g[i] - previous[i]); // the difference, for now
      }
      for (int i = 0; i < n; i++) {
        m[i] = keepM * m[i] + addM * g[i];
        v[i] = keepV * v[i] + addV * previous[i];
      }
      for (int i = 0; i < n; i++) {
        float ahead = g[i] + keepV * previous[i];
        s[i] = keepS * s[i] + addS * ahead * ahead;
      }
      for (int i = 0; i < n; i++) {
        previous[i] = g[i];
        g[i] = (toM * m[i] + toV * v[i]) / (correct * (float) Math.sqrt(s[i]) + small);
      }
    }

    @Override
    public void doubles(double[][] x, int n) {
      double[] g = x[0];
      double[] m = x[1];
      double[] v = x[2];
      double[] s = x[3];
      double[] previous = x[4];
      for (int i = 0; i < n; i++) {
        double now = g[i];
        double d = difference * (now - previous[i]);
        double ahead = now + b2 * d;
        double mean = b1 * m[i] + (1 - b1) * now;
        double change = b2 * v[i] + (1 - b2) * d;
        double square = b3 * s[i] + (1 - b3) * ahead * ahead;
        m[i] = mean;
        v[i] = change;
        s[i] = square;
        previous[i] = now;
        g[i] = (scaleM * mean + scaleV * change) / (root * Math.sqrt(square) + eps);
      }
    }
  }

  @Override
  public Adan clone() {
    return new Adan(inner(), beta1, beta2, beta3, epsilon);
  }

  /** Collects the settings of an {@link Adan}. */
  public static final class Builder {

    private final Sgd rate;
    private double beta1 = 0.98;
    private double beta2 = 0.92;
    private double beta3 = 0.99;
    private double epsilon = 1e-8;

    private Builder(Sgd rate) {
      this.rate = rate;
    }

    /**
     * Decay of the mean of the gradients.
     *
     * @param beta1 in [0, 1); default 0.98
     * @return this builder
     */
    public Builder beta1(double beta1) {
      this.beta1 = Settings.decay("beta1", beta1);
      return this;
    }

    /**
     * Decay of the mean of the differences, and their weight in the step.
     *
     * @param beta2 in [0, 1); default 0.92
     * @return this builder
     */
    public Builder beta2(double beta2) {
      this.beta2 = Settings.decay("beta2", beta2);
      return this;
    }

    /**
     * Decay of the mean of the squares.
     *
     * @param beta3 in [0, 1); default 0.99
     * @return this builder
     */
    public Builder beta3(double beta3) {
      this.beta3 = Settings.decay("beta3", beta3);
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
    public Adan build() {
      return new Adan(this);
    }
  }
}
