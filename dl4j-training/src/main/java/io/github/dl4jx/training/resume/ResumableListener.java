package io.github.dl4jx.training.resume;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * A listener whose state belongs in a checkpoint, because training or its result depends on it.
 *
 * <p>{@link ResumableCheckpoints} saves the states of all such listeners of a network, in their
 * order, and restores them into the listeners of the network with which a run is resumed.
 */
public interface ResumableListener extends TrainingListener {

  /**
   * Describes the state after the latest iteration.
   *
   * @return the state; its arrays may be the listener's own, and are only read
   * @throws IllegalStateException if a checkpoint must not be taken now
   */
  ListenerState state();

  /**
   * Checks a saved state before anything is restored, into the network or into any listener. It may
   * come from an untrusted file.
   *
   * @param model the network, with the parameters that it has now
   * @param state a state of the same {@link ListenerState#kind() kind} as this listener's
   * @throws IllegalArgumentException if {@link #restore} cannot use it; nothing is changed then
   */
  default void check(Model model, ListenerState state) {}

  /**
   * Restores a saved state.
   *
   * @param model the network, with its restored parameters
   * @param state a state of the same {@link ListenerState#kind() kind} as this listener's; its
   *     arrays belong to the listener from now on
   */
  void restore(Model model, ListenerState state);
}
