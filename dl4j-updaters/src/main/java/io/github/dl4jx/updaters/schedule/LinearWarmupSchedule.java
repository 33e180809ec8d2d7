package io.github.dl4jx.updaters.schedule;

import io.github.dl4jx.random.internal.Arguments;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Linear warm-up into any schedule.
 *
 * <pre>{@code
 * value(t) = min(1, (t + 1) / warmup) * schedule(t)
 * }</pre>
 *
 * <ul>
 *   <li>{@code warmup}: iterations until the full value, at least 1; no default.
 *   <li>{@code schedule}: counts from iteration 0, warm-up included.
 *   <li>{@code t}: the iteration, from 0; the first step has a rate above 0.
 * </ul>
 *
 * <pre>{@code
 * new Adam(new LinearWarmupSchedule(500, 1e-3))
 * new Adam(new LinearWarmupSchedule(500, CosineAnnealingSchedule.once(ITERATION, 1e-3, 0, 10_000)))
 * }</pre>
 *
 * <p>Reference: P. Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour",
 * 2017, arXiv 1706.02677.
 */
public final class LinearWarmupSchedule extends AbstractSchedule {

  /** Iterations until the full value. */
  private final int warmup;

  /** The schedule to warm up to. */
  private final ISchedule schedule;

  /**
   * Warm-up into a schedule.
   *
   * @param warmup iterations until the full value, at least 1
   * @param schedule the schedule to warm up to; copied
   * @throws IllegalArgumentException if an argument is not as described
   */
  public LinearWarmupSchedule(
      @JsonProperty("warmup") int warmup, @JsonProperty("schedule") ISchedule schedule) {
    Preconditions.checkArgument(warmup >= 1, "warmup must be >= 1, got %s", warmup);
    Preconditions.checkArgument(schedule != null, "schedule must not be null");
    this.warmup = warmup;
    if (schedule instanceof FixedSchedule) { // as in files of the other constructor's
      checkedValue(schedule.valueAt(0, 0));
    }
    this.schedule = schedule.clone();
  }

  /**
   * Warm-up into a fixed value.
   *
   * @param warmup iterations until the full value, at least 1
   * @param value the full value, finite and at least 0
   * @throws IllegalArgumentException if an argument is not as described
   */
  public LinearWarmupSchedule(int warmup, double value) {
    this(warmup, new FixedSchedule(checkedValue(value)));
  }

  private static double checkedValue(double value) {
    Preconditions.checkArgument(
        value >= 0 && Double.isFinite(value), "value must be finite and >= 0, got %s", value);
    return value;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    Arguments.notNegative(iteration, epoch);
    return Math.min(1, (iteration + 1.0) / warmup) * schedule.valueAt(iteration, epoch);
  }

  @Override
  public LinearWarmupSchedule clone() {
    return new LinearWarmupSchedule(warmup, schedule);
  }

  @Override
  public String toString() {
    return "warm-up in " + warmup + " iterations into " + schedule;
  }
}
