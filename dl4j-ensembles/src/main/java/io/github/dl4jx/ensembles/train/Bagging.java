package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.Networks;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.updaters.resume.ResumableIterator;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Bagging: every member learns from its own bootstrap sample and from its own initial weights.
 *
 * <pre>{@code
 * for each member m:
 *   rows_m = n indices drawn from [0, n) with replacement
 *   net_m  = fit(conf with seed_m, rows_m)
 * y = rule(net_1(x), .., net_M(x))
 * }</pre>
 *
 * <ul>
 *   <li>{@code members}: number of networks, at least 1; default 10, as in scikit-learn.
 *   <li>{@code seed}: governs samples, initial weights and the order of the rows; default 0.
 *   <li>{@code parallelism}: networks trained at once, at least 1; default 1. It changes the time
 *       that is taken, never the result, as long as the number of OpenMP threads stays the same.
 *   <li>{@code combine}: default {@link SoftVote}, which for regression is the mean.
 * </ul>
 *
 * <p>The data of the iterator is read once, preprocessed as the iterator does it, and kept in
 * memory once for all members; a sample is a list of indices. Labels keep their shape even if a
 * sample misses a class. Rows are shuffled anew in every epoch. The batch size is the iterator's. A
 * {@code GradientNoise} or {@code InvertedDropout} with a seed of its own draws the same numbers in
 * every member; dropout without one follows the member's seed.
 *
 * <pre>{@code
 * Ensemble bag = Bagging.of(conf).members(10).seed(42).parallelism(2).build().fit(train, 5);
 * }</pre>
 *
 * <p>Reference: L. Breiman, "Bagging Predictors", Machine Learning 24, 1996,
 * doi:10.1007/BF00058655.
 */
public final class Bagging {

  private final Blueprint blueprint;
  private final int members;
  private final long seed;
  private final int parallelism;
  private final CombinationRule rule;

  private Bagging(Builder builder) {
    this.blueprint = builder.blueprint;
    this.members = builder.members;
    this.seed = builder.seed;
    this.parallelism = builder.parallelism;
    this.rule = builder.rule;
  }

  /**
   * Starts a builder.
   *
   * @param configuration what every member is made from; its seed is replaced
   * @return a builder with the defaults
   */
  public static Builder of(MultiLayerConfiguration configuration) {
    Preconditions.checkArgument(configuration != null, "configuration must not be null");
    return new Builder(Blueprint.of(configuration));
  }

  /**
   * Starts a builder.
   *
   * @param configuration what every member is made from, with one input and one output; its seed is
   *     replaced
   * @return a builder with the defaults
   */
  public static Builder of(ComputationGraphConfiguration configuration) {
    Preconditions.checkArgument(configuration != null, "configuration must not be null");
    return new Builder(Blueprint.of(configuration));
  }

  /**
   * Trains the members.
   *
   * @param data the training data; read from its start if it can be reset
   * @param epochs passes of every member over its sample, at least 1
   * @return the ensemble
   * @throws IllegalArgumentException if epochs is below 1 or the data is empty
   * @throws IllegalStateException if a member fails; the message has its number and the cause
   */
  public Ensemble fit(DataSetIterator data, int epochs) {
    Preconditions.checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
    List<DataSet> batches = readAll(data);
    int batch = data.batch() >= 1 ? data.batch() : batches.get(0).numExamples();
    DataSet all = DataSet.merge(batches);
    batches.clear();
    List<Model> networks =
        MemberThreads.train(members, parallelism, m -> fitMember(m, all, batch, epochs));
    try {
      return Ensemble.of(rule, networks);
    } finally {
      networks.forEach(Networks::release);
    }
  }

  private Model fitMember(int member, DataSet all, int batch, int epochs) {
    long memberSeed = Seeds.derive(seed, member);
    int[] rows = Bootstrap.rows(all.numExamples(), Seeds.derive(memberSeed, 0));
    DataSetIterator sample =
        new ResumableIterator(all, rows, batch, Seeds.derive(memberSeed, 1)).reusingBatches();
    Model network = blueprint.create(Seeds.derive(memberSeed, 2));
    try {
      network.setListeners(new StopWhenInterrupted());
      for (int epoch = 0; epoch < epochs; epoch++) {
        Networks.fit(network, sample);
      }
      return Networks.copy(network); // without gradients and updater state
    } finally {
      Networks.release(network);
    }
  }

  private static List<DataSet> readAll(DataSetIterator data) {
    if (data.resetSupported()) {
      data.reset();
    }
    List<DataSet> batches = new ArrayList<>();
    while (data.hasNext()) {
      batches.add(data.next().copy()); // iterators may reuse a batch's memory
    }
    Preconditions.checkArgument(!batches.isEmpty(), "data must have at least 1 example, got 0");
    return batches;
  }

  /** Collects the settings of a {@link Bagging}. */
  public static final class Builder {

    private final Blueprint blueprint;
    private int members = 10;
    private long seed;
    private int parallelism = 1;
    private CombinationRule rule = new SoftVote();

    private Builder(Blueprint blueprint) {
      this.blueprint = blueprint;
    }

    /**
     * Number of networks.
     *
     * @param members at least 1; default 10
     * @return this builder
     */
    public Builder members(int members) {
      Preconditions.checkArgument(members >= 1, "members must be >= 1, got %s", members);
      this.members = members;
      return this;
    }

    /**
     * Seed of everything random.
     *
     * @param seed any value; default 0
     * @return this builder
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Networks trained at once.
     *
     * @param parallelism number of threads, at least 1; default 1
     * @return this builder
     */
    public Builder parallelism(int parallelism) {
      Preconditions.checkArgument(
          parallelism >= 1, "parallelism must be >= 1, got %s", parallelism);
      this.parallelism = parallelism;
      return this;
    }

    /**
     * How the members' outputs are combined.
     *
     * @param rule the rule; default {@link SoftVote}
     * @return this builder
     */
    public Builder combine(CombinationRule rule) {
      Preconditions.checkArgument(rule != null, "rule must not be null");
      this.rule = rule;
      return this;
    }

    /**
     * Builds the trainer.
     *
     * @return the trainer
     */
    public Bagging build() {
      return new Bagging(this);
    }
  }
}
