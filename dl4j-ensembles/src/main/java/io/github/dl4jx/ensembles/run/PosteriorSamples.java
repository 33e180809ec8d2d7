package io.github.dl4jx.ensembles.run;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.SoftVote;
import org.nd4j.common.base.Preconditions;

/**
 * Collects the weights that a sampler ({@code Sgld}, {@code Sghmc}) goes through, as an ensemble
 * that averages over the posterior.
 *
 * <pre>{@code
 * p(y | x, data) = 1/S * sum_s p(y | x, w_s),   w_s = weights after iteration b + s * k
 * }</pre>
 *
 * <ul>
 *   <li>{@code burnIn}: b, iterations before the first interval, at least 0; default 0. Counted
 *       from when the listener is first called: steps of the network's updater. With truncated
 *       backpropagation through time every segment of a batch is one; pretraining counts nothing.
 *   <li>{@code every}: k, thinning: iterations from one sample to the next, at least 1; no default.
 *       Neighbouring weights are nearly the same, and each sample costs an output.
 *   <li>{@code keepLast}: how many samples are kept, the latest ones, at least 1; default 30, as
 *       many as the draws of {@link Swag} in its paper.
 * </ul>
 *
 * <p>With a cyclical step size ({@code CosineAnnealingSchedule.withRestarts}) a sample is best
 * taken at the end of a cycle: {@code every} is then the cycle's length and {@code burnIn} a
 * multiple of it. The samples are off-heap copies of the parameters; {@link #close} releases them.
 * Training that is resumed ({@code Training.fit} with a folder) keeps them.
 *
 * <pre>{@code
 * PosteriorSamples samples = PosteriorSamples.every(100).burnIn(2_000).keepLast(20).build();
 * net.setListeners(samples);
 * net.fit(train, 10);
 * Ensemble posterior = samples.ensemble();
 * }</pre>
 *
 * <p>Reference: M. Welling, Y. W. Teh, "Bayesian Learning via Stochastic Gradient Langevin
 * Dynamics", ICML 2011.
 */
public final class PosteriorSamples extends WeightCollector {

  private final long burnIn;
  private final int every;
  private final int keepLast;

  private PosteriorSamples(Builder builder) {
    this.burnIn = builder.burnIn;
    this.every = builder.every;
    this.keepLast = builder.keepLast;
  }

  /**
   * Starts a builder.
   *
   * @param every iterations from one sample to the next, at least 1
   * @return a builder with the defaults
   */
  public static Builder every(int every) {
    return new Builder(every);
  }

  @Override
  boolean isTakenAfter(long iterations) {
    return iterations > burnIn && (iterations - burnIn) % every == 0;
  }

  @Override
  int keep() {
    return keepLast;
  }

  /**
   * The samples as an ensemble with a soft vote.
   *
   * @return the ensemble, oldest sample first
   * @throws IllegalStateException if there is no sample yet
   */
  public Ensemble ensemble() {
    return ensemble(new SoftVote());
  }

  @Override
  public String toString() {
    return "PosteriorSamples(burn-in "
        + burnIn
        + ", every "
        + every
        + ", keep last "
        + keepLast
        + ")";
  }

  /** Collects the settings of a {@link PosteriorSamples}. */
  public static final class Builder {

    private final int every;
    private long burnIn;
    private int keepLast = 30;

    private Builder(int every) {
      Preconditions.checkArgument(every >= 1, "every must be >= 1, got %s", every);
      this.every = every;
    }

    /**
     * How many iterations there are before the first interval.
     *
     * @param burnIn at least 0; default 0
     * @return this builder
     */
    public Builder burnIn(long burnIn) {
      Preconditions.checkArgument(burnIn >= 0, "burnIn must be >= 0, got %s", burnIn);
      this.burnIn = burnIn;
      return this;
    }

    /**
     * How many samples are kept, the latest ones.
     *
     * @param keepLast at least 1; default 30
     * @return this builder
     */
    public Builder keepLast(int keepLast) {
      Preconditions.checkArgument(keepLast >= 1, "keepLast must be >= 1, got %s", keepLast);
      this.keepLast = keepLast;
      return this;
    }

    /** {@return a listener for one network} */
    public PosteriorSamples build() {
      return new PosteriorSamples(this);
    }
  }
}
