package io.github.dl4jx.tuning.space;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** A range of real numbers; the coordinate is the number, or its logarithm. */
final class RealDomain extends Domain<Double> {

  private final double least;
  private final double most;
  private final boolean log;

  RealDomain(double least, double most, boolean log) {
    this.least = least;
    this.most = most;
    this.log = log;
  }

  /** Checks the ends of a range of numbers. */
  static void checkRange(double low, double high) {
    Preconditions.checkArgument(Double.isFinite(low), "low must be finite, got %s", low);
    Preconditions.checkArgument(
        high > low && Double.isFinite(high - low),
        "high must be finite and > low, %s, by a finite number, got %s",
        low,
        high);
  }

  @Override
  double low() {
    return log ? StrictMath.log(least) : least;
  }

  @Override
  double high() {
    return log ? StrictMath.log(most) : most;
  }

  @Override
  long size() {
    return ENDLESS;
  }

  @Override
  Double value(double coordinate) {
    if (coordinate <= low() || coordinate >= high()) { // exactly, whatever exp(log(x)) is
      return coordinate <= low() ? least : most;
    }
    double value = log ? StrictMath.exp(coordinate) : coordinate;
    return Math.min(most, Math.max(least, value));
  }

  @Override
  double coordinate(Double value) {
    return log ? StrictMath.log(value) : value;
  }

  @Override
  double coordinateAt(long index) {
    throw new IllegalStateException("real numbers have no end");
  }

  @Override
  @Nullable String problem(@Nullable Object value) {
    boolean good = value instanceof Double && (Double) value >= least && (Double) value <= most;
    return good ? null : "a number in [" + least + ", " + most + "]";
  }

  @Override
  RealDomain around(double[] coordinates) {
    double from = Arrays.stream(coordinates).min().orElse(low());
    double to = Arrays.stream(coordinates).max().orElse(high());
    double margin = margin(from, to);
    return new RealDomain(value(from - margin), value(to + margin), log);
  }

  @Override
  void write(ObjectNode to, String name, Double value) {
    to.put(name, value);
  }

  @Override
  @Nullable Object read(JsonNode value) {
    return value.isNumber() ? (Object) value.doubleValue() : null;
  }

  @Override
  void describe(ObjectNode to) {
    to.put("kind", log ? "log-uniform" : "uniform").put("low", least).put("high", most);
  }
}
