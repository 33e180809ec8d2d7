package io.github.dl4jx.tuning.space;

import io.github.dl4jx.random.internal.Arguments;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.common.base.Preconditions;

/**
 * All combinations of some values of each parameter, numbered.
 *
 * <pre>
 * size            = product of size(p) over the parameters p without a condition
 * size(p)         = sum over its values v of the product of size(c) over the parameters c that
 *                   depend on p and accept v
 * </pre>
 *
 * <p>Parameters that do not matter in a combination are not counted. The last parameter changes
 * first. Immutable and thread-safe.
 */
public final class Lattice {

  /** What {@link #size} is if there are more combinations than a long can count. */
  public static final long UNCOUNTABLE = Long.MAX_VALUE;

  private final SearchSpace space;
  private final List<long[]> sizes = new ArrayList<>(); // per parameter: of each option, or of all
  private final List<List<Parameter<?>>> children = new ArrayList<>();
  private final List<Parameter<?>> roots = new ArrayList<>();
  private final int[] points;
  private final long size;

  private Lattice(SearchSpace space, int[] points) {
    this.space = space;
    this.points = points;
    for (Parameter<?> parameter : space.parameters()) {
      children.add(new ArrayList<>());
      sizes.add(new long[0]);
      Condition condition = parameter.condition();
      (condition == null ? roots : children.get(condition.parent().index())).add(parameter);
    }
    for (int i = points.length - 1; i >= 0; i--) { // those that depend on it come after it
      sizes.set(i, sizesOf(space.parameters().get(i)));
    }
    this.size = product(roots);
  }

  /**
   * All points of a space.
   *
   * @param space a space, complete
   * @return its points; uncountable if a parameter has no end of values
   * @throws IllegalArgumentException if the space has no parameters
   */
  public static Lattice of(SearchSpace space) {
    return new Lattice(checked(space), new int[space.parameters().size()]);
  }

  /**
   * A grid: of parameters without end so many values, at equal distances in their coordinates from
   * end to end (of one: the middle); of others as many of theirs, or all of them if they have no
   * more; of choices all.
   *
   * @param space a space, complete
   * @param points for each parameter how many, at least 1
   * @return the grid
   * @throws IllegalArgumentException if the space has no parameters, or points are not as described
   */
  public static Lattice grid(SearchSpace space, int... points) {
    checked(space);
    Arguments.notNull("points", points);
    Preconditions.checkArgument(
        points.length == space.parameters().size(),
        "points must be %s, one for each parameter, got %s",
        space.parameters().size(),
        points.length);
    for (int n : points) {
      Preconditions.checkArgument(n >= 1, "points must be >= 1, got %s", n);
    }
    return new Lattice(space, points.clone());
  }

  private static SearchSpace checked(SearchSpace space) {
    Arguments.notNull("space", space);
    Preconditions.checkArgument(
        !space.parameters().isEmpty(), "space must have at least 1 parameter, got 0");
    return space;
  }

  /**
   * The number of combinations.
   *
   * @return at least 1, or {@link #UNCOUNTABLE}
   */
  public long size() {
    return size;
  }

  /**
   * One of the combinations.
   *
   * @param index from 0 to {@link #size} - 1
   * @return the point
   * @throws IllegalArgumentException if there is no such combination
   */
  public Point point(long index) {
    Preconditions.checkArgument(
        index >= 0 && index < size && size != UNCOUNTABLE,
        "index must be in [0, %s), of a size that can be counted, got %s",
        size,
        index);
    double[] coordinates = new double[points.length];
    fill(roots, index, coordinates);
    return space.at(coordinates);
  }

  private void fill(List<Parameter<?>> group, long index, double[] coordinates) {
    long rest = index;
    for (int i = group.size() - 1; i >= 0; i--) {
      Parameter<?> parameter = group.get(i);
      long own = total(sizes.get(parameter.index()));
      fill(parameter, rest % own, coordinates);
      rest /= own;
    }
  }

  private void fill(Parameter<?> parameter, long index, double[] coordinates) {
    if (parameter.options() == 0) {
      coordinates[parameter.index()] = coordinate(parameter, index);
      return;
    }
    long rest = index;
    int option = 0;
    for (long under : sizes.get(parameter.index())) {
      if (rest < under) {
        break;
      }
      rest -= under;
      option++;
    }
    coordinates[parameter.index()] = option;
    fill(accepting(parameter, option), rest, coordinates);
  }

  private double coordinate(Parameter<?> parameter, long index) {
    int n = points[parameter.index()];
    long count = sizes.get(parameter.index())[0];
    if (parameter.size() == count && parameter.size() != Domain.ENDLESS) {
      return parameter.domain().coordinateAt(index);
    }
    if (n == 1) {
      return (parameter.low() + parameter.high()) / 2;
    }
    return parameter.size() == Domain.ENDLESS
        ? spaced(parameter, n, index)
        : parameter.domain().coordinateAt(distinct(parameter, n)[(int) index]);
  }

  private static double spaced(Parameter<?> parameter, int n, long index) {
    double distance = (parameter.high() - parameter.low()) / (n - 1);
    return index == n - 1 ? parameter.high() : parameter.low() + distance * (double) index;
  }

  /** Which values, of more than n, are the nearest: where they coincide, the next ones. */
  private static long[] distinct(Parameter<?> parameter, int n) {
    long[] values = new long[n];
    long next = 0;
    for (int i = 0; i < n; i++) {
      long last = parameter.size() - n + i; // so that those to come have values, too
      values[i] = at(parameter.domain(), spaced(parameter, n, i), next, last);
      next = values[i] + 1;
    }
    return values;
  }

  /** The value, among some, whose cell a coordinate is in, or the nearest to it. */
  private static long at(Domain<?> domain, double coordinate, long first, long last) {
    long low = first;
    long high = last;
    while (low < high) {
      long middle = high - (high - low) / 2;
      if (domain.cellLow(domain.coordinateAt(middle)) <= coordinate) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private long[] sizesOf(Parameter<?> parameter) {
    if (parameter.options() == 0) {
      int n = points[parameter.index()];
      long all = parameter.size() == Domain.ENDLESS ? UNCOUNTABLE : parameter.size();
      return new long[] {n == 0 ? all : Math.min(n, all)};
    }
    long[] under = new long[parameter.options()];
    for (int option = 0; option < under.length; option++) {
      under[option] = product(accepting(parameter, option));
    }
    return under;
  }

  private List<Parameter<?>> accepting(Parameter<?> parent, int option) {
    List<Parameter<?>> accepting = new ArrayList<>();
    for (Parameter<?> child : children.get(parent.index())) {
      Condition condition = child.condition();
      if (condition != null && condition.accepts(option)) {
        accepting.add(child);
      }
    }
    return accepting;
  }

  private long product(List<Parameter<?>> group) {
    long product = 1;
    for (Parameter<?> parameter : group) {
      long own = total(sizes.get(parameter.index()));
      product = own > UNCOUNTABLE / product ? UNCOUNTABLE : product * own;
    }
    return product;
  }

  private static long total(long[] parts) {
    long total = 0;
    for (long part : parts) {
      total = part > UNCOUNTABLE - total ? UNCOUNTABLE : total + part;
    }
    return total;
  }
}
