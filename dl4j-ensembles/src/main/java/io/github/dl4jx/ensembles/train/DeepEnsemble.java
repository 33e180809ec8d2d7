package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

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
 * data, and uses 5 members; the default here is that of all trainers. Its adversarial training and
 * its variance output for regression are not part of this class. Members may have several
 * configurations, taken in turn.
 *
 * <pre>{@code
 * Ensemble deep = DeepEnsemble.of(conf).members(5).seed(42).parallelism(2).build().fit(train, 5);
 * }</pre>
 *
 * <p>Reference: B. Lakshminarayanan, A. Pritzel, C. Blundell, "Simple and Scalable Predictive
 * Uncertainty Estimation using Deep Ensembles", NIPS 2017, arXiv 1612.01474.
 */
public final class DeepEnsemble {

  private final List<Blueprint> blueprints;
  private final MemberTraining training;
  private final long seed;
  private final int members;
  private final MemberExecution execution;
  private final CombinationRule rule;

  private DeepEnsemble(Builder builder) {
    this.blueprints = builder.blueprints;
    this.training = new MemberTraining(builder);
    this.seed = builder.seed;
    this.members = builder.members;
    this.execution = builder.chosenExecution();
    this.rule = builder.rule;
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
   * Trains the members on the examples of an iterator, which are read into memory.
   *
   * @param data the training data; read from its start if it can be reset
   * @param epochs passes of every member over the data, at least 1
   * @return the ensemble
   * @throws IllegalArgumentException if epochs is below 1 or the data is empty
   * @throws IllegalStateException if a member fails; the message has its number and the cause
   */
  public Ensemble fit(DataSetIterator data, int epochs) {
    MemberTraining.check(data, epochs);
    return fit(TrainingData.of(data), epochs);
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
  public Ensemble fit(TrainingData data, int epochs) {
    MemberTraining.check(data, epochs);
    String what = "DeepEnsemble of " + members;
    MemberJob job = new MemberJob(what, members, data, training, m -> task(m, epochs));
    return MemberTraining.ensemble(rule, training.train(execution, job, epochs, blueprints));
  }

  private MemberTask task(int member, int epochs) {
    Blueprint blueprint = blueprints.get(member % blueprints.size());
    return new MemberTask(
        member, blueprint, Seeds.derive(seed, member), RowSample.all(), 1, epochs);
  }

  /** Collects the settings of a {@link DeepEnsemble}. */
  public static final class Builder extends MembersBuilder<Builder> {

    private final List<Blueprint> blueprints;

    private Builder(Stream<Blueprint> blueprints) {
      this.blueprints = Blueprint.listOf(blueprints);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Builds the trainer.
     *
     * @return the trainer
     * @throws IllegalArgumentException if the rule is for another number of members
     */
    public DeepEnsemble build() {
      check();
      return new DeepEnsemble(this);
    }
  }
}
