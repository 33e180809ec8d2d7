package io.github.dl4jx.ensembles.run;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.averaging.BatchNormStatistics;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ListenerState;
import io.github.dl4jx.training.resume.ResumableListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * SWA-Gaussian: a normal distribution fitted to the weights that training goes through, and
 * networks drawn from it.
 *
 * <pre>{@code
 * after iterations b + k, b + 2 k, ..:  n = n + 1,  m = m + (w - m) / n,
 *                                       v = v + (w - m_old) * (w - m),  D = the last K of (w - m)
 * w_s = m + sqrt(c) * (sqrt(v / n) * z1 / sqrt(2) + D z2 / sqrt(2 (K - 1))),   z1, z2 ~ N(0, I)
 * p(y | x, data) = 1/S * sum_s p(y | x, w_s)
 * }</pre>
 *
 * <ul>
 *   <li>{@code burnIn}: b, iterations before the first interval, at least 0; default 0. Training
 *       should be near a minimum by then. Iterations are steps of the network's updater: with
 *       truncated backpropagation through time every segment of a batch is one; pretraining counts
 *       nothing.
 *   <li>{@code every}: k, iterations from one w to the next, at least 1; no default. In the paper
 *       an epoch.
 *   <li>{@code rank}: K, columns of D that are kept, at least 2; default 20, as in the paper.
 *   <li>{@code scale}: c, factor of the covariance, at least 0; default 1. 0 gives SWA itself.
 * </ul>
 *
 * <p>The learning rate should be high and constant while weights are collected; weight decay stands
 * for the prior. The paper's v is the mean square less the square of the mean; here it is summed up
 * in Welford's way and kept in double, as the difference of the two would be lost in float.
 * Off-heap, 16 bytes a parameter and K copies of the parameters are kept; {@link #close} releases
 * them. Training that is resumed ({@code Training.fit} with a folder) keeps them.
 *
 * <pre>{@code
 * Swag swag = Swag.every(469).burnIn(3_000).build();
 * net.setListeners(swag);
 * net.fit(train, 20);
 * Ensemble posterior = swag.ensemble(30, 42);
 * }</pre>
 *
 * <p>Reference: W. Maddox, T. Garipov, P. Izmailov, D. Vetrov, A. G. Wilson, "A Simple Baseline for
 * Bayesian Uncertainty in Deep Learning", NeurIPS 2019, arXiv:1902.02476.
 */
public final class Swag extends BaseTrainingListener implements ResumableListener, AutoCloseable {

  private static final String ITERATIONS = "iterations";
  private static final String COUNT = "count";

  private final long burnIn;
  private final int every;
  private final int rank;
  private final double scale;

  private long iterations;
  private @Nullable Model network;
  private GaussianFit fit;

  private Swag(Builder builder) {
    this.burnIn = builder.burnIn;
    this.every = builder.every;
    this.rank = builder.rank;
    this.scale = builder.scale;
    this.fit = new GaussianFit(rank);
  }

  /**
   * Starts a builder.
   *
   * @param every iterations from one point of the fit to the next, at least 1
   * @return a builder with the defaults
   */
  public static Builder every(int every) {
    return new Builder(every);
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    if (!Network.is(model)) {
      return; // a layer that is being pretrained
    }
    Preconditions.checkArgument(
        network == null || network == model,
        "a Swag listener must serve one network, got a second one");
    network = model;
    iterations++;
    if (iterations > burnIn && (iterations - burnIn) % every == 0) {
      fit.take(model.params());
    }
  }

  /** {@return the number of weights that were fitted to} */
  public synchronized long size() {
    return fit.count();
  }

  /**
   * Networks drawn from the distribution, with a soft vote.
   *
   * @param members how many, at least 1; in the paper 30
   * @param seed of the draws, any value
   * @return the ensemble
   * @throws IllegalStateException if there are fewer than two points of the fit
   * @throws IllegalArgumentException if members is below 1, or the network has batch normalization
   */
  public Ensemble ensemble(int members, long seed) {
    return draw(members, seed, null);
  }

  /**
   * Networks with batch normalization drawn from the distribution, with a soft vote.
   *
   * @param members how many, at least 1; in the paper 30
   * @param seed of the draws, any value
   * @param data what every network's batch normalization takes its statistics from, usually the
   *     training data
   * @return the ensemble
   * @throws IllegalStateException if there are fewer than two points of the fit
   * @throws IllegalArgumentException if members is below 1, or the network has no batch
   *     normalization
   */
  public Ensemble ensemble(int members, long seed, DataSetIterator data) {
    return draw(members, seed, Arguments.notNull("data", data));
  }

  private synchronized Ensemble draw(int members, long seed, @Nullable DataSetIterator data) {
    Preconditions.checkArgument(members >= 1, "members must be >= 1, got %s", members);
    if (network == null || fit.count() < 2) {
      throw new IllegalStateException(
          "the fit needs weights of 2 iterations, got "
              + fit.count()
              + " in "
              + iterations
              + " iterations: "
              + this);
    }
    boolean normalized = BatchNormStatistics.areIn(Network.of(network));
    Preconditions.checkArgument(
        normalized == (data != null),
        "data must be given if, and only if, the network has batch normalization that is not frozen, got %s",
        data);
    List<Model> drawn = new ArrayList<>();
    try {
      for (int s = 0; s < members; s++) {
        Model member = Network.of(network).view(fit.draw(Seeds.derive(seed, s), scale)).model();
        drawn.add(member);
        member.applyConstraints(0, 0); // none uses these two numbers
        if (data != null) {
          BatchNormStatistics.refresh(Network.of(member), data);
        }
      }
      return Ensemble.of(new SoftVote(), drawn);
    } finally {
      drawn.forEach(member -> Network.of(member).release());
    }
  }

  @Override
  public synchronized ListenerState state() {
    return new ListenerState(
        toString(),
        Map.of(ITERATIONS, String.valueOf(iterations), COUNT, String.valueOf(fit.count())),
        fit.arrays());
  }

  @Override
  public synchronized void check(Model model, ListenerState state) {
    fit(model, state);
  }

  /** The fit in a state, over its arrays. */
  private GaussianFit fit(Model model, ListenerState state) {
    Network.initialized("a member", model);
    Arguments.notNull("state", state);
    Preconditions.checkArgument(
        state.values().keySet().containsAll(List.of(ITERATIONS, COUNT)),
        "%s must have a number of weights and of iterations, got %s and %s",
        state,
        state.values().getOrDefault(COUNT, "-1"),
        state.values().getOrDefault(ITERATIONS, "-1"));
    long seen = state.count(ITERATIONS);
    long count = state.count(COUNT);
    Preconditions.checkArgument(
        seen >= count,
        "%s must have at most one weight an iteration, got %s in %s",
        state,
        count,
        seen);
    return GaussianFit.of(rank, count, state.arrays(), model.params());
  }

  @Override
  public synchronized void restore(Model model, ListenerState state) {
    GaussianFit restored = fit(model, state);
    fit.close();
    fit = restored;
    iterations = state.count(ITERATIONS);
    network = model;
  }

  /** Releases the fit and begins anew. */
  @Override
  public synchronized void close() {
    fit.close();
    fit = new GaussianFit(rank);
    iterations = 0;
    network = null;
  }

  @Override
  public String toString() {
    return "Swag(burn-in " + burnIn + ", every " + every + ", rank " + rank + ")";
  }

  /** Collects the settings of a {@link Swag}. */
  public static final class Builder {

    private final int every;
    private long burnIn;
    private int rank = 20;
    private double scale = 1;

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
     * Columns of the low-rank part of the covariance.
     *
     * @param rank at least 2; default 20
     * @return this builder
     */
    public Builder rank(int rank) {
      Preconditions.checkArgument(rank >= 2, "rank must be >= 2, got %s", rank);
      this.rank = rank;
      return this;
    }

    /**
     * A factor of the covariance of the networks that are drawn: below 1 they are closer to the
     * mean.
     *
     * @param scale finite and at least 0; default 1
     * @return this builder
     */
    public Builder scale(double scale) {
      Preconditions.checkArgument(
          scale >= 0 && scale <= Double.MAX_VALUE, "scale must be finite and >= 0, got %s", scale);
      this.scale = scale;
      return this;
    }

    /** {@return a listener for one network} */
    public Swag build() {
      return new Swag(this);
    }
  }
}
