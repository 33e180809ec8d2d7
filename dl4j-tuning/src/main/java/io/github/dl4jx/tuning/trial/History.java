package io.github.dl4jx.tuning.trial;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    List<Trial> sorted = ranked;
    if (sorted == null) {
      sorted = new ArrayList<>();
      for (Trial trial : trials) {
        if (trial.state() != Trial.State.RUNNING) {
          sorted.add(trial);
        }
      }
      sorted.sort(
          Comparator.comparingInt(History::group)
              .thenComparingInt(trial -> group(trial) == 1 ? -trial.epochs() : 0)
              .thenComparingDouble(this::cost));
      sorted = List.copyOf(sorted);
      ranked = sorted;
    }
    return sorted;
  }

  private static int group(Trial trial) {
    if (trial.score().isEmpty()) {
      return 2;
    }
    return trial.state() == Trial.State.FINISHED ? 0 : 1;
  }

  private double cost(Trial trial) {
    double score = trial.score().orElse(0);
    return minimize ? score : -score;
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
