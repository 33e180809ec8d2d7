package io.github.dl4jx.tuning.trial;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * All trials of a search at one moment: what samplers see. Immutable.
 *
 * <p>Ranked are trials that are not running: first those that finished, by their scores; then those
 * that were paused or stopped, more epochs before fewer, then by their scores; last those that
 * failed or have no score. Ties go to the lower number.
 */
public final class History {

  private final SearchSpace space;
  private final boolean minimize;
  private final List<Trial> trials;
  private final boolean exhausted;
  private @Nullable List<Trial> ranked;

  /**
   * A history.
   *
   * @param space what is searched, complete
   * @param minimize whether lower scores are better
   * @param trials of points of that space, with rising numbers
   * @throws IllegalArgumentException if a trial is of another space, or the numbers do not rise
   */
  public History(SearchSpace space, boolean minimize, List<Trial> trials) {
    this(space, minimize, trials, false);
  }

  private History(SearchSpace space, boolean minimize, List<Trial> trials, boolean exhausted) {
    this.exhausted = exhausted;
    this.space = Arguments.notNull("space", space);
    Preconditions.checkArgument(
        !space.parameters().isEmpty(), "space must have at least 1 parameter, got 0");
    this.minimize = minimize;
    this.trials = List.copyOf(Arguments.noneNull("trials", trials));
    int last = -1;
    for (Trial trial : this.trials) {
      Preconditions.checkArgument(
          trial.point().space() == space, "trials must be of the space, got %s", trial);
      Preconditions.checkArgument(
          trial.number() > last, "trials must have rising numbers, got %s", trial.number());
      last = trial.number();
    }
  }

  /**
   * The same trials, when no more will begin.
   *
   * @return a history that is {@link #isExhausted}
   */
  public History exhausted() {
    return new History(space, minimize, trials, true);
  }

  /**
   * Whether the sampler has no further point: a bracket that is not full will never be.
   *
   * @return whether it is so
   */
  public boolean isExhausted() {
    return exhausted;
  }

  /**
   * What is searched.
   *
   * @return the space
   */
  public SearchSpace space() {
    return space;
  }

  /**
   * Whether lower scores are better.
   *
   * @return whether they are
   */
  public boolean minimize() {
    return minimize;
  }

  /**
   * All trials by their numbers.
   *
   * @return an unmodifiable list
   */
  public List<Trial> trials() {
    return trials;
  }

  /**
   * The trials that are not running, the best first.
   *
   * @return an unmodifiable list
   */
  public List<Trial> ranked() {
    List<Trial> result = ranked;
    if (result == null) {
      List<Rank> ranks = new ArrayList<>();
      for (Trial trial : trials) {
        if (trial.state() != Trial.State.RUNNING) {
          ranks.add(new Rank(trial, minimize));
        }
      }
      Collections.sort(ranks);
      List<Trial> sorted = new ArrayList<>(ranks.size());
      ranks.forEach(rank -> sorted.add(rank.trial));
      result = Collections.unmodifiableList(sorted);
      ranked = result;
    }
    return result;
  }

  /** What a trial is sorted by. */
  private static final class Rank implements Comparable<Rank> {

    private final Trial trial;
    private final int group; // 0 finished, 1 stopped before, 2 without a score
    private final int epochs; // of those that were stopped
    private final double cost;

    Rank(Trial trial, boolean minimize) {
      this.trial = trial;
      OptionalDouble score = trial.score();
      boolean finished = trial.state() == Trial.State.FINISHED;
      this.group = score.isEmpty() ? 2 : finished ? 0 : 1;
      this.epochs = group == 1 ? trial.epochs() : 0;
      this.cost = score.isEmpty() ? 0 : minimize ? score.getAsDouble() : -score.getAsDouble();
    }

    @Override
    @SuppressWarnings("ComparableType") // for sorting only: no chain of comparators, which is slow
    public int compareTo(Rank other) {
      if (group != other.group) {
        return Integer.compare(group, other.group);
      }
      return epochs != other.epochs
          ? Integer.compare(other.epochs, epochs)
          : Double.compare(cost, other.cost);
    }
  }

  /**
   * The best trials.
   *
   * @param k how many at most, at least 1
   * @return those that have a score, the best first
   * @throws IllegalArgumentException if k is below 1
   */
  public List<Trial> top(int k) {
    Preconditions.checkArgument(k >= 1, "k must be >= 1, got %s", k);
    List<Trial> top = new ArrayList<>();
    for (Trial trial : ranked()) {
      if (top.size() < k && trial.score().isPresent()) {
        top.add(trial);
      }
    }
    return top;
  }

  /**
   * The points of the best trials, for {@link SearchSpace#around}.
   *
   * @param k how many at most, at least 1
   * @return the points, the best first
   * @throws IllegalArgumentException if k is below 1
   */
  public List<Point> topPoints(int k) {
    List<Point> points = new ArrayList<>();
    top(k).forEach(trial -> points.add(trial.point()));
    return points;
  }
}
