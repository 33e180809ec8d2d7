package io.github.dl4jx.tuning.schedule;

import io.github.dl4jx.tuning.trial.History;
import java.util.Optional;

/**
 * Every trial gets all epochs, in one piece.
 *
 * <pre>{@code
 * Schedule full = FullTraining.maxEpochs(27);
 * }</pre>
 */
public final class FullTraining implements Schedule {

  private final int epochs;

  private FullTraining(int epochs) {
    this.epochs = epochs;
  }

  /**
   * The schedule.
   *
   * @param epochs of every trial, from 1 to {@link #MOST_EPOCHS}
   * @return a schedule
   * @throws IllegalArgumentException if they are not
   */
  public static FullTraining maxEpochs(int epochs) {
    return new FullTraining(Schedule.checkEpochs(epochs));
  }

  @Override
  public int maxEpochs() {
    return epochs;
  }

  @Override
  public Optional<Assignment> next(History history) {
    Schedule.check(history);
    return Optional.of(Assignment.begin(epochs));
  }

  @Override
  public String name() {
    return "full(" + epochs + ")";
  }
}
