package io.github.dl4jx.updaters;

import io.github.dl4jx.random.internal.Arguments;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;

/** Checks of the numbers that the recipes take. */
final class Settings {

  /** A little above the least normal number of single precision. */
  private static final double LEAST_EPSILON = 1.2e-38;

  private Settings() {}

  /** What holds a recipe's learning rate. */
  static Sgd sgd(double learningRate) {
    return sgd("learningRate", learningRate);
  }

  static Sgd sgd(String name, double learningRate) {
    return new Sgd(notNegative(name, learningRate));
  }

  static Sgd sgd(ISchedule learningRateSchedule) {
    return sgd("learningRateSchedule", learningRateSchedule);
  }

  static Sgd sgd(String name, ISchedule learningRateSchedule) {
    return new Sgd(Arguments.notNull(name, learningRateSchedule));
  }

  static double decay(String name, double value) {
    Preconditions.checkArgument(
        value >= 0 && value < 1, "%s must be in [0, 1), got %s", name, value);
    return value;
  }

  static double notNegative(String name, double value) {
    Preconditions.checkArgument(
        value >= 0 && Double.isFinite(value), "%s must be finite and >= 0, got %s", name, value);
    return value;
  }

  static int iterations(String name, int value) {
    Preconditions.checkArgument(value >= 0, "%s must be >= 0, got %s", name, value);
    return value;
  }

  static double epsilon(double value) {
    Preconditions.checkArgument(
        value >= LEAST_EPSILON && Double.isFinite(value),
        "epsilon must be finite and >= %s, or it is 0 in single precision, got %s",
        LEAST_EPSILON,
        value);
    return value;
  }

  static double temperature(double value) {
    return notNegative("temperature", value);
  }

  static double friction(double value) {
    Preconditions.checkArgument(
        value > 0 && value <= 1, "friction must be in (0, 1], got %s", value);
    return value;
  }

  static long examples(long value) {
    Preconditions.checkArgument(value >= 1, "examples must be >= 1, got %s", value);
    return value;
  }
}
