package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.SoftVote;
import org.nd4j.common.base.Preconditions;

/**
 * The settings of trainers whose members do not depend on each other.
 *
 * @param <B> the builder's own type
 */
public abstract class MembersBuilder<B extends MembersBuilder<B>> extends TrainerBuilder<B> {

  int members = 10;
  int parallelism = 1;
  CombinationRule rule = new SoftVote();

  MembersBuilder() {}

  /**
   * Number of networks.
   *
   * @param members at least 1; default 10, as in scikit-learn
   * @return this builder
   */
  public B members(int members) {
    Preconditions.checkArgument(members >= 1, "members must be >= 1, got %s", members);
    this.members = members;
    return self();
  }

  /**
   * Networks trained at once. It changes the time that is taken, never the result, as long as the
   * number of OpenMP threads stays the same.
   *
   * @param parallelism number of threads, at least 1; default 1
   * @return this builder
   */
  public B parallelism(int parallelism) {
    Preconditions.checkArgument(parallelism >= 1, "parallelism must be >= 1, got %s", parallelism);
    this.parallelism = parallelism;
    return self();
  }

  /**
   * How the members' outputs are combined.
   *
   * @param rule the rule; default {@link SoftVote}, which for regression is the mean
   * @return this builder
   */
  public B combine(CombinationRule rule) {
    Preconditions.checkArgument(rule != null, "rule must not be null");
    this.rule = rule;
    return self();
  }

  /** Checks what depends on several settings. */
  void check() {
    rule.checkMembers(members);
  }
}
