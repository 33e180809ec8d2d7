package io.github.dl4jx.regularizers.schedule;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.random.internal.Fields;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A retain probability that changes linearly: annealed dropout, whose drop rate falls to zero, and
 * the linear scheme of DropBlock, whose drop rate rises from zero.
 *
 * <pre>{@code
 * p(t) = initial + (end - initial) * min(1, t / length)
 * }</pre>
 *
 * <ul>
 *   <li>{@code t}: iteration or epoch, from 0.
 *   <li>{@code initial}: probability of <em>retaining</em> at t = 0, in (0, 1]; no default, 0.5 is
 *       usual for hidden units.
 *   <li>{@code end}: probability of retaining at t = length and later, in (0, 1]; 1 by default:
 *       {@link #endingAt}.
 *   <li>{@code length}: iterations or epochs of the change, at least 1; no default. The paper's
 *       drop rate is {@code max(0, 1 - t/N)} times its first value.
 * </ul>
 *
 * <pre>{@code
 * new InvertedDropout(new AnnealedRetainSchedule(ScheduleType.EPOCH, 0.5, 30))
 * new DropBlock(new AnnealedRetainSchedule(ScheduleType.ITERATION, 1, 100_000).endingAt(0.9))
 * }</pre>
 *
 * <p>References: S. J. Rennie, V. Goel, S. Thomas, "Annealed dropout training of deep networks",
 * IEEE Spoken Language Technology Workshop, 2014; for the linear scheme, G. Ghiasi, T.-Y. Lin, Q.
 * V. Le, "DropBlock", NeurIPS 2018, arXiv 1810.12890.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.ANY,
    getterVisibility = JsonAutoDetect.Visibility.NONE)
public final class AnnealedRetainSchedule implements ISchedule {

  /** What t counts. */
  private final ScheduleType scheduleType;

  /** Value at the start. */
  private final double initial;

  /** Value at the end and later. */
  private final double end;

  /** Iterations or epochs from the start to the end. */
  private final int length;

  /**
   * Annealing to no dropout: the probability rises to 1.
   *
   * @param scheduleType whether t counts iterations or epochs
   * @param initial probability of retaining at t = 0, in (0, 1]
   * @param length iterations or epochs until 1 is reached, at least 1
   * @throws IllegalArgumentException if an argument is not as described
   */
  public AnnealedRetainSchedule(ScheduleType scheduleType, double initial, int length) {
    this(scheduleType, initial, 1, length);
  }

  @JsonCreator
  private AnnealedRetainSchedule(
      @JsonProperty("scheduleType") ScheduleType scheduleType,
      @JsonProperty("initial") double initial,
      @JsonProperty("end") double end,
      @JsonProperty("length") int length) {
    Preconditions.checkArgument(scheduleType != null, "scheduleType must not be null");
    Preconditions.checkArgument(
        initial > 0 && initial <= 1, "initial must be in (0, 1], got %s", initial);
    Preconditions.checkArgument(end > 0 && end <= 1, "end must be in (0, 1], got %s", end);
    Preconditions.checkArgument(length >= 1, "length must be >= 1, got %s", length);
    this.scheduleType = scheduleType;
    this.initial = initial;
    this.end = end;
    this.length = length;
  }

  /**
   * The same with another probability at the end.
   *
   * @param end probability of retaining at t = length and later, in (0, 1]
   * @return a new schedule
   * @throws IllegalArgumentException if it is outside (0, 1]
   */
  public AnnealedRetainSchedule endingAt(double end) {
    return new AnnealedRetainSchedule(scheduleType, initial, end, length);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    Arguments.notNegative(iteration, epoch);
    int t = scheduleType == ScheduleType.ITERATION ? iteration : epoch;
    double done = Math.min(1, t / (double) length);
    return initial * (1 - done) + end * done; // exactly the end at the end
  }

  @Override
  public AnnealedRetainSchedule clone() {
    return new AnnealedRetainSchedule(scheduleType, initial, end, length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return Fields.equal(this, other);
  }

  @Override
  public int hashCode() {
    return Fields.hash(this);
  }

  @Override
  public String toString() {
    return "retaining " + initial + " to " + end + " in " + length + " " + scheduleType;
  }
}
