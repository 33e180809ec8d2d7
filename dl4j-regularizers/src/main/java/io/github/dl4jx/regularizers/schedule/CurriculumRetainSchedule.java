package io.github.dl4jx.regularizers.schedule;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.random.internal.Fields;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Curriculum dropout: a retain probability that falls from 1, first fast, then slowly, so that
 * training starts with an easy task.
 *
 * <pre>{@code
 * p(t) = (1 - end) * exp(-gamma * t) + end
 * }</pre>
 *
 * <ul>
 *   <li>{@code t}: iteration or epoch, from 0; iterations in the paper.
 *   <li>{@code end}: probability of <em>retaining</em> that is approached, in (0, 1]; no default.
 *       The paper takes what fixed dropout would use, 0.5 for hidden and 0.8 for input units.
 *   <li>{@code gamma}: decay in 1 / iterations or 1 / epochs, above 0; no default. The paper
 *       recommends {@code 10 / T} for T iterations of training: {@link #over}.
 * </ul>
 *
 * <pre>{@code
 * new InvertedDropout(CurriculumRetainSchedule.over(ScheduleType.ITERATION, 0.5, 10 * 469))
 * }</pre>
 *
 * <p>Reference: P. Morerio, J. Cavazza, R. Volpi, R. Vidal, V. Murino, "Curriculum Dropout", ICCV
 * 2017, arXiv 1703.06229.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.ANY,
    getterVisibility = JsonAutoDetect.Visibility.NONE)
public final class CurriculumRetainSchedule implements ISchedule {

  /** What t counts. */
  private final ScheduleType scheduleType;

  /** Value that is approached. */
  private final double end;

  /** Decay. */
  private final double gamma;

  /**
   * With a given decay.
   *
   * @param scheduleType whether t counts iterations or epochs
   * @param end probability of retaining that is approached, in (0, 1]
   * @param gamma decay, finite and above 0
   * @throws IllegalArgumentException if an argument is not as described
   */
  public CurriculumRetainSchedule(
      @JsonProperty("scheduleType") ScheduleType scheduleType,
      @JsonProperty("end") double end,
      @JsonProperty("gamma") double gamma) {
    Preconditions.checkArgument(scheduleType != null, "scheduleType must not be null");
    Preconditions.checkArgument(end > 0 && end <= 1, "end must be in (0, 1], got %s", end);
    Preconditions.checkArgument(
        gamma > 0 && Double.isFinite(gamma), "gamma must be finite and > 0, got %s", gamma);
    this.scheduleType = scheduleType;
    this.end = end;
    this.gamma = gamma;
  }

  /**
   * With the paper's decay for a training of known length, {@code gamma = 10 / length}.
   *
   * @param scheduleType whether t counts iterations or epochs
   * @param end probability of retaining that is approached, in (0, 1]
   * @param length iterations or epochs of the whole training, at least 1
   * @return the schedule
   * @throws IllegalArgumentException if an argument is not as described
   */
  public static CurriculumRetainSchedule over(ScheduleType scheduleType, double end, int length) {
    Preconditions.checkArgument(length >= 1, "length must be >= 1, got %s", length);
    return new CurriculumRetainSchedule(scheduleType, end, 10.0 / length);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    Arguments.notNegative(iteration, epoch);
    int t = scheduleType == ScheduleType.ITERATION ? iteration : epoch;
    return (1 - end) * Math.exp(-gamma * t) + end;
  }

  @Override
  public CurriculumRetainSchedule clone() {
    return new CurriculumRetainSchedule(scheduleType, end, gamma);
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
    return "retaining 1 to " + end + " with decay " + gamma + " per " + scheduleType;
  }
}
