package io.github.dl4jx.tuning.store;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/** What training a trial up to an epoch has given: a score, or why there is none. Immutable. */
public final class Outcome {

  private final double score;
  private final @Nullable String cause;
  private final double seconds;

  private Outcome(double score, @Nullable String cause, double seconds) {
    Preconditions.checkArgument(
        Double.isFinite(seconds) && seconds >= 0,
        "seconds must be finite and >= 0, got %s",
        seconds);
    this.score = score;
    this.cause = cause;
    this.seconds = seconds;
  }

  /**
   * A score.
   *
   * @param score any number; one that is not finite counts as bad
   * @param seconds how long it took, finite and at least 0
   * @return the outcome
   * @throws IllegalArgumentException if the seconds are not as described
   */
  public static Outcome scored(double score, double seconds) {
    return new Outcome(score, null, seconds);
  }

  /**
   * A failure.
   *
   * @param cause what went wrong
   * @param seconds how long it took, finite and at least 0
   * @return the outcome
   * @throws IllegalArgumentException if the cause is null, or the seconds are not as described
   */
  public static Outcome failed(String cause, double seconds) {
    return new Outcome(Double.NaN, Arguments.notNull("cause", cause), seconds);
  }

  /**
   * The score.
   *
   * @return any number; NaN if it failed
   */
  public double score() {
    return score;
  }

  /**
   * Why it failed.
   *
   * @return the cause, or null if there is a score
   */
  public @Nullable String cause() {
    return cause;
  }

  /**
   * How long it took.
   *
   * @return seconds, those of training and scoring
   */
  public double seconds() {
    return seconds;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Outcome
        && Double.compare(((Outcome) other).score, score) == 0
        && Double.compare(((Outcome) other).seconds, seconds) == 0
        && Objects.equals(((Outcome) other).cause, cause);
  }

  @Override
  public int hashCode() {
    return Objects.hash(score, cause, seconds);
  }

  @Override
  public String toString() {
    return cause == null ? "score " + score : "failed: " + cause;
  }
}
