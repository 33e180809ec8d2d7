package io.github.dl4jx.ensembles.train;

import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * The settings of trainers that train a network for each member.
 *
 * @param <B> the builder's own type
 */
public abstract class TrainerBuilder<B extends TrainerBuilder<B>> extends SettingsBuilder<B> {

  static final IntFunction<? extends Collection<? extends TrainingListener>> NO_LISTENERS =
      member -> List.of();

  IntFunction<? extends Collection<? extends TrainingListener>> listeners = NO_LISTENERS;

  /** What stops a member early; members that learn something else than the labels have none. */
  @Nullable Validation validation;

  TrainerBuilder() {}

  /**
   * Listeners of the members' networks while they are trained.
   *
   * @param listeners gives the listeners of the member of an index, from 0 on; members may be
   *     trained side by side, so each should have its own; default none
   * @return this builder
   */
  public B memberListeners(
      IntFunction<? extends Collection<? extends TrainingListener>> listeners) {
    Preconditions.checkArgument(listeners != null, "listeners must not be null");
    this.listeners = listeners;
    return self();
  }
}
