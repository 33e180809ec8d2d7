package io.github.dl4jx.tuning.schedule;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/** One piece of work of a search: a trial, and up to which epoch it is trained. Immutable. */
public final class Assignment {

  private static final int NEW = -1;

  private final int trial;
  private final int epochs;

  private Assignment(int trial, int epochs) {
    Preconditions.checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
    this.trial = trial;
    this.epochs = epochs;
  }

  /**
   * A new trial.
   *
   * @param epochs up to which epoch, at least 1
   * @return the assignment
   * @throws IllegalArgumentException if it is below 1
   */
  public static Assignment begin(int epochs) {
    return new Assignment(NEW, epochs);
  }

  /**
   * A paused trial goes on.
   *
   * @param trial its number
   * @param epochs up to which epoch, counted from its beginning, at least 1
   * @return the assignment
   * @throws IllegalArgumentException if the number is negative, or the epoch below 1
   */
  public static Assignment goOn(int trial, int epochs) {
    Preconditions.checkArgument(trial >= 0, "trial must be >= 0, got %s", trial);
    return new Assignment(trial, epochs);
  }

  /**
   * Which trial goes on.
   *
   * @return its number; nothing if it is a new one
   */
  public OptionalInt trial() {
    return trial == NEW ? OptionalInt.empty() : OptionalInt.of(trial);
  }

  /**
   * Up to which epoch the trial is trained, counted from its beginning.
   *
   * @return at least 1
   */
  public int epochs() {
    return epochs;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Assignment
        && ((Assignment) other).trial == trial
        && ((Assignment) other).epochs == epochs;
  }

  @Override
  public int hashCode() {
    return 31 * trial + epochs;
  }

  @Override
  public String toString() {
    return (trial == NEW ? "a new trial" : "trial " + trial) + " up to epoch " + epochs;
  }
}
