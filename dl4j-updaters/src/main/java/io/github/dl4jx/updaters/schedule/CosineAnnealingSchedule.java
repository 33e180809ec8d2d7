package io.github.dl4jx.updaters.schedule;

import io.github.dl4jx.random.internal.Arguments;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A value that falls along half a cosine, once or in cycles.
 *
 * <pre>{@code
 * value = minimum + (initial - minimum) / 2 * (1 + cos(pi * t / length))
 * }</pre>
 *
 * <ul>
 *   <li>{@code t}: iteration or epoch, from 0; with restarts, counted from the start of the cycle.
 *   <li>{@code length}: iterations or epochs of the (first) cycle. Without restarts the value stays
 *       at the minimum afterwards.
 *   <li>{@code factor}: length of each cycle divided by the length of the one before; 1 gives the
 *       equal cycles of snapshot ensembles (Huang et al. 2017) and of cyclical stochastic-gradient
 *       MCMC (Zhang et al. 2020), whose cycle length is {@code ceil(iterations / cycles)}.
 * </ul>
 *
 * <pre>{@code
 * new Sgd(CosineAnnealingSchedule.once(ScheduleType.ITERATION, 0.5, 0, 4 * 469))
 * new Sgd(CosineAnnealingSchedule.withRestarts(ScheduleType.EPOCH, 0.5, 0, 10, 2))
 * }</pre>
 *
 * <p>Reference: I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts",
 * ICLR 2017, arXiv 1608.03983.
 */
public final class CosineAnnealingSchedule extends AbstractSchedule {

  /** What t counts. */
  private final ScheduleType scheduleType;

  /** Value at the start of a cycle. */
  private final double initial;

  /** Value at the end of a cycle. */
  private final double minimum;

  /** Length of the first cycle. */
  private final int length;

  /** Length of a cycle divided by the one before; 0 without restarts. */
  private final int factor;

  @JsonCreator
  private CosineAnnealingSchedule(
      @JsonProperty("scheduleType") ScheduleType scheduleType,
      @JsonProperty("initial") double initial,
      @JsonProperty("minimum") double minimum,
      @JsonProperty("length") int length,
      @JsonProperty("factor") int factor) {
    Preconditions.checkArgument(scheduleType != null, "scheduleType must not be null");
    Preconditions.checkArgument(
        Double.isFinite(initial), "initial must be finite, got %s", initial);
    Preconditions.checkArgument(
        minimum <= initial && Double.isFinite(minimum),
        "minimum must be finite and at most initial, got %s",
        minimum);
    Preconditions.checkArgument(length >= 1, "length must be >= 1, got %s", length);
    Preconditions.checkArgument(factor >= 0, "factor must be >= 1, got %s", factor);
    this.scheduleType = scheduleType;
    this.initial = initial;
    this.minimum = minimum;
    this.length = length;
    this.factor = factor;
  }

  /**
   * One cycle, after which the value stays at the minimum.
   *
   * @param scheduleType whether t counts iterations or epochs
   * @param initial value at t = 0, finite
   * @param minimum value at t = length and later, finite and at most initial
   * @param length iterations or epochs until the minimum, at least 1
   * @return the schedule
   * @throws IllegalArgumentException if an argument is not as described
   */
  public static CosineAnnealingSchedule once(
      ScheduleType scheduleType, double initial, double minimum, int length) {
    return new CosineAnnealingSchedule(scheduleType, initial, minimum, length, 0);
  }

  /**
   * Cycle after cycle.
   *
   * @param scheduleType whether t counts iterations or epochs
   * @param initial value at the start of every cycle, finite
   * @param minimum value at the end of every cycle, finite and at most initial
   * @param length iterations or epochs of the first cycle, at least 1
   * @param factor length of a cycle divided by the length of the one before, at least 1
   * @return the schedule
   * @throws IllegalArgumentException if an argument is not as described
   */
  public static CosineAnnealingSchedule withRestarts(
      ScheduleType scheduleType, double initial, double minimum, int length, int factor) {
    Preconditions.checkArgument(factor >= 1, "factor must be >= 1, got %s", factor);
    return new CosineAnnealingSchedule(scheduleType, initial, minimum, length, factor);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    Arguments.notNegative(iteration, epoch);
    long t = scheduleType == ScheduleType.ITERATION ? iteration : epoch;
    long cycle = length;
    if (factor == 0) {
      t = Math.min(t, length);
    } else if (factor == 1) {
      t %= length;
    } else {
      while (t >= cycle) {
        t -= cycle;
        cycle *= factor;
      }
    }
    return minimum + (initial - minimum) / 2 * (1 + Math.cos(Math.PI * t / cycle));
  }

  @Override
  public CosineAnnealingSchedule clone() {
    return new CosineAnnealingSchedule(scheduleType, initial, minimum, length, factor);
  }

  @Override
  public String toString() {
    return "cosine from "
        + initial
        + " to "
        + minimum
        + " in "
        + length
        + " "
        + scheduleType
        + (factor == 0 ? "" : ", restarting with factor " + factor);
  }
}
