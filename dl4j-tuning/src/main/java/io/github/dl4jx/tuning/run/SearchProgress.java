package io.github.dl4jx.tuning.run;

import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How far a search is. Immutable. */
public final class SearchProgress {

  private static final double SECOND = 1e9;

  private final History history;
  private final int trials;
  private final int replayed;
  private final Duration elapsed;

  /**
   * A state of a search.
   *
   * @param replayed how many trials had ended before this run
   */
  SearchProgress(History history, int trials, int replayed, Duration elapsed) {
    this.history = history;
    this.trials = trials;
    this.replayed = replayed;
    this.elapsed = elapsed;
  }

  /**
   * All trials so far.
   *
   * @return the history
   */
  public History history() {
    return history;
  }

  /**
   * How many trials there will be at most.
   *
   * @return at least 1
   */
  public int trials() {
    return trials;
  }

  /**
   * How many trials are neither running nor new.
   *
   * @return a number from 0 on; those that are paused count
   */
  public int ended() {
    return history.ranked().size();
  }

  /**
   * The best trial so far.
   *
   * @return the trial; nothing while none has a score
   */
  public Optional<Trial> best() {
    List<Trial> top = history.top(1);
    return top.isEmpty() ? Optional.empty() : Optional.of(top.get(0));
  }

  /**
   * How long this run has taken.
   *
   * @return the time
   */
  public Duration elapsed() {
    return elapsed;
  }

  /**
   * How long it may still take, if the other trials are like those that ended in this run.
   *
   * @return a guess; nothing before the first has ended
   */
  public Optional<Duration> left() {
    int ended = ended() - replayed;
    if (ended <= 0) {
      return Optional.empty();
    }
    double nanos = (double) elapsed.toNanos() / ended * Math.max(0, trials - ended());
    return Optional.of(Duration.ofNanos((long) nanos));
  }

  @Override
  public String toString() {
    String best =
        best()
            .map(trial -> "best " + trial.score().getAsDouble() + " of trial " + trial.number())
            .orElse("none has a score");
    String guess =
        left()
            .map(left -> String.format(Locale.ROOT, ", %.0f s left", left.toNanos() / SECOND))
            .orElse("");
    return ended() + " of " + trials + " trials, " + best + guess;
  }
}
