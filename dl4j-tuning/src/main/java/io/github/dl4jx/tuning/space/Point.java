package io.github.dl4jx.tuning.space;

import io.github.dl4jx.random.internal.Arguments;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * A value for each parameter of a space that matters: what a trial tries.
 *
 * <p>Immutable. Points are equal if their texts are.
 *
 * <pre>{@code
 * Point good = space.point().set(rate, 1e-3).set(hidden, 128).set(updater, "adam").build();
 * double r = good.get(rate);
 * }</pre>
 */
public final class Point {

  private final SearchSpace space;
  private final double[] coordinates;
  private final @Nullable Object[] values;
  private @Nullable String text;

  private Point(SearchSpace space, double[] coordinates, @Nullable Object[] values) {
    this.space = space;
    this.coordinates = coordinates;
    this.values = values;
  }

  /** Takes the array over. */
  static Point at(SearchSpace space, double[] coordinates) {
    int n = space.parameters().size();
    Preconditions.checkArgument(
        coordinates.length == n, "coordinates must be %s, got %s", n, coordinates.length);
    @Nullable Object[] values = new @Nullable Object[n];
    for (Parameter<?> parameter : space.parameters()) {
      int i = parameter.index();
      if (space.isActive(i, coordinates)) {
        Preconditions.checkArgument(
            coordinates[i] >= parameter.low() && coordinates[i] <= parameter.high(),
            "coordinates[%s], of %s, must be in [%s, %s], got %s",
            i,
            parameter.name(),
            parameter.low(),
            parameter.high(),
            coordinates[i]);
        values[i] = parameter.domain().value(coordinates[i]);
      }
      coordinates[i] = coordinate(parameter.domain(), values[i]);
    }
    return new Point(space, coordinates, values);
  }

  @SuppressWarnings("unchecked") // values are of their parameters' types
  private static <T> double coordinate(Domain<T> domain, @Nullable Object value) {
    return value == null ? Double.NaN : domain.coordinate((T) value);
  }

  /**
   * The value of a parameter.
   *
   * @param parameter a key of the point's space, or one of the same name
   * @param <T> type of its values
   * @return its value
   * @throws IllegalArgumentException if the space has no such parameter, or it does not matter at
   *     this point
   */
  @SuppressWarnings("unchecked") // keys of one name and kind have values of one type
  public <T> T get(Parameter<T> parameter) {
    Parameter<?> own = own(space, parameter);
    Object value = values[own.index()];
    Preconditions.checkArgument(
        value != null, "parameter %s has no value here: it needs %s", own, own.condition());
    return (T) Arguments.notNull("value", value);
  }

  /**
   * Whether a parameter matters at this point.
   *
   * @param parameter a key of the point's space, or one of the same name
   * @return whether it has a value
   * @throws IllegalArgumentException if the space has no such parameter
   */
  public boolean has(Parameter<?> parameter) {
    return values[own(space, parameter).index()] != null;
  }

  private static Parameter<?> own(SearchSpace space, Parameter<?> parameter) {
    Arguments.notNull("parameter", parameter);
    if (parameter.space() == space) {
      return parameter;
    }
    Parameter<?> own = space.find(parameter.name());
    Preconditions.checkArgument(
        own != null && own.domain().getClass() == parameter.domain().getClass(),
        "parameter must be one of the point's space, got %s",
        parameter.name());
    return Arguments.notNull("parameter", own);
  }

  /**
   * The coordinate of a parameter's value.
   *
   * @param parameter the parameter's index
   * @return a number within its range, or NaN if it does not matter at this point
   * @throws IllegalArgumentException if there is no such parameter
   */
  public double coordinate(int parameter) {
    Preconditions.checkArgument(
        parameter >= 0 && parameter < coordinates.length,
        "parameter must be in [0, %s), got %s",
        coordinates.length,
        parameter);
    return coordinates[parameter];
  }

  /**
   * The space that the point is of.
   *
   * @return the space
   */
  public SearchSpace space() {
    return space;
  }

  @Nullable Object value(int index) {
    return values[index];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Point && toString().equals(other.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /**
   * The point as a text, which {@link SearchSpace#parse} reads.
   *
   * @return JSON, an object of the values that matter, in the order of the parameters
   */
  @Override
  public String toString() {
    String written = text;
    if (written == null) {
      written = PointText.write(this);
      text = written;
    }
    return written;
  }

  /** Collects the values of a point. */
  public static final class Builder {

    private final SearchSpace space;
    private final Map<String, Object> values = new HashMap<>();

    Builder(SearchSpace space) {
      this.space = space;
    }

    /**
     * Sets a value.
     *
     * @param parameter a key of the space, or one of the same name
     * @param value one of its values
     * @param <T> type of its values
     * @return this builder
     * @throws IllegalArgumentException if the space has no such parameter or it no such value
     */
    public <T> Builder set(Parameter<T> parameter, T value) {
      return setAny(own(space, parameter), value);
    }

    Builder setAny(Parameter<?> own, @Nullable Object value) {
      String problem = own.domain().problem(value);
      if (problem != null || value == null) {
        throw new IllegalArgumentException(
            "value of " + own.name() + " must be " + problem + ", got " + value);
      }
      values.put(own.name(), canonical(own.domain(), value));
      return this;
    }

    /**
     * Builds the point.
     *
     * @return a point of the values set
     * @throws IllegalArgumentException if a parameter that matters has no value, or one that does
     *     not has one
     */
    public Point build() {
      int n = space.parameters().size();
      double[] coordinates = new double[n];
      @Nullable Object[] all = new @Nullable Object[n];
      for (Parameter<?> parameter : space.parameters()) {
        Object value = values.get(parameter.name());
        boolean active = space.isActive(parameter.index(), coordinates);
        if (active && value == null) {
          throw new IllegalArgumentException("a value must be set for " + parameter.name());
        }
        if (!active && value != null) {
          throw new IllegalArgumentException(
              parameter.name() + " must not be set: it needs " + parameter.condition());
        }
        all[parameter.index()] = value;
        coordinates[parameter.index()] = coordinate(parameter.domain(), value);
      }
      return new Point(space, coordinates, all);
    }

    @SuppressWarnings("unchecked") // the domain had nothing against it
    private static <T> T canonical(Domain<T> domain, Object value) {
      return domain.canonical((T) value);
    }
  }
}
