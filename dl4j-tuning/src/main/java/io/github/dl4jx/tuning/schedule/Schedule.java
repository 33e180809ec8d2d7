package io.github.dl4jx.tuning.schedule;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.List;
import java.util.Optional;
import org.nd4j.common.base.Preconditions;

/**
 * What a search trains next, and for how long. Implementations are immutable and keep no state:
 * equal histories give equal answers.
 *
 * <p>A search asks {@link #next} whenever a worker is free, and trains that trial up to those
 * epochs; then it adds the score to the trial and puts it in the state that {@link #after} says. It
 * may stop those of {@link #givenUp} at any time: they are never asked for again. All trials are in
 * the history in the order of their beginning, from number 0 on; those that failed count as having
 * the worst score.
 */
public interface Schedule {

  /** The largest number of epochs that may be asked for. */
  int MOST_EPOCHS = 1_000_000_000;

  /**
   * The number of epochs of a trial that is finished.
   *
   * @return at least 1
   */
  int maxEpochs();

  /**
   * What a worker that is free shall do.
   *
   * @param history the trials so far, where a running one is at work
   * @return an assignment; nothing if it must wait for a trial that is at work
   * @throws IllegalArgumentException if the history is null
   */
  Optional<Assignment> next(History history);

  /**
   * What becomes of a trial that has been trained as asked.
   *
   * @param history the trials so far, with this one
   * @param trial a running trial of it, with the new score
   * @return FINISHED, PAUSED or STOPPED
   * @throws IllegalArgumentException if an argument is null
   */
  default Trial.State after(History history, Trial trial) {
    check(history);
    Arguments.notNull("trial", trial);
    return trial.epochs() >= maxEpochs() ? Trial.State.FINISHED : Trial.State.PAUSED;
  }

  /**
   * Paused trials that will not go on, whatever happens.
   *
   * @param history the trials so far
   * @return the trials by their numbers
   * @throws IllegalArgumentException if the history is null
   */
  default List<Trial> givenUp(History history) {
    check(history);
    return List.of();
  }

  /**
   * The schedule with its settings: two schedules that have the same text are the same.
   *
   * @return a lower-case name, such as {@code full(27)} or {@code hyperband(27,3)}
   */
  String name();

  /**
   * Checks a history as the methods above must.
   *
   * @param history the trials so far
   * @throws IllegalArgumentException if it is null or a number is missing in it
   */
  static void check(History history) {
    Arguments.notNull("history", history);
    List<Trial> trials = history.trials();
    Preconditions.checkArgument(
        trials.isEmpty() || trials.get(trials.size() - 1).number() == trials.size() - 1,
        "history must have all trials, %s, got %s of them",
        trials.isEmpty() ? 0 : trials.get(trials.size() - 1).number() + 1,
        trials.size());
  }

  /**
   * Checks a number of epochs.
   *
   * @param epochs the largest number that a trial gets
   * @return the number
   * @throws IllegalArgumentException if it is not from 1 to {@link #MOST_EPOCHS}
   */
  static int checkEpochs(int epochs) {
    Preconditions.checkArgument(
        epochs >= 1 && epochs <= MOST_EPOCHS,
        "epochs must be in [1, %s], got %s",
        MOST_EPOCHS,
        epochs);
    return epochs;
  }
}
