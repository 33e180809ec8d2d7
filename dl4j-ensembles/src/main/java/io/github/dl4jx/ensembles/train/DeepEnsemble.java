package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.internal.Blueprint;
import io.github.dl4jx.ensembles.internal.MemberTask;
import io.github.dl4jx.ensembles.internal.MemberTraining;
import io.github.dl4jx.ensembles.internal.RowSample;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.TrainingData;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * A deep ensemble: the same data for all members, other initial weights and another order of the
 * data for each.
 *
 * <pre>{@code
 * for each member m:
 *   net_m = fit(conf with seed_m, all rows, shuffled by seed_m)
 * y = rule(net_1(x), .., net_M(x))
 * }</pre>
 *
 * <p>The paper finds it more accurate than bagging, as a bootstrap sample misses a third of the
 * data, and uses 5 members; the default here is that of all trainers. For regression with a
 * predicted variance give the members the loss {@code GaussianNll}, and read them as a {@code
 * GaussianMixture}. The paper's adversarial training is not part of this class. Members may have
 * several configurations, taken in turn.
 *
 * <pre>{@code
 * Ensemble deep = DeepEnsemble.of(conf).members(5).seed(42).parallelism(2).build().fit(train, 5);
 * }</pre>
 *
 * <p>Reference: B. Lakshminarayanan, A. Pritzel, C. Blundell, "Simple and Scalable Predictive
 * Uncertainty Estimation using Deep Ensembles", NIPS 2017, arXiv 1612.01474.
 */
public final class DeepEnsemble implements EnsembleTrainer {

  private final List<Blueprint> blueprints;
  private final MemberTraining training;

  private DeepEnsemble(Builder builder, TrainerSettings settings) {
    this.blueprints = builder.blueprints;
    this.training = new MemberTraining(settings);
  }

  /**
   * Starts a builder.
   *
   * @param configurations what the members are made from, in turn; at least one; their seeds are
   *     replaced
   * @return a builder with the defaults
   */
  public static Builder of(MultiLayerConfiguration... configurations) {
    return new Builder(
        Arrays.stream(Arguments.noneNull("configurations", configurations)).map(Blueprint::of));
  }

  /**
   * Starts a builder.
   *
   * @param configurations what the members are made from, in turn, each with one input and one
   *     output; at least one; their seeds are replaced
   * @return a builder with the defaults
   */
  public static Builder of(ComputationGraphConfiguration... configurations) {
    return new Builder(
        Arrays.stream(Arguments.noneNull("configurations", configurations)).map(Blueprint::of));
  }

  /**
   * Trains the members.
   *
   * @param data the training data; a stream comes to all members in its own order
   * @param epochs passes of every member over the data, at least 1
   * @return the ensemble
   * @throws IllegalArgumentException if epochs is below 1
   * @throws IllegalStateException if a member fails; the message has its number and the cause
   */
  @Override
  public Ensemble fit(TrainingData data, int epochs) {
    MemberTraining.check(data, epochs);
    int members = training.settings().members();
    return training.ensemble(
        training.train(
            "DeepEnsemble of " + members,
            members,
            data,
            epochs,
            blueprints,
            m -> task(m, data, epochs)));
  }

  private MemberTask task(int member, TrainingData data, int epochs) {
    Blueprint blueprint = blueprints.get(member % blueprints.size());
    long memberSeed = Seeds.derive(training.settings().seed(), member);
    return new MemberTask(member, blueprint, memberSeed, RowSample.all(), 1, data, epochs);
  }

  /** Collects the settings of a {@link DeepEnsemble}. */
  public static final class Builder extends SideBySideBuilder<Builder> {

    private final List<Blueprint> blueprints;

    private Builder(Stream<Blueprint> blueprints) {
      this.blueprints = Blueprint.listOf(blueprints);
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    public Builder combine(CombinationRule rule) {
      return super.combine(rule);
    }

    /**
     * Builds the trainer.
     *
     * @return the trainer
     * @throws IllegalArgumentException if the rule is for another number of members, or members are
     *     to be stacked that cannot be
     */
    public DeepEnsemble build() {
      return new DeepEnsemble(this, settings(blueprints));
    }
  }
}
