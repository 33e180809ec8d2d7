package io.github.dl4jx.tuning.space;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Whole numbers a to b; coordinates are in {@code [a - 1/2, b + 1/2]}, or in the logarithms of
 * these.
 */
final class IntegerDomain extends Domain<Integer> {

  private final int least;
  private final int most;
  private final boolean log;

  IntegerDomain(int least, int most, boolean log) {
    this.least = least;
    this.most = most;
    this.log = log;
  }

  private double scaled(double x) {
    return log ? StrictMath.log(x) : x;
  }

  @Override
  double low() {
    return scaled(least - 0.5);
  }

  @Override
  double high() {
    return scaled(most + 0.5);
  }

  @Override
  long size() {
    return (long) most - least + 1;
  }

  @Override
  Integer value(double coordinate) {
    double x = Math.rint(log ? StrictMath.exp(coordinate) : coordinate);
    return (int) Math.min(most, Math.max(least, x));
  }

  @Override
  double coordinate(Integer value) {
    return scaled(value);
  }

  @Override
  double coordinateAt(long index) {
    return scaled((double) (least + index));
  }

  @Override
  double cellLow(double coordinate) {
    return scaled(value(coordinate) - 0.5);
  }

  @Override
  double cellHigh(double coordinate) {
    return scaled(value(coordinate) + 0.5);
  }

  @Override
  @Nullable String problem(@Nullable Object value) {
    boolean good = value instanceof Integer && (Integer) value >= least && (Integer) value <= most;
    return good ? null : "a whole number in [" + least + ", " + most + "]";
  }

  @Override
  IntegerDomain around(double[] coordinates) {
    double from = Arrays.stream(coordinates).min().orElse(low());
    double to = Arrays.stream(coordinates).max().orElse(high());
    double margin = margin(from, to);
    return new IntegerDomain(value(from - margin), value(to + margin), log);
  }

  @Override
  void write(ObjectNode to, String name, Integer value) {
    to.put(name, value);
  }

  @Override
  @Nullable Object read(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToInt() ? (Object) value.intValue() : null;
  }

  @Override
  void describe(ObjectNode to) {
    to.put("kind", log ? "log-int" : "int").put("low", least).put("high", most);
  }
}
