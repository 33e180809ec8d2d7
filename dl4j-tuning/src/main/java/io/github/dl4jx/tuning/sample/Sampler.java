package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.trial.History;
import java.util.Optional;
import org.nd4j.common.base.Preconditions;

/**
 * Suggests what a search tries next. Implementations are immutable and keep no state: equal
 * arguments give equal points, whatever was suggested before.
 */
public interface Sampler {

  /**
   * The point of one trial. What is random in it is drawn from {@code Seeds.derive(seed, trial)}.
   *
   * @param history the trials so far, of which some may be running
   * @param trial the trial's number, at least 0
   * @param seed of the whole search
   * @return a point that no trial of the history has; nothing if there is none left
   * @throws IllegalArgumentException if the history is null, the number negative, or the space none
   *     that the sampler can search
   */
  Optional<Point> suggest(History history, int trial, long seed);

  /**
   * The sampler with its settings: two samplers that have the same text suggest the same.
   *
   * @return a lower-case name, such as {@code random} or {@code grid(5)}
   */
  String name();

  /**
   * Checks arguments as {@link #suggest} must.
   *
   * @param history the trials so far
   * @param trial the trial's number
   * @throws IllegalArgumentException if the history is null or the number negative
   */
  static void check(History history, int trial) {
    Arguments.notNull("history", history);
    Preconditions.checkArgument(trial >= 0, "trial must be >= 0, got %s", trial);
  }
}
