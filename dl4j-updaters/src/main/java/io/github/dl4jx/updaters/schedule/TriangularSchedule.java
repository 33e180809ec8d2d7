package io.github.dl4jx.updaters.schedule;

import io.github.dl4jx.random.internal.Arguments;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A value that falls from high to low and rises back to high, in cycles.
 *
 * <pre>{@code
 * s     = ((t - start) mod length + 1) / length
 * value = (1 - 2s) high + 2s low              for s <= 1/2
 *         (2 - 2s) low + (2s - 1) high        for s > 1/2
 * }</pre>
 *
 * <ul>
 *   <li>{@code t}: iteration or epoch, from 0; before {@code start} the value is high.
 *   <li>{@code length}: iterations or epochs of a cycle, even; the value is low at the {@code
 *       length / 2}-th step of every cycle.
 * </ul>
 *
 * <p>Reference: T. Garipov, P. Izmailov, D. Podoprikhin, D. Vetrov, A. G. Wilson, "Loss Surfaces,
 * Mode Connectivity, and Fast Ensembling of DNNs", NeurIPS 2018, arXiv 1802.10026; after L. N.
 * Smith, "Cyclical Learning Rates for Training Neural Networks", 2017, arXiv 1506.01186.
 */
public final class TriangularSchedule extends AbstractSchedule {

  /** What t counts. */
  private final ScheduleType scheduleType;

  /** Value at the ends of a cycle. */
  private final double high;

  /** Value in the middle of a cycle. */
  private final double low;

  /** Length of a cycle. */
  private final int length;

  /** Where the first cycle starts. */
  private final int start;

  /**
   * A schedule.
   *
   * @param scheduleType whether t counts iterations or epochs
   * @param high value at the ends of a cycle, finite
   * @param low value in the middle of a cycle, finite and at most {@code high}
   * @param length iterations or epochs of a cycle, even, at least 2
   * @param start iteration or epoch at which the first cycle starts, at least 0
   * @throws IllegalArgumentException if an argument is not as described
   */
  @JsonCreator
  public TriangularSchedule(
      @JsonProperty("scheduleType") ScheduleType scheduleType,
      @JsonProperty("high") double high,
      @JsonProperty("low") double low,
      @JsonProperty("length") int length,
      @JsonProperty("start") int start) {
    Preconditions.checkArgument(scheduleType != null, "scheduleType must not be null");
    Preconditions.checkArgument(Double.isFinite(high), "high must be finite, got %s", high);
    Preconditions.checkArgument(
        low <= high && Double.isFinite(low), "low must be finite and at most high, got %s", low);
    Preconditions.checkArgument(
        length >= 2 && length % 2 == 0, "length must be even and >= 2, got %s", length);
    Preconditions.checkArgument(start >= 0, "start must be >= 0, got %s", start);
    this.scheduleType = scheduleType;
    this.high = high;
    this.low = low;
    this.length = length;
    this.start = start;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    Arguments.notNegative(iteration, epoch);
    int t = (scheduleType == ScheduleType.ITERATION ? iteration : epoch) - start;
    if (t < 0) {
      return high;
    }
    double s = (t % length + 1) / (double) length;
    return s <= 0.5 ? (1 - 2 * s) * high + 2 * s * low : (2 - 2 * s) * low + (2 * s - 1) * high;
  }

  @Override
  public TriangularSchedule clone() {
    return new TriangularSchedule(scheduleType, high, low, length, start);
  }

  @Override
  public String toString() {
    return String.format(
        "triangle from %s to %s in %d %s from %d on", high, low, length, scheduleType, start);
  }
}
