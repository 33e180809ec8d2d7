package io.github.dl4jx.updaters.wrapper;

import io.github.dl4jx.random.KeyedRandom;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Adds Gaussian noise with a falling variance to the gradient.
 *
 * <pre>{@code
 * g_t       = g_t + N(0, sigma_t^2)
 * sigma_t^2 = eta / (1 + t)^gamma
 * }</pre>
 *
 * <ul>
 *   <li>{@code eta}: a <em>variance</em>, in squared gradient units, at least 0; default 0.01. The
 *       paper chooses among 0.01, 0.3 and 1.0.
 *   <li>{@code gamma}: decay of the variance, at least 0; default 0.55, the paper's.
 *   <li>{@code t}: the iteration (number of updates so far, not the epoch), from 0: the first
 *       step's variance is eta.
 *   <li>{@code seed}: any value; default 0.
 * </ul>
 *
 * <p>Noise is added once L1 and L2 are in the gradient and it is clipped, and before the inner
 * updater, hence before the learning rate, as in the paper. With eta = 0 the inner updater's result
 * is unchanged bit for bit.
 *
 * <p>The noise is a pure function of (seed, iteration, position in the network's flattened
 * parameters): it does not depend on how Deeplearning4j groups parameters into blocks, on the
 * number of threads, or on whether training was interrupted. Networks trained side by side on one
 * seed, an ensemble's members or {@code ParallelWrapper}'s replicas, get the same noise. In
 * SameDiff every variable is a block of its own that starts at position 0.
 *
 * <pre>{@code
 * .updater(GradientNoise.around(new Adam(1e-3)).eta(0.3).seed(7).build())
 * }</pre>
 *
 * <p>Reference: A. Neelakantan, L. Vilnis, Q. V. Le, I. Sutskever, L. Kaiser, K. Kurach, J.
 * Martens, "Adding Gradient Noise Improves Learning for Very Deep Networks", 2015, arXiv
 * 1511.06807.
 */
public final class GradientNoise extends UpdaterWrapper {

  /** Variance at iteration 0. */
  private final double eta;

  /** Exponent of the variance's decay. */
  private final double gamma;

  /** Seed of the noise. */
  private final long seed;

  private GradientNoise(
      @JsonProperty("inner") IUpdater inner,
      @JsonProperty("eta") double eta,
      @JsonProperty("gamma") double gamma,
      @JsonProperty("seed") long seed) {
    super(inner);
    checkAtLeastZero("eta", eta);
    checkAtLeastZero("gamma", gamma);
    this.eta = eta;
    this.gamma = gamma;
    this.seed = seed;
  }

  /**
   * Starts a builder.
   *
   * @param inner the updater that receives the noisy gradient; copied
   * @return a builder with the defaults
   * @throws IllegalArgumentException if inner is null
   */
  public static Builder around(IUpdater inner) {
    return new Builder(inner);
  }

  /**
   * The standard deviation of the noise.
   *
   * @param iteration number of updates so far, from 0
   * @return {@code sqrt(eta / (1 + iteration)^gamma)}, in gradient units
   */
  public double standardDeviation(int iteration) {
    return Math.sqrt(eta / Math.pow(1.0 + iteration, gamma));
  }

  @Override
  protected void transform(INDArray gradient, int iteration, int epoch) {
    double sigma = standardDeviation(iteration);
    if (sigma > 0) {
      KeyedRandom.of(seed, iteration).addGaussian(gradient, sigma, gradient.offset());
    }
  }

  @Override
  public GradientNoise clone() {
    return new GradientNoise(inner(), eta, gamma, seed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof GradientNoise) || !super.equals(other)) {
      return false;
    }
    GradientNoise that = (GradientNoise) other;
    return Double.compare(eta, that.eta) == 0
        && Double.compare(gamma, that.gamma) == 0
        && seed == that.seed;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), eta, gamma, seed);
  }

  @Override
  public String toString() {
    return "GradientNoise("
        + inner()
        + ", eta="
        + eta
        + ", gamma="
        + gamma
        + ", seed="
        + seed
        + ")";
  }

  private static void checkAtLeastZero(String name, double value) {
    Preconditions.checkArgument(
        value >= 0 && Double.isFinite(value), "%s must be finite and >= 0, got %s", name, value);
  }

  /** Collects the settings of a {@link GradientNoise}. */
  public static final class Builder {

    private final IUpdater inner;
    private double eta = 0.01;
    private double gamma = 0.55;
    private long seed;

    private Builder(IUpdater inner) {
      Preconditions.checkArgument(inner != null, "inner updater must not be null");
      this.inner = inner;
    }

    /**
     * Scale of the variance.
     *
     * @param eta variance at iteration 0, finite and at least 0; default 0.01
     * @return this builder
     */
    public Builder eta(double eta) {
      checkAtLeastZero("eta", eta);
      this.eta = eta;
      return this;
    }

    /**
     * Decay of the variance.
     *
     * @param gamma exponent, finite and at least 0 (0 keeps the variance constant); default 0.55
     * @return this builder
     */
    public Builder gamma(double gamma) {
      checkAtLeastZero("gamma", gamma);
      this.gamma = gamma;
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
     * Builds the wrapper.
     *
     * @return the wrapper
     */
    public GradientNoise build() {
      return new GradientNoise(inner, eta, gamma, seed);
    }
  }
}
