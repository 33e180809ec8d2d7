package io.github.dl4jx.tuning.space;

import io.github.dl4jx.random.internal.Arguments;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * One parameter of a search space: the typed key to its values.
 *
 * <p>The methods about coordinates are for samplers, which see a parameter as an interval {@code
 * [low, high]} in which nothing is known to be likelier than another, or as a number of options.
 * Parameters of other spaces (see {@link SearchSpace#around}) are the same key if they have the
 * same name.
 *
 * @param <T> type of its values
 */
public final class Parameter<T> {

  private final SearchSpace space;
  private final String name;
  private final int index;
  private final Domain<T> domain;
  private @Nullable Condition condition;

  Parameter(SearchSpace space, String name, int index, Domain<T> domain) {
    this.space = space;
    this.name = name;
    this.index = index;
    this.domain = domain;
  }

  /**
   * Makes this a parameter that matters only while another one has certain values: points have no
   * value of it otherwise.
   *
   * <p>A condition on a parameter that has a condition of its own includes that one.
   *
   * @param parent a choice or a {@code bool} that was declared before in the same space
   * @param values at least one of its options
   * @param <P> type of the other parameter
   * @return this parameter
   * @throws IllegalArgumentException if the arguments are not as described
   * @throws IllegalStateException if there is a condition already, or a search uses the space
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is read only
  public final <P> Parameter<T> when(Parameter<P> parent, P... values) {
    Arguments.notNull("parent", parent);
    Arguments.noneNull("values", values);
    Preconditions.checkArgument(
        parent.space == space && parent.index < index,
        "parent must have been declared before %s in the same space, got %s",
        name,
        parent.name);
    Preconditions.checkArgument(
        parent.options() > 0, "parent must be a choice or a bool, got %s", parent.name);
    Preconditions.checkArgument(values.length > 0, "values must have at least 1 value, got none");
    boolean[] accepted = new boolean[parent.options()];
    for (P value : values) {
      String problem = parent.domain.problem(value);
      Preconditions.checkArgument(
          problem == null, "values of %s must be %s, got %s", parent.name, problem, value);
      accepted[(int) parent.domain.coordinate(value)] = true;
    }
    Preconditions.checkState(condition == null, "%s has a condition already", name);
    space.checkOpen();
    condition = new Condition(parent, accepted);
    return this;
  }

  /**
   * The parameter's name.
   *
   * @return a name that no other one of the space has
   */
  public String name() {
    return name;
  }

  /**
   * Where it stands in the space, and in the coordinates of points.
   *
   * @return a number from 0 on
   */
  public int index() {
    return index;
  }

  /**
   * The smallest coordinate.
   *
   * @return for numbers the lower end of the range, on its scale; for choices 0
   */
  public double low() {
    return domain.low();
  }

  /**
   * The largest coordinate.
   *
   * @return for numbers the upper end of the range, on its scale; for choices the last option
   */
  public double high() {
    return domain.high();
  }

  /**
   * How many options a choice has.
   *
   * @return the number, or 0 if the values are numbers
   */
  public int options() {
    return domain.options();
  }

  /**
   * How many values there are.
   *
   * @return the number, or -1 if there is no end of them
   */
  public long size() {
    return domain.size();
  }

  /**
   * From where on coordinates stand for the same value.
   *
   * @param coordinate in {@code [low, high]}
   * @return the lower end; the coordinate itself if there is no end of values, and for choices
   * @throws IllegalArgumentException if the coordinate is out of that range
   */
  public double cellLow(double coordinate) {
    return domain.cellLow(within(coordinate));
  }

  /**
   * Up to where coordinates stand for the same value.
   *
   * @param coordinate in {@code [low, high]}
   * @return the upper end; the coordinate itself if there is no end of values, and for choices
   * @throws IllegalArgumentException if the coordinate is out of that range
   */
  public double cellHigh(double coordinate) {
    return domain.cellHigh(within(coordinate));
  }

  private double within(double coordinate) {
    Preconditions.checkArgument(
        coordinate >= low() && coordinate <= high(),
        "coordinate must be in [%s, %s], got %s",
        low(),
        high(),
        coordinate);
    return coordinate;
  }

  @Override
  public String toString() {
    return name;
  }

  SearchSpace space() {
    return space;
  }

  Domain<T> domain() {
    return domain;
  }

  @Nullable Condition condition() {
    return condition;
  }

  void setCondition(@Nullable Condition given) {
    condition = given;
  }
}
