package io.github.dl4jx.updaters;

import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.schedule.ISchedule;

/** Checks of the learning rates that the recipes take. */
final class LearningRates {

  private LearningRates() {}

  static double checked(double learningRate) {
    Preconditions.checkArgument(
        learningRate >= 0 && Double.isFinite(learningRate),
        "learningRate must be finite and >= 0, got %s",
        learningRate);
    return learningRate;
  }

  static ISchedule checked(ISchedule learningRateSchedule) {
    Preconditions.checkArgument(
        learningRateSchedule != null, "learningRateSchedule must not be null");
    return learningRateSchedule;
  }
}
