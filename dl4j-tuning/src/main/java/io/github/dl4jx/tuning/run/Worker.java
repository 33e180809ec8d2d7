package io.github.dl4jx.tuning.run;

import io.github.dl4jx.tuning.store.Outcome;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.Optional;

/**
 * Trains trials: the same stretch gives the same outcome, times apart. Called from several threads,
 * for several trials at a time.
 */
@FunctionalInterface
interface Worker {

  /**
   * Trains a trial from one epoch to another, and scores it. An exception ends the search.
   *
   * @return what it has given; nothing while another process trains the trial
   */
  Optional<Outcome> train(Stretch stretch);

  /** The trial will not go on, and nobody needs its network. */
  default void forget(Trial trial) {}
}
