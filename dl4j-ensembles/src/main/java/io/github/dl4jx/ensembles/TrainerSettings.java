package io.github.dl4jx.ensembles;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.training.jobs.Execution;
import java.io.File;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What a {@link TrainerBuilder} has collected, as a trainer keeps it. Immutable; what a trainer
 * does not let its users set has its default.
 */
public final class TrainerSettings {

  private final long seed;
  private final EnsembleListener progress;
  private final @Nullable File folder;
  private final @Nullable IntFunction<? extends Collection<? extends TrainingListener>> listeners;
  private final List<DataSet> validation;
  private final int patience;
  private final int members;
  private final Execution execution;
  private final CombinationRule rule;

  TrainerSettings(TrainerBuilder<?> builder) {
    Preconditions.checkArgument(
        builder.execution == null || builder.parallelism == 1,
        "parallelism counts threads of this machine: with an execution it must be 1, got %s",
        builder.parallelism);
    builder.rule.checkMembers(builder.members);
    this.seed = builder.seed;
    this.progress = builder.progress;
    this.folder = builder.folder;
    this.listeners = builder.listeners;
    this.validation = builder.validation;
    this.patience = builder.patience;
    this.members = builder.members;
    this.execution =
        builder.execution == null ? Execution.threads(builder.parallelism) : builder.execution;
    this.rule = builder.rule;
  }

  /**
   * Seed of everything random.
   *
   * @return any value
   */
  public long seed() {
    return seed;
  }

  /**
   * Listens to finished members.
   *
   * @return the listener
   */
  public EnsembleListener progress() {
    return progress;
  }

  /**
   * Where finished members are kept.
   *
   * @return the folder; empty if they are not kept
   */
  public Optional<File> folder() {
    return Optional.ofNullable(folder);
  }

  /**
   * Listeners of the members' networks, which are objects of this machine.
   *
   * @return gives them by the member's index; empty if there are none
   */
  public Optional<IntFunction<? extends Collection<? extends TrainingListener>>> listeners() {
    return Optional.ofNullable(listeners);
  }

  /**
   * Examples for early stopping.
   *
   * @return batches, shared: not to be changed; empty for none
   */
  public List<DataSet> validation() {
    return validation;
  }

  /**
   * How many epochs without a lower score early stopping waits.
   *
   * @return at least 1, or 0 without early stopping
   */
  public int patience() {
    return patience;
  }

  /**
   * Number of networks.
   *
   * @return at least 1
   */
  public int members() {
    return members;
  }

  /**
   * Where the networks are trained.
   *
   * @return threads of this machine, or elsewhere
   */
  public Execution execution() {
    return execution;
  }

  /**
   * How the members' outputs are combined.
   *
   * @return the rule, for this number of members
   */
  public CombinationRule rule() {
    return rule;
  }
}
