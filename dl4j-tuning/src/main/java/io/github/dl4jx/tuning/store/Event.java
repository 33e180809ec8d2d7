package io.github.dl4jx.tuning.store;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * One thing that happened in a search, at a time of its virtual clock. Immutable.
 *
 * <p>Times of the real clock are in it, too, but no part of what it says: {@link #isSame}.
 */
public final class Event {

  /** What may happen. */
  public enum Kind {
    /** A new trial is trained up to an epoch. */
    START,
    /** A paused trial goes on, up to an epoch. */
    RESUME,
    /** A trial has a score at an epoch. */
    SCORE,
    /** A trial waits for others. */
    PAUSE,
    /** A trial has had its last epoch. */
    FINISH,
    /** A trial is given up for its score. */
    STOP,
    /** A trial has ended with an exception, or its score is not finite. */
    FAIL,
    /** No new trial was begun, since there were as many as wanted. */
    LIMIT;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  final Kind kind;
  final int trial;
  final double at;
  final int epochs;
  final @Nullable String point;
  final boolean enqueued;
  final Outcome outcome;
  final long time;

  private Event(
      Kind kind,
      int trial,
      double at,
      int epochs,
      @Nullable String point,
      boolean enqueued,
      Outcome outcome,
      long time) {
    Preconditions.checkArgument(trial >= 0, "trial must be >= 0, got %s", trial);
    Preconditions.checkArgument(
        Double.isFinite(at) && at >= 0, "at must be finite and >= 0, got %s", at);
    Preconditions.checkArgument(epochs >= 0, "epochs must be >= 0, got %s", epochs);
    this.kind = kind;
    this.trial = trial;
    this.at = at;
    this.epochs = epochs;
    this.point = point;
    this.enqueued = enqueued;
    this.outcome = outcome;
    this.time = time;
  }

  private static final Outcome NONE = Outcome.scored(Double.NaN, 0);

  static Event of(
      Kind kind,
      int trial,
      double at,
      int epochs,
      @Nullable String point,
      boolean enqueued,
      @Nullable Outcome outcome,
      long time) {
    return new Event(
        kind, trial, at, epochs, point, enqueued, outcome == null ? NONE : outcome, time);
  }

  private static Event now(Kind kind, int trial, double at, int epochs, @Nullable Outcome outcome) {
    return of(kind, trial, at, epochs, null, false, outcome, System.currentTimeMillis());
  }

  /**
   * A new trial.
   *
   * @param trial its number
   * @param at time of the virtual clock, at least 0
   * @param epochs up to which epoch it is trained
   * @param point what it tries, as a text
   * @param enqueued whether the user gave the point
   * @return the event
   * @throws IllegalArgumentException if a number is negative or the point null
   */
  public static Event start(int trial, double at, int epochs, String point, boolean enqueued) {
    Arguments.notNull("point", point);
    return of(Kind.START, trial, at, epochs, point, enqueued, null, System.currentTimeMillis());
  }

  /**
   * A paused trial that goes on.
   *
   * @param trial its number
   * @param at time of the virtual clock, at least 0
   * @param epochs up to which epoch it is trained
   * @return the event
   * @throws IllegalArgumentException if a number is negative
   */
  public static Event resume(int trial, double at, int epochs) {
    return now(Kind.RESUME, trial, at, epochs, null);
  }

  /**
   * A trial that was trained as asked: a score, or a failure if there is a cause.
   *
   * @param trial its number
   * @param at time of the virtual clock, at least 0
   * @param epochs up to which epoch it was trained
   * @param outcome what that has given
   * @return the event
   * @throws IllegalArgumentException if a number is negative or the outcome null
   */
  public static Event outcome(int trial, double at, int epochs, Outcome outcome) {
    Arguments.notNull("outcome", outcome);
    return now(outcome.cause() == null ? Kind.SCORE : Kind.FAIL, trial, at, epochs, outcome);
  }

  /**
   * What becomes of a trial.
   *
   * @param trial the trial in its new state, any but RUNNING
   * @param at time of the virtual clock, at least 0
   * @return the event
   * @throws IllegalArgumentException if the trial is null or running, or the time negative
   */
  public static Event state(Trial trial, double at) {
    Arguments.notNull("trial", trial);
    int number = trial.number();
    switch (trial.state()) {
      case PAUSED:
        return now(Kind.PAUSE, number, at, trial.epochs(), null);
      case FINISHED:
        return now(Kind.FINISH, number, at, trial.epochs(), null);
      case STOPPED:
        return now(Kind.STOP, number, at, trial.epochs(), null);
      case FAILED:
        return now(
            Kind.FAIL,
            number,
            at,
            trial.epochs(),
            Outcome.failed(String.valueOf(trial.cause()), 0));
      case RUNNING:
      default:
        throw new IllegalArgumentException("trial must not be running, got " + trial);
    }
  }

  /**
   * No new trial is begun.
   *
   * @param at time of the virtual clock, at least 0
   * @param trials how many there are
   * @return the event
   * @throws IllegalArgumentException if a number is negative
   */
  public static Event limit(double at, int trials) {
    return now(Kind.LIMIT, trials, at, 0, null);
  }

  /**
   * Reads an event.
   *
   * @param line a line of a journal, without its end
   * @return the event
   * @throws IllegalArgumentException if the line is null
   * @throws IOException if it is damaged or no such line
   */
  public static Event parse(String line) throws IOException {
    return EventText.parse(Arguments.notNull("line", line));
  }

  /**
   * What happened.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * To which trial.
   *
   * @return its number; for LIMIT how many there are
   */
  public int trial() {
    return trial;
  }

  /**
   * When, on the virtual clock.
   *
   * @return a number from 0 on
   */
  public double at() {
    return at;
  }

  /**
   * Up to which epoch the trial is, or shall be, trained.
   *
   * @return a number from 0 on
   */
  public int epochs() {
    return epochs;
  }

  /**
   * What a new trial tries.
   *
   * @return the point as a text; null if this is no start
   */
  public @Nullable String point() {
    return point;
  }

  /**
   * Whether the user gave the point.
   *
   * @return whether this is the start of such a trial
   */
  public boolean enqueued() {
    return enqueued;
  }

  /**
   * What the training has given.
   *
   * @return the outcome; one without meaning if this is no score and no failure
   */
  public Outcome outcome() {
    return outcome;
  }

  /**
   * Whether another event says the same, whenever and however fast it happened on the real clock,
   * and whatever the words of a failure.
   *
   * @param other another event
   * @return whether it does
   * @throws IllegalArgumentException if it is null
   */
  public boolean isSame(Event other) {
    Arguments.notNull("other", other);
    return kind == other.kind
        && trial == other.trial
        && Double.compare(at, other.at) == 0
        && epochs == other.epochs
        && enqueued == other.enqueued
        && String.valueOf(point).equals(String.valueOf(other.point))
        && Double.compare(outcome.score(), other.outcome.score()) == 0;
  }

  /**
   * The event as a line of a journal.
   *
   * @return JSON with a checksum, without the end of the line
   */
  @Override
  public String toString() {
    return EventText.write(this);
  }
}
