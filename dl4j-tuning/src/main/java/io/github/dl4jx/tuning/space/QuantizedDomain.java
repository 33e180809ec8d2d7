package io.github.dl4jx.tuning.space;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Numbers low, low + step, .. high; coordinates are the steps, in {@code [-1/2, steps + 1/2]}. */
final class QuantizedDomain extends Domain<Double> {

  private final double least;
  private final double step;
  private final int steps;

  QuantizedDomain(double least, double step, int steps) {
    this.least = least;
    this.step = step;
    this.steps = steps;
  }

  /** The numbers from one to another, which must be a whole number of steps apart. */
  static QuantizedDomain of(double low, double high, double step) {
    RealDomain.checkRange(low, high);
    Preconditions.checkArgument(
        step > 0 && step <= Double.MAX_VALUE, "step must be finite and > 0, got %s", step);
    double steps = (high - low) / step;
    Preconditions.checkArgument(
        steps > 0.5 && steps <= Integer.MAX_VALUE && Math.abs(steps - Math.rint(steps)) < 1e-6,
        "step must go into high - low, %s - %s, a whole number of times below 2^31, got %s",
        high,
        low,
        step);
    return new QuantizedDomain(low, step, (int) Math.rint(steps));
  }

  private int index(double coordinate) {
    return (int) Math.min(steps, Math.max(0, Math.rint(coordinate)));
  }

  @Override
  double low() {
    return -0.5;
  }

  @Override
  double high() {
    return steps + 0.5;
  }

  @Override
  long size() {
    return steps + 1L;
  }

  @Override
  Double value(double coordinate) {
    return least + index(coordinate) * step;
  }

  @Override
  double coordinate(Double value) {
    return index((value - least) / step);
  }

  @Override
  Double canonical(Double value) {
    return value(coordinate(value));
  }

  @Override
  double coordinateAt(long index) {
    return (double) index;
  }

  @Override
  double cellLow(double coordinate) {
    return index(coordinate) - 0.5;
  }

  @Override
  double cellHigh(double coordinate) {
    return index(coordinate) + 0.5;
  }

  @Override
  @Nullable String problem(@Nullable Object value) {
    if (value instanceof Double) {
      double x = ((Double) value - least) / step;
      if (x > -1e-6 && x < steps + 1e-6 && Math.abs(x - Math.rint(x)) < 1e-6) {
        return null;
      }
    }
    return "one of " + least + " to " + value(steps) + " in steps of " + step;
  }

  @Override
  QuantizedDomain around(double[] coordinates) {
    double from = Arrays.stream(coordinates).min().orElse(low());
    double to = Arrays.stream(coordinates).max().orElse(high());
    double margin = margin(from, to);
    int first = index(from - margin);
    return new QuantizedDomain(value(first), step, index(to + margin) - first);
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
    to.put("kind", "quantized").put("low", least).put("step", step).put("steps", steps);
  }
}
