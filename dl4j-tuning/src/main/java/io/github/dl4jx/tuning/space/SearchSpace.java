package io.github.dl4jx.tuning.space;

import io.github.dl4jx.random.internal.Arguments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * The parameters that a search may set, and the values that each may have.
 *
 * <pre>
 * uniform      x                              x ~ U[a, b]
 * logUniform   exp(x)                         x ~ U[ln a, ln b]
 * integer      round(x), clipped to a..b      x ~ U[a - 1/2, b + 1/2]
 * logInt       round(exp(x)), clipped         x ~ U[ln(a - 1/2), ln(b + 1/2)]
 * quantized    a + step * round(x)            x ~ U[-1/2, (b - a)/step + 1/2]
 * choice       one of the options, all alike; bool is a choice of true and false
 * </pre>
 *
 * <p>x is the value's coordinate, with which samplers work. A parameter may depend on another one,
 * see {@link Parameter#when}. A space that a search uses cannot be changed any more.
 *
 * <pre>{@code
 * SearchSpace space = new SearchSpace();
 * Parameter<Double> rate = space.logUniform("rate", 1e-4, 1e-1);
 * Parameter<Integer> hidden = space.logInt("hidden", 32, 512);
 * Parameter<String> updater = space.choice("updater", "adam", "nesterovs");
 * Parameter<Double> momentum = space.uniform("momentum", .5, .99).when(updater, "nesterovs");
 * }</pre>
 */
public final class SearchSpace {

  private static final int LONGEST_NAME = 100;

  private final List<Parameter<?>> parameters = new ArrayList<>();
  private boolean used;

  /** A space without parameters. */
  public SearchSpace() {}

  /**
   * Adds a real number, of which all are equally likely.
   *
   * @param name 1 to 100 characters, in the space once
   * @param low the least value
   * @param high the largest, above low, both finite
   * @return its key
   * @throws IllegalArgumentException if the arguments are not as described
   * @throws IllegalStateException if a search uses the space
   */
  public Parameter<Double> uniform(String name, double low, double high) {
    RealDomain.checkRange(low, high);
    return add(name, new RealDomain(low, high, false));
  }

  /**
   * Adds a positive number whose logarithm is equally likely everywhere.
   *
   * @param name 1 to 100 characters, in the space once
   * @param low the least value, above 0
   * @param high the largest, above low, finite
   * @return its key
   * @throws IllegalArgumentException if the arguments are not as described
   * @throws IllegalStateException if a search uses the space
   */
  public Parameter<Double> logUniform(String name, double low, double high) {
    Preconditions.checkArgument(low > 0, "low must be > 0, got %s", low);
    RealDomain.checkRange(low, high);
    return add(name, new RealDomain(low, high, true));
  }

  /**
   * Adds a whole number, of which all are equally likely.
   *
   * @param name 1 to 100 characters, in the space once
   * @param low the least value
   * @param high the largest, at least low
   * @return its key
   * @throws IllegalArgumentException if the arguments are not as described
   * @throws IllegalStateException if a search uses the space
   */
  public Parameter<Integer> integer(String name, int low, int high) {
    Preconditions.checkArgument(low <= high, "low must be <= high, %s, got %s", high, low);
    return add(name, new IntegerDomain(low, high, false));
  }

  /**
   * Adds a positive whole number whose logarithm is equally likely everywhere.
   *
   * @param name 1 to 100 characters, in the space once
   * @param low the least value, at least 1
   * @param high the largest, at least low
   * @return its key
   * @throws IllegalArgumentException if the arguments are not as described
   * @throws IllegalStateException if a search uses the space
   */
  public Parameter<Integer> logInt(String name, int low, int high) {
    Preconditions.checkArgument(low >= 1, "low must be >= 1, got %s", low);
    Preconditions.checkArgument(low <= high, "low must be <= high, %s, got %s", high, low);
    return add(name, new IntegerDomain(low, high, true));
  }

  /**
   * Adds one of the numbers low, low + step, .. high, all equally likely.
   *
   * @param name 1 to 100 characters, in the space once
   * @param low the least value
   * @param high the largest, low and a whole number of steps, at most 2^31 of them
   * @param step above 0, finite
   * @return its key
   * @throws IllegalArgumentException if the arguments are not as described
   * @throws IllegalStateException if a search uses the space
   */
  public Parameter<Double> quantized(String name, double low, double high, double step) {
    return add(name, QuantizedDomain.of(low, high, step));
  }

  /**
   * Adds one of some options, all equally likely: texts, numbers, constants of an enum, or anything
   * else that is immutable and has a text that names it. The text is what files have.
   *
   * @param name 1 to 100 characters, in the space once
   * @param options at least one, with different texts
   * @param <T> type of the options
   * @return its key
   * @throws IllegalArgumentException if the arguments are not as described
   * @throws IllegalStateException if a search uses the space
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is read only
  public final <T> Parameter<T> choice(String name, T... options) {
    return add(name, ChoiceDomain.of(options));
  }

  /**
   * Adds a choice of true and false.
   *
   * @param name 1 to 100 characters, in the space once
   * @return its key
   * @throws IllegalArgumentException if the name is not as described
   * @throws IllegalStateException if a search uses the space
   */
  public Parameter<Boolean> bool(String name) {
    return add(name, new ChoiceDomain<>(List.of(true, false)));
  }

  <T> Parameter<T> add(String name, Domain<T> domain) {
    Arguments.notNull("name", name);
    Preconditions.checkArgument(
        !name.isBlank() && name.length() <= LONGEST_NAME,
        "name must have 1 to %s characters, got %s",
        LONGEST_NAME,
        name.isBlank() ? "\"" + name + "\"" : name.length());
    Preconditions.checkArgument(find(name) == null, "name must be a new one, got %s", name);
    checkOpen();
    Parameter<T> added = new Parameter<>(this, name, parameters.size(), domain);
    parameters.add(added);
    return added;
  }

  void checkOpen() {
    Preconditions.checkState(!used, "the space is used by a search: it must be complete before");
  }

  /**
   * Ends the declarations: from now on the space is immutable.
   *
   * @return this space
   * @throws IllegalStateException if it has no parameters
   */
  public SearchSpace complete() {
    Preconditions.checkState(
        !parameters.isEmpty(), "the space must have at least 1 parameter, got 0");
    used = true;
    return this;
  }

  /**
   * The parameters in the order of their declaration, in which a parameter comes after the one that
   * it depends on.
   *
   * @return an unmodifiable list
   */
  public List<Parameter<?>> parameters() {
    return Collections.unmodifiableList(parameters);
  }

  @Nullable Parameter<?> find(String name) {
    for (Parameter<?> parameter : parameters) {
      if (parameter.name().equals(name)) {
        return parameter;
      }
    }
    return null;
  }

  /**
   * Whether a parameter matters, given the values of those before it.
   *
   * @param parameter its index
   * @param coordinates of the parameters, at least of those before it
   * @return whether its condition is met; true if it has none
   * @throws IllegalArgumentException if there is no such parameter, or too few coordinates, or one
   *     that it depends on is no option
   */
  public boolean isActive(int parameter, double[] coordinates) {
    Arguments.notNull("coordinates", coordinates);
    Preconditions.checkArgument(
        parameter >= 0 && parameter < parameters.size(),
        "parameter must be in [0, %s), got %s",
        parameters.size(),
        parameter);
    Preconditions.checkArgument(
        coordinates.length >= parameter,
        "coordinates must be at least %s, got %s",
        parameter,
        coordinates.length);
    Condition condition = parameters.get(parameter).condition();
    return condition == null || condition.isMet(coordinates);
  }

  /**
   * The point at some coordinates.
   *
   * @param coordinates one for each parameter, each within its range; those of parameters that do
   *     not matter are ignored
   * @return the point of the values that they stand for
   * @throws IllegalArgumentException if there are too few or too many, or one is out of its range
   */
  public Point at(double... coordinates) {
    return Point.at(this, Arguments.notNull("coordinates", coordinates).clone());
  }

  /**
   * Begins a point of chosen values.
   *
   * @return a builder without values
   */
  public Point.Builder point() {
    return new Point.Builder(this);
  }

  /**
   * Reads a point that {@link Point#toString} wrote, of this space or of one with the same names.
   *
   * @param json an object of a value for each parameter that matters
   * @return the point
   * @throws IllegalArgumentException if it is no such text, or a value is not of this space
   */
  public Point parse(String json) {
    return PointText.parse(this, Arguments.notNull("json", json));
  }

  /**
   * The part of the space around the best points of a search: from coarse to fine.
   *
   * <p>A range of numbers shrinks to that of the points, and a quarter of its width, but at least a
   * twentieth of the old range, on either side, on the scale of the coordinates. A choice keeps the
   * options that a point has; parameters that no point has are left out. The old keys can be used
   * for points of the new space.
   *
   * @param top points of this space, at least one
   * @return a new space
   * @throws IllegalArgumentException if there are no points or one is of another space
   */
  public SearchSpace around(List<Point> top) {
    Arguments.noneNull("top", top);
    Preconditions.checkArgument(!top.isEmpty(), "top must have at least 1 point, got 0");
    for (Point point : top) {
      Preconditions.checkArgument(
          point.space() == this, "top must have points of this space, got one of another");
    }
    return Finer.around(this, top);
  }

  /**
   * The space as a text: two spaces are the same if and only if their texts are.
   *
   * @return JSON, an array of the parameters
   */
  @Override
  public String toString() {
    return PointText.describe(this);
  }
}
