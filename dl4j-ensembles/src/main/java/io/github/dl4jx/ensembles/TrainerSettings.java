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
  private final int stacked;

  TrainerSettings(TrainerBuilder<?> builder) {
    Preconditions.checkArgument(
        builder.execution == null || builder.parallelism == 1,
        "parallelism counts threads of this machine: with an execution it must be 1, got %s",
        builder.parallelism);
    builder.rule.checkMembers(builder.members);
    Preconditions.checkArgument(
        builder.stacked == 0 || builder.listeners == null,
        "memberListeners listen to one network each: stacked members are trained as one, leave out"
            + " stacked(), or watch members with progress(..)");
    Preconditions.checkArgument(
        builder.stacked == 0 || builder.validation.isEmpty(),
        "earlyStopping stops each member by itself: stacked members are trained as one, leave out"
            + " stacked()");
    this.stacked = builder.stacked;
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

  /** {@return the seed of everything random} */
  public long seed() {
    return seed;
  }

  /** {@return what listens to finished members} */
  public EnsembleListener progress() {
    return progress;
  }

  /** {@return where finished members are kept, if they are} */
  public Optional<File> folder() {
    return Optional.ofNullable(folder);
  }

  /** {@return what gives the listeners of a member, by its index, if there are any} */
  public Optional<IntFunction<? extends Collection<? extends TrainingListener>>> listeners() {
    return Optional.ofNullable(listeners);
  }

  /** {@return batches for early stopping, shared: not to be changed; empty for none} */
  public List<DataSet> validation() {
    return validation;
  }

  /** {@return how many epochs without a lower score early stopping waits; 0 without it} */
  public int patience() {
    return patience;
  }

  /** {@return the number of networks, at least 1} */
  public int members() {
    return members;
  }

  /** {@return where the networks are trained} */
  public Execution execution() {
    return execution;
  }

  /** {@return how many members at most are trained as one wide network; 0 if each is alone} */
  public int stacked() {
    return stacked;
  }

  /** {@return how the members' outputs are combined} */
  public CombinationRule rule() {
    return rule;
  }
}
