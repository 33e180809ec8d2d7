package io.github.dl4jx.ensembles.run;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.TrainerBuilder;
import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.internal.Blueprint;
import io.github.dl4jx.ensembles.internal.MemberTraining;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.updaters.schedule.TriangularSchedule;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * A fast geometric ensemble: after usual training, short triangular cycles of the learning rate
 * walk along a path of low loss; the weights where the rate is lowest vote.
 *
 * <pre>{@code
 * s_i    = ((i - 1) mod c + 1) / c
 * rate_i = (1 - 2s) high + 2s low        for s <= 1/2
 *          (2 - 2s) low + (2s - 1) high  for s > 1/2
 * members: the weights after the iterations i with i mod c = c/2
 * y = 1/M * sum_m net_m(x)
 * }</pre>
 *
 * <ul>
 *   <li>{@code cycles}: M, at least 1; default 5. The last one ends with its member.
 *   <li>{@code cycleEpochs}: epochs of a cycle, c iterations; even, at least 2; default 4, as in
 *       the paper.
 *   <li>{@code learningRates}: high and low; default 5e-2 and 1e-4, as in the paper, for stochastic
 *       gradient descent. They replace the rates of every parameter of the configuration, biases
 *       and layers inside wrappers included ({@link
 *       io.github.dl4jx.training.network.LearningRates}); an updater without a rate, such as {@code
 *       AdaDelta}, is refused.
 * </ul>
 *
 * <p>Iterations are steps of the updater: with truncated backpropagation through time every segment
 * of a batch is one. Layers in {@code FrozenLayerWithBackprop} are held ({@link
 * io.github.dl4jx.training.network.FrozenLayers}).
 *
 * <p>Unlike the paper, whose schedule falls before the cycles begin, the epochs before them are
 * trained at the high rate. The data must be in memory. With {@code resumeIn}, the run goes on from
 * its latest checkpoint.
 *
 * <pre>{@code
 * Ensemble path = FastGeometricEnsemble.of(conf).cycles(5).cycleEpochs(2).build().fit(train, 8);
 * }</pre>
 *
 * <p>Reference: T. Garipov, P. Izmailov, D. Podoprikhin, D. Vetrov, A. G. Wilson, "Loss Surfaces,
 * Mode Connectivity, and Fast Ensembling of DNNs", NeurIPS 2018, arXiv 1802.10026.
 */
public final class FastGeometricEnsemble implements EnsembleTrainer {

  private final CollectingRun run;
  private final int cycles;
  private final int cycleEpochs;
  private final double high;
  private final double low;

  private FastGeometricEnsemble(Builder builder, TrainerSettings settings) {
    this.run = new CollectingRun(builder.blueprint, settings);
    this.cycles = builder.cycles;
    this.cycleEpochs = builder.cycleEpochs;
    this.high = builder.high;
    this.low = builder.low;
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
   * @param epochs epochs before the first cycle, at least 1
   * @return the ensemble, oldest member first
   * @throws IllegalArgumentException if epochs is below 1, the data is a stream, an updater has no
   *     learning rate, or backpropagation is truncated and the data are not time series of one
   *     length
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  @Override
  public Ensemble fit(TrainingData data, int epochs) {
    MemberTraining.check(data, epochs);
    int all = Math.addExact(epochs, cycles * cycleEpochs - cycleEpochs / 2);
    run.iterations(data, all); // not too many
    int start = run.iterations(data, epochs);
    int cycle = run.iterations(data, cycleEpochs);
    return run.fit(
        "middles of " + cycles + " cycles of " + cycle + " iterations from " + start + " on",
        data,
        all,
        new TriangularSchedule(ScheduleType.ITERATION, high, low, cycle, start),
        iteration -> iteration > start && (iteration - start) % cycle == cycle / 2,
        cycles,
        cycles,
        new SoftVote());
  }

  /** Collects the settings of a {@link FastGeometricEnsemble}. */
  public static final class Builder extends TrainerBuilder<Builder> {

    private final Blueprint blueprint;
    private int cycles = 5;
    private int cycleEpochs = 4;
    private double high = 5e-2;
    private double low = 1e-4;

    private Builder(Blueprint blueprint) {
      this.blueprint = blueprint;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Number of cycles, which is that of members.
     *
     * @param cycles from 1 to 10,000; default 5
     * @return this builder
     */
    public Builder cycles(int cycles) {
      Preconditions.checkArgument(
          cycles >= 1 && cycles <= 10_000, "cycles must be in [1, 10000], got %s", cycles);
      this.cycles = cycles;
      return this;
    }

    /**
     * Epochs of a cycle.
     *
     * @param epochs even, from 2 to 10,000; default 4
     * @return this builder
     */
    public Builder cycleEpochs(int epochs) {
      Preconditions.checkArgument(
          epochs >= 2 && epochs <= 10_000 && epochs % 2 == 0,
          "cycleEpochs must be even and in [2, 10000], got %s",
          epochs);
      this.cycleEpochs = epochs;
      return this;
    }

    /**
     * The learning rates at the ends and in the middle of a cycle.
     *
     * @param high finite and above 0; default 5e-2
     * @param low finite, above 0 and at most {@code high}; default 1e-4
     * @return this builder
     */
    public Builder learningRates(double high, double low) {
      Preconditions.checkArgument(
          high > 0 && Double.isFinite(high), "high must be finite and > 0, got %s", high);
      Preconditions.checkArgument(
          low > 0 && low <= high, "low must be > 0 and at most high, got %s", low);
      this.high = high;
      this.low = low;
      return this;
    }

    /** {@return the trainer} */
    public FastGeometricEnsemble build() {
      return new FastGeometricEnsemble(this, settings());
    }
  }
}
