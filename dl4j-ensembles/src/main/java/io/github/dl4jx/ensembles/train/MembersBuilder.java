package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.SoftVote;
import org.nd4j.common.base.Preconditions;

/**
 * The settings of trainers whose members do not depend on each other and vote.
 *
 * @param <B> the builder's own type
 */
public abstract class MembersBuilder<B extends MembersBuilder<B>> extends SideBySideBuilder<B> {

  CombinationRule rule = new SoftVote();

  MembersBuilder() {}

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
