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
 *   <li>{@code burnIn}: b, iterations before the first interval, at least 0; no default. Counted
 *       from when the listener is first called: steps of the network's updater. With truncated
 *       backpropagation through time every segment of a batch is one; pretraining counts nothing.
 *   <li>{@code every}: k, thinning: iterations from one sample to the next, at least 1; no default.
 *       Neighbouring weights are nearly the same, and each sample costs an output.
 *   <li>{@code keepLast}: how many samples are kept, the latest ones, at least 1; no default.
 * </ul>
 *
 * <p>With a cyclical step size ({@code CosineAnnealingSchedule.withRestarts}) a sample is best
 * taken at the end of a cycle: {@code every} is then the cycle's length and {@code burnIn} a
 * multiple of it. The samples are off-heap copies of the parameters; {@link #close} releases them.
 * Training that is resumed ({@code Training.fit} with a folder) keeps them.
 *
 * <pre>{@code
 * PosteriorSamples samples = new PosteriorSamples(2_000, 100, 20);
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

  /**
   * Collects samples.
   *
   * @param burnIn iterations before the first interval, at least 0
   * @param every iterations from one sample to the next, at least 1
   * @param keepLast how many samples are kept, at least 1
   * @throws IllegalArgumentException if an argument is not as described
   */
  public PosteriorSamples(long burnIn, int every, int keepLast) {
    Preconditions.checkArgument(burnIn >= 0, "burnIn must be >= 0, got %s", burnIn);
    Preconditions.checkArgument(every >= 1, "every must be >= 1, got %s", every);
    Preconditions.checkArgument(keepLast >= 1, "keepLast must be >= 1, got %s", keepLast);
    this.burnIn = burnIn;
    this.every = every;
    this.keepLast = keepLast;
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
}
