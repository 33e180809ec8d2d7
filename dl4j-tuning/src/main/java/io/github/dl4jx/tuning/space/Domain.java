package io.github.dl4jx.tuning.space;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * The values that a parameter may have, each with a coordinate: samplers know nothing else.
 *
 * <p>Coordinates of numbers are in {@code [low, high]}, uniform where nothing is known; those of
 * choices are the numbers of the options. Every coordinate stands for a value: the nearest.
 */
abstract class Domain<T> {

  /** What {@link #size} is for a range of real numbers. */
  static final long ENDLESS = -1;

  abstract double low();

  abstract double high();

  /** The number of values, or {@link #ENDLESS}. */
  abstract long size();

  /** The number of options, or 0 if the values are numbers. */
  int options() {
    return 0;
  }

  /** The value that a coordinate stands for. */
  abstract T value(double coordinate);

  /** The coordinate of a value that {@link #problem} has nothing against. */
  abstract double coordinate(T value);

  /** The same value as {@link #value} would give it. */
  T canonical(T value) {
    return value;
  }

  /** The coordinate of the value of a number, from 0 on, where there is no end of them unused. */
  abstract double coordinateAt(long index);

  /** From where on coordinates stand for the value at this one. */
  double cellLow(double coordinate) {
    return coordinate;
  }

  /** Up to where coordinates stand for the value at this one. */
  double cellHigh(double coordinate) {
    return coordinate;
  }

  /** What a value must be, if it is not. */
  abstract @Nullable String problem(@Nullable Object value);

  /** The part of the domain around some coordinates. */
  abstract Domain<T> around(double[] coordinates);

  abstract void write(ObjectNode to, String name, T value);

  /** What was written; whether it is of this domain, {@link #problem} tells. */
  abstract @Nullable Object read(JsonNode value);

  /** The domain itself, for comparing two. */
  abstract void describe(ObjectNode to);

  /** Beyond the outermost of the best points: a quarter of their width, at least a 20th of all. */
  double margin(double least, double most) {
    return Math.max((most - least) / 4, (high() - low()) / 20);
  }
}
