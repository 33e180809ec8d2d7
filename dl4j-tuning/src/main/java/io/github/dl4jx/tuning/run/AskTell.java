package io.github.dl4jx.tuning.run;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.tuning.sample.Sampler;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * A search for a loop of one's own: {@link #ask} what to try, {@link #tell} how good it was.
 *
 * <p>Trials are numbered as they are asked for. The suggestions are a function of the space, the
 * sampler, the direction, the seed and the order of the calls; the same calls get the same points.
 * Any number of trials may be running. Thread-safe, but threads that ask and tell in another order
 * get other points.
 *
 * <pre>{@code
 * AskTell search = AskTell.minimizing(space, Tpe.builder().build()).seed(42).build();
 * search.enqueue(space.point().set(rate, 1e-3).set(hidden, 128).build());   // known to be good
 * for (int i = 0; i < 60; i++) {
 *   Trial trial = search.ask().orElseThrow();       // empty when a finite space has been searched
 *   search.tell(trial, loss(trial.get(rate), trial.get(hidden)));
 * }
 * double best = search.history().top(1).get(0).get(rate);
 * }</pre>
 */
public final class AskTell {

  private final SearchSpace space;
  private final Sampler sampler;
  private final boolean minimize;
  private final long seed;
  private final List<Trial> trials = new ArrayList<>();
  private final Deque<Point> queue = new ArrayDeque<>();
  private @Nullable History history;

  private AskTell(Builder builder) {
    this.space = builder.space.complete();
    this.sampler = builder.sampler;
    this.minimize = builder.minimize;
    this.seed = builder.seed;
  }

  /**
   * Begins a search for low scores, such as losses.
   *
   * @param space what to search; it cannot be changed afterwards
   * @param sampler what suggests the points
   * @return a builder
   * @throws IllegalArgumentException if an argument is null or the space has no parameters
   */
  public static Builder minimizing(SearchSpace space, Sampler sampler) {
    return new Builder(space, sampler, true);
  }

  /**
   * Begins a search for high scores, such as accuracies.
   *
   * @param space what to search; it cannot be changed afterwards
   * @param sampler what suggests the points
   * @return a builder
   * @throws IllegalArgumentException if an argument is null or the space has no parameters
   */
  public static Builder maximizing(SearchSpace space, Sampler sampler) {
    return new Builder(space, sampler, false);
  }

  /**
   * Makes a point the next to be tried, after those that were handed in before: one that is known
   * to be good. It is tried even if it was before.
   *
   * @param point a point of the space, or of one with the same parameters
   * @return this search
   * @throws IllegalArgumentException if the point is null, or not of the space
   */
  public synchronized AskTell enqueue(Point point) {
    Arguments.notNull("point", point);
    queue.add(space.parse(point.toString())); // it may be older than some of the parameters
    return this;
  }

  /**
   * Begins a trial.
   *
   * @return a running trial; nothing if there is no point left to try
   */
  public synchronized Optional<Trial> ask() {
    int number = trials.size();
    Point queued = queue.poll();
    Optional<Point> point =
        queued != null ? Optional.of(queued) : sampler.suggest(history(), number, seed);
    Optional<Trial> trial = point.map(next -> Trial.begin(number, next));
    trial.ifPresent(
        begun -> {
          trials.add(begun);
          history = null;
        });
    return trial;
  }

  /**
   * Ends a trial with its score. One that is not finite counts as bad, whatever the direction.
   *
   * @param trial what {@link #ask} returned
   * @param score any number
   * @return the trial as it is now
   * @throws IllegalArgumentException if the trial is null or not of this search
   * @throws IllegalStateException if it is over
   */
  public Trial tell(Trial trial, double score) {
    return change(trial, now -> finished(now.scored(now.epochs() + 1, score)));
  }

  private static Trial finished(Trial trial) {
    return trial.state() == Trial.State.FAILED ? trial : trial.in(Trial.State.FINISHED);
  }

  /**
   * Adds a score of a trial that goes on. One that is not finite ends it.
   *
   * @param trial what {@link #ask} returned
   * @param epochs after how many epochs, or any other measure of what was spent on it so far; more
   *     than at the score before
   * @param score any number
   * @return the trial as it is now
   * @throws IllegalArgumentException if the trial is null or not of this search, or there were as
   *     many epochs before
   * @throws IllegalStateException if it is over
   */
  public Trial report(Trial trial, int epochs, double score) {
    return change(trial, now -> now.scored(epochs, score));
  }

  /**
   * Puts a trial that has a score in another state, with that score as its last so far.
   *
   * @param trial what {@link #ask} returned
   * @param state what becomes of it: FINISHED, STOPPED, PAUSED or RUNNING
   * @return the trial as it is now
   * @throws IllegalArgumentException if the trial is null or not of this search, or the state null
   *     or FAILED
   * @throws IllegalStateException if it is over, or has no score and would be finished
   */
  public Trial put(Trial trial, Trial.State state) {
    Arguments.notNull("state", state);
    return change(trial, now -> now.in(state));
  }

  /**
   * Ends a trial that failed: it counts as bad.
   *
   * @param trial what {@link #ask} returned
   * @param why what went wrong
   * @return the trial as it is now
   * @throws IllegalArgumentException if the trial is null or not of this search, or the cause null
   * @throws IllegalStateException if it is over
   */
  public Trial fail(Trial trial, String why) {
    return change(trial, now -> now.failed(why));
  }

  @SuppressWarnings("ReferenceEquality") // an equal point of another search is not this trial's
  private synchronized Trial change(Trial trial, UnaryOperator<Trial> step) {
    Arguments.notNull("trial", trial);
    int number = trial.number();
    Preconditions.checkArgument(
        number < trials.size() && trials.get(number).point() == trial.point(),
        "trial must be one of this search, got %s",
        trial);
    Trial changed = step.apply(trials.get(number));
    trials.set(number, changed);
    history = null;
    return changed;
  }

  /**
   * All trials so far.
   *
   * @return an immutable history, which knows the best
   */
  public synchronized History history() {
    History now = history;
    if (now == null) {
      now = new History(space, minimize, trials);
      history = now;
    }
    return now;
  }

  /** Collects the settings of a search. */
  public static final class Builder {

    private final SearchSpace space;
    private final Sampler sampler;
    private final boolean minimize;
    private long seed;

    Builder(SearchSpace space, Sampler sampler, boolean minimize) {
      this.space = Arguments.notNull("space", space);
      Preconditions.checkArgument(
          !space.parameters().isEmpty(), "space must have at least 1 parameter, got 0");
      this.sampler = Arguments.notNull("sampler", sampler);
      this.minimize = minimize;
    }

    /**
     * Sets the seed.
     *
     * @param seed any number; default 0
     * @return this builder
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Builds the search.
     *
     * @return a search without trials
     */
    public AskTell build() {
      return new AskTell(this);
    }
  }
}
