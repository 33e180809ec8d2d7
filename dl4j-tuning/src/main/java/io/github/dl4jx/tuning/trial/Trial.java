package io.github.dl4jx.tuning.trial;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * One point that a search tries, and what has become of it so far. Immutable: each change makes a
 * new one.
 *
 * <p>A score that is not finite is kept, and makes the trial one that failed: it never counts as
 * good, whatever the direction.
 */
public final class Trial {

  /** How far a trial has come. */
  public enum State {
    /** It is at work, and may have scores already. */
    RUNNING,
    /** It may go on later, from where it is. */
    PAUSED,
    /** It has had its last epoch. */
    FINISHED,
    /** It was given up before its last epoch, for its score. */
    STOPPED,
    /** It ended with an exception, or its score is not finite. */
    FAILED
  }

  private final int number;
  private final Point point;
  private final State state;
  private final NavigableMap<Integer, Double> scores;
  private final int epochs; // the last of the scores'
  private final @Nullable String cause;

  private Trial(
      int number,
      Point point,
      State state,
      NavigableMap<Integer, Double> scores,
      @Nullable String cause) {
    this.number = number;
    this.point = point;
    this.state = state;
    this.scores = scores;
    this.epochs = scores.isEmpty() ? 0 : scores.lastKey();
    this.cause = cause;
  }

  /**
   * A trial that begins.
   *
   * @param number from 0 on, in the order of their beginning
   * @param point what it tries
   * @return a running trial without scores
   * @throws IllegalArgumentException if the number is negative or the point null
   */
  public static Trial begin(int number, Point point) {
    Preconditions.checkArgument(number >= 0, "number must be >= 0, got %s", number);
    return new Trial(
        number,
        Arguments.notNull("point", point),
        State.RUNNING,
        Collections.emptyNavigableMap(),
        null);
  }

  /**
   * The trial with one more score; failed if it is not finite.
   *
   * @param epochs after how many epochs, more than at the score before, at least 1
   * @param score any number
   * @return a trial
   * @throws IllegalArgumentException if there were as many epochs before
   * @throws IllegalStateException if the trial is over
   */
  public Trial scored(int epochs, double score) {
    checkOpen();
    Preconditions.checkArgument(
        epochs > epochs(), "epochs must be > those before, %s, got %s", epochs(), epochs);
    NavigableMap<Integer, Double> more = new TreeMap<>(scores);
    more.put(epochs, score);
    boolean good = Double.isFinite(score);
    return new Trial(
        number,
        point,
        good ? state : State.FAILED,
        Collections.unmodifiableNavigableMap(more),
        good ? cause : "score " + score);
  }

  /**
   * The trial in another state; one without a score cannot be finished.
   *
   * @param next the state, but {@link State#FAILED}
   * @return a trial
   * @throws IllegalArgumentException if the state is null or FAILED
   * @throws IllegalStateException if the trial is over, or has no score and would be finished
   */
  public Trial in(State next) {
    Arguments.notNull("next", next);
    Preconditions.checkArgument(next != State.FAILED, "next must not be FAILED without a cause");
    checkOpen();
    Preconditions.checkState(
        next != State.FINISHED || !scores.isEmpty(), "trial %s has no score yet", number);
    return new Trial(number, point, next, scores, cause);
  }

  /**
   * The trial, failed.
   *
   * @param why what went wrong
   * @return a trial
   * @throws IllegalArgumentException if the cause is null
   * @throws IllegalStateException if the trial is over
   */
  public Trial failed(String why) {
    Arguments.notNull("why", why);
    checkOpen();
    return new Trial(number, point, State.FAILED, scores, why);
  }

  private void checkOpen() {
    Preconditions.checkState(
        state == State.RUNNING || state == State.PAUSED,
        "trial %s is over already: %s",
        number,
        state);
  }

  /**
   * The trial's number.
   *
   * @return a number from 0 on
   */
  public int number() {
    return number;
  }

  /**
   * What it tries.
   *
   * @return the point
   */
  public Point point() {
    return point;
  }

  /**
   * The value of a parameter.
   *
   * @param parameter a key of the space
   * @param <T> type of its values
   * @return the value that the trial tries
   * @throws IllegalArgumentException if the space has no such parameter, or it does not matter here
   */
  public <T> T get(Parameter<T> parameter) {
    return point.get(parameter);
  }

  /**
   * How far it has come.
   *
   * @return the state
   */
  public State state() {
    return state;
  }

  /**
   * All scores by the number of epochs.
   *
   * @return an unmodifiable map
   */
  public NavigableMap<Integer, Double> scores() {
    return scores;
  }

  /**
   * The number of epochs at the last score.
   *
   * @return the number, 0 without a score
   */
  public int epochs() {
    return epochs;
  }

  /**
   * The last score of a trial that did not fail.
   *
   * @return a finite number, or nothing
   */
  public OptionalDouble score() {
    Map.Entry<Integer, Double> last = scores.lastEntry();
    return last == null || state == State.FAILED
        ? OptionalDouble.empty()
        : OptionalDouble.of(last.getValue());
  }

  /**
   * Why it failed.
   *
   * @return the cause, or null if it did not
   */
  public @Nullable String cause() {
    return cause;
  }

  @Override
  public String toString() {
    String why = cause == null ? "" : " (" + cause + ")";
    return "trial " + number + " " + state + why + " " + scores + " " + point;
  }
}
