package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.tuning.space.Lattice;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.trial.History;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.common.base.Preconditions;

/**
 * Grid search: all combinations of some values of each parameter.
 *
 * <pre>{@code
 * value_i = low + i (high - low) / (n - 1)      i = 0 .. n - 1, in coordinates; n = 1: the middle
 * point_k = grid[(start + k stride) mod size]   stride near 0.618 size, without a common divisor
 * }</pre>
 *
 * <p>Whole and quantized numbers that have no more values than that have all of them, choices
 * always. Parameters that do not matter in a combination do not multiply it. The order is one that
 * spreads any number of trials over the grid; where it starts, the seed says. Points that were
 * tried are passed over, and the search ends after the last.
 *
 * <p>For comparisons: with as many trials, random search tries more values of each parameter.
 *
 * <pre>{@code
 * Sampler grid = GridSearch.of(3).points(rate, 7);     // 3 values of all others
 * }</pre>
 */
public final class GridSearch implements Sampler {

  private static final double GOLDEN = 0.6180339887498949;
  private static final int MOST = 1_000_000;

  private final int points;
  private final Map<String, Integer> exceptions;

  private GridSearch(int points, Map<String, Integer> exceptions) {
    this.points = points;
    this.exceptions = exceptions;
  }

  /**
   * A grid of as many values of each parameter.
   *
   * @param points from 1 to 1,000,000
   * @return the sampler
   * @throws IllegalArgumentException if they are not
   */
  public static GridSearch of(int points) {
    return new GridSearch(checked(points), Map.of());
  }

  /**
   * The same grid with another number of values of one parameter.
   *
   * @param parameter the parameter
   * @param points from 1 to 1,000,000
   * @return a sampler
   * @throws IllegalArgumentException if they are not, or the parameter is null
   */
  public GridSearch points(Parameter<?> parameter, int points) {
    Arguments.notNull("parameter", parameter);
    Map<String, Integer> more = new TreeMap<>(exceptions);
    more.put(parameter.name(), checked(points));
    return new GridSearch(this.points, more);
  }

  private static int checked(int points) {
    Preconditions.checkArgument(
        points >= 1 && points <= MOST, "points must be in [1, %s], got %s", MOST, points);
    return points;
  }

  @Override
  public Optional<Point> suggest(History history, int trial, long seed) {
    Sampler.check(history, trial);
    int[] counts =
        history.space().parameters().stream()
            .mapToInt(parameter -> exceptions.getOrDefault(parameter.name(), points))
            .toArray();
    Lattice grid = Lattice.grid(history.space(), counts);
    Preconditions.checkArgument(
        grid.size() <= Integer.MAX_VALUE,
        "history must have a space with a grid below 2^31 points, got %s",
        grid.size());
    Fresh fresh = new Fresh(history);
    long start = new Draws(Seeds.derive(seed, -1)).below(grid.size());
    long stride = stride(grid.size());
    for (long k = 0; k < grid.size(); k++) {
      Point point = grid.point((start + k * stride) % grid.size());
      if (fresh.isNew(point)) {
        return Optional.of(point);
      }
    }
    return Optional.empty();
  }

  private static long stride(long size) {
    long stride = Math.max(1, Math.round(size * GOLDEN));
    while (divisor(stride, size) > 1) {
      stride++;
    }
    return stride;
  }

  private static long divisor(long a, long b) {
    return b == 0 ? a : divisor(b, a % b);
  }

  @Override
  public String name() {
    return "grid(" + points + (exceptions.isEmpty() ? "" : "," + exceptions) + ")";
  }
}
