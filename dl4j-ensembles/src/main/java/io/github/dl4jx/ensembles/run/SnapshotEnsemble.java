package io.github.dl4jx.ensembles.run;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.TrainerBuilder;
import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.internal.Blueprint;
import io.github.dl4jx.ensembles.internal.MemberTraining;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * A snapshot ensemble: one training run in M cycles of the learning rate, each of which ends in
 * another minimum; the last k minima vote. M members for the price of one.
 *
 * <pre>{@code
 * rate_t = rate/2 * (cos(pi * ((t - 1) mod C) / C) + 1),   C = ceil(T / M),   t = 1 .. T
 * members: the weights after iterations C, 2C, .., T; the last k of them
 * y = 1/k * sum_m net_m(x)
 * }</pre>
 *
 * <ul>
 *   <li>{@code cycles}: M, at least 1; default 5, of the paper's tables 5 or 6. As C is rounded up,
 *       few iterations may hold fewer cycles: 12 iterations in 5 cycles make 4.
 *   <li>{@code keepLast}: k, from 1 to M; default M, all.
 *   <li>{@code learningRate}: at the start of each cycle, above 0; default 0.1, the paper's for
 *       residual networks (0.2 for the others, with stochastic gradient descent). It replaces the
 *       rate of every parameter of the configuration, biases and layers inside wrappers included
 *       ({@link io.github.dl4jx.training.network.LearningRates}): with {@code Adam} take one that
 *       suits it. An updater without a rate, such as {@code AdaDelta}, is refused.
 * </ul>
 *
 * <p>T counts steps of the updater: with truncated backpropagation through time every segment of a
 * batch is one. Layers in {@code FrozenLayerWithBackprop} are held ({@link
 * io.github.dl4jx.training.network.FrozenLayers}). The data must be in memory, as the rate follows
 * from the number of iterations. With {@code resumeIn}, the run goes on from its latest checkpoint.
 *
 * <pre>{@code
 * Ensemble snapshots = SnapshotEnsemble.of(conf).cycles(5).learningRate(0.2).build().fit(train, 20);
 * }</pre>
 *
 * <p>Reference: G. Huang, Y. Li, G. Pleiss, Z. Liu, J. E. Hopcroft, K. Q. Weinberger, "Snapshot
 * Ensembles: Train 1, Get M for Free", ICLR 2017, arXiv 1704.00109.
 */
public final class SnapshotEnsemble implements EnsembleTrainer {

  private final CollectingRun run;
  private final int cycles;
  private final int keepLast;
  private final double learningRate;

  private SnapshotEnsemble(Builder builder, TrainerSettings settings) {
    this.run = new CollectingRun(builder.blueprint, settings);
    this.cycles = builder.cycles;
    this.keepLast = builder.keepLast == 0 ? builder.cycles : builder.keepLast;
    this.learningRate = builder.learningRate;
  }

  /**
   * Starts a builder.
   *
   * @param configuration what is trained; its seed and learning rates are replaced
   * @return a builder with the defaults
   */
  public static Builder of(MultiLayerConfiguration configuration) {
    return new Builder(Blueprint.of(configuration));
  }

  /**
   * Starts a builder.
   *
   * @param configuration what is trained, with one input and one output; its seed and learning
   *     rates are replaced
   * @return a builder with the defaults
   */
  public static Builder of(ComputationGraphConfiguration configuration) {
    return new Builder(Blueprint.of(configuration));
  }

  /**
   * Trains.
   *
   * @param data the training data, in memory
   * @param epochs epochs of the whole run
   * @return the ensemble, oldest snapshot first
   * @throws IllegalArgumentException if epochs is below 1, the data is a stream, there are fewer
   *     iterations than cycles, an updater has no learning rate, or backpropagation is truncated
   *     and the data are not time series of one length
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  @Override
  public Ensemble fit(TrainingData data, int epochs) {
    MemberTraining.check(data, epochs);
    int all = run.iterations(data, epochs);
    Preconditions.checkArgument(
        all >= cycles,
        "training must have at least the %s iterations of cycles, got %s",
        cycles,
        all);
    int cycle = (all - 1) / cycles + 1;
    return run.fit(
        "snapshots of " + cycles + " cycles in " + all + " iterations, last " + keepLast,
        data,
        epochs,
        CosineAnnealingSchedule.withRestarts(ScheduleType.ITERATION, learningRate, 0, cycle, 1),
        iteration -> iteration % cycle == 0 || iteration == all,
        (all - 1) / cycle + 1,
        keepLast,
        new SoftVote());
  }

  /** Collects the settings of a {@link SnapshotEnsemble}. */
  public static final class Builder extends TrainerBuilder<Builder> {

    private final Blueprint blueprint;
    private int cycles = 5;
    private int keepLast;
    private double learningRate = 0.1;

    private Builder(Blueprint blueprint) {
      this.blueprint = blueprint;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Number of cycles of the learning rate.
     *
     * @param cycles at least 1; default 5
     * @return this builder
     */
    public Builder cycles(int cycles) {
      Preconditions.checkArgument(cycles >= 1, "cycles must be >= 1, got %s", cycles);
      this.cycles = cycles;
      return this;
    }

    /**
     * How many snapshots vote, the latest ones.
     *
     * @param snapshots from 1 to the number of cycles; default all
     * @return this builder
     */
    public Builder keepLast(int snapshots) {
      Preconditions.checkArgument(snapshots >= 1, "keepLast must be >= 1, got %s", snapshots);
      this.keepLast = snapshots;
      return this;
    }

    /**
     * The learning rate at the start of each cycle.
     *
     * @param rate finite and above 0; default 0.1
     * @return this builder
     */
    public Builder learningRate(double rate) {
      Preconditions.checkArgument(
          rate > 0 && Double.isFinite(rate), "learningRate must be finite and > 0, got %s", rate);
      this.learningRate = rate;
      return this;
    }

    /**
     * Builds the trainer.
     *
     * @return the trainer
     * @throws IllegalArgumentException if more snapshots are to be kept than there are cycles
     */
    public SnapshotEnsemble build() {
      Preconditions.checkArgument(
          keepLast <= cycles, "keepLast must be at most the %s cycles, got %s", cycles, keepLast);
      return new SnapshotEnsemble(this, settings());
    }
  }
}
