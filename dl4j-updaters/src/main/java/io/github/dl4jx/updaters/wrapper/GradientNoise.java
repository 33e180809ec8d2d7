package io.github.dl4jx.updaters.wrapper;

import io.github.dl4jx.random.KeyedRandom;
import io.github.dl4jx.updaters.schedule.InversePowerSchedule;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
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
 *   <li>{@code standardDeviation}: any schedule of sigma_t in place of eta and gamma; its values
 *       must be finite and at least 0.
 *   <li>{@code stopAfter}: number of iterations with noise; default: all.
 *   <li>{@code seed}: seed of the noise, any value; default 0.
 * </ul>
 *
 * <p>Noise is added once L1 and L2 are in the gradient and it is clipped, and before the inner
 * updater, hence before the learning rate, as in the paper. With eta = 0 the inner updater's result
 * is unchanged bit for bit.
 *
 * <p>The noise is a pure function of (seed, iteration, position in the network's flattened
 * parameters): it does not depend on how Deeplearning4j groups parameters into blocks, on the
 * number of threads, or on whether training was interrupted. Networks trained side by side on one
 * seed, an ensemble's members or {@code ParallelWrapper}'s replicas, get the same noise.
 *
 * <p>In SameDiff every variable is a block of its own that starts at position 0: its variables
 * share their noise. Two ways give each its own: weights that are slices of one flat variable
 * ({@code flat.get(SDIndex.interval(0, n)).reshape(..)}), and a {@code SameDiffLayer} in a network.
 * SameDiff counts iterations in all ways of {@code fit}, epochs only where it is given an iterator.
 *
 * <p>Layers in {@code FrozenLayerWithBackprop} get noise, too, unless {@code FrozenLayers} holds
 * them.
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

  /** Standard deviation by iteration or epoch. */
  private final ISchedule standardDeviation;

  /** Number of iterations with noise. */
  private final int stopAfter;

  /** Seed of the noise. */
  private final long seed;

  private GradientNoise(
      @JsonProperty("inner") IUpdater inner,
      @JsonProperty("standardDeviation") ISchedule standardDeviation,
      @JsonProperty("stopAfter") int stopAfter,
      @JsonProperty("seed") long seed) {
    super(inner);
    Preconditions.checkArgument(standardDeviation != null, "standardDeviation must not be null");
    Preconditions.checkArgument(stopAfter >= 0, "stopAfter must be >= 0, got %s", stopAfter);
    this.standardDeviation = standardDeviation;
    this.stopAfter = stopAfter;
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
   * @param epoch number of epochs so far, from 0
   * @return {@code sqrt(eta / (1 + iteration)^gamma)} or the schedule's value, in gradient units; 0
   *     once the noise has stopped
   * @throws IllegalArgumentException if the schedule's value is negative or not finite
   */
  public double standardDeviation(int iteration, int epoch) {
    if (iteration >= stopAfter) {
      return 0;
    }
    double sigma = standardDeviation.valueAt(iteration, epoch);
    checkAtLeastZero("standardDeviation", sigma);
    return sigma;
  }

  @Override
  protected void transform(INDArray gradient, Step step) {
    double sigma = standardDeviation(step.iteration(), step.epoch());
    if (sigma > 0) {
      KeyedRandom.of(seed, step.iteration()).addGaussian(gradient, sigma, gradient.offset());
    }
  }

  @Override
  public GradientNoise clone() {
    return new GradientNoise(inner(), standardDeviation.clone(), stopAfter, seed);
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
    private @Nullable ISchedule standardDeviation;
    private int stopAfter = Integer.MAX_VALUE;
    private long seed;

    private Builder(IUpdater inner) {
      this.inner = checkedInner(inner);
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
     * Any other schedule of the noise, in place of eta and gamma.
     *
     * @param schedule standard deviation (not variance) by iteration or epoch, in gradient units;
     *     its values must be finite and at least 0
     * @return this builder
     */
    public Builder standardDeviation(ISchedule schedule) {
      Preconditions.checkArgument(schedule != null, "standardDeviation must not be null");
      standardDeviation = schedule;
      return this;
    }

    /**
     * Ends the noise, to let training settle.
     *
     * @param iterations number of iterations with noise, at least 0; default: all
     * @return this builder
     */
    public Builder stopAfter(int iterations) {
      Preconditions.checkArgument(iterations >= 0, "stopAfter must be >= 0, got %s", iterations);
      stopAfter = iterations;
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
      ISchedule schedule =
          standardDeviation != null
              ? standardDeviation.clone()
              : InversePowerSchedule.standardDeviation(eta, gamma);
      return new GradientNoise(inner, schedule, stopAfter, seed);
    }
  }
}
