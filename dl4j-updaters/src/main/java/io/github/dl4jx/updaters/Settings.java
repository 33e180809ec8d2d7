package io.github.dl4jx.updaters;

import io.github.dl4jx.random.internal.Arguments;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;

/** Checks of the numbers that the recipes take. */
final class Settings {

  private Settings() {}

  /** What holds a recipe's learning rate. */
  static Sgd sgd(double learningRate) {
    return sgd("learningRate", learningRate);
  }

  static Sgd sgd(String name, double learningRate) {
    Preconditions.checkArgument(
        learningRate >= 0 && Double.isFinite(learningRate),
        "%s must be finite and >= 0, got %s",
        name,
        learningRate);
    return new Sgd(learningRate);
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

  static double temperature(double value) {
    Preconditions.checkArgument(
        value >= 0 && Double.isFinite(value), "temperature must be finite and >= 0, got %s", value);
    return value;
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
