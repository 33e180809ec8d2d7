package io.github.dl4jx.studies.samplers;

import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The noise that makes gradient descent with momentum and a cyclical step size a sampler: none in
 * the first part of every cycle, which explores, and then that of SGHMC, as in R. Zhang et al.,
 * "Cyclical Stochastic Gradient MCMC for Bayesian Deep Learning", ICLR 2020, arXiv 1902.03932.
 *
 * <pre>{@code
 * sigma(t) = t mod length < exploration length ? 0 : sqrt(variance / lr(t))
 * }</pre>
 *
 * <p>In units of the gradient, for {@code GradientNoise} around an {@code Sghmc} of temperature 0:
 * its step size then makes of {@code variance = 2 alpha T / N} what an {@code Sghmc} of temperature
 * T adds to the velocity.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.ANY,
    getterVisibility = JsonAutoDetect.Visibility.NONE)
public final class CyclicalNoise implements ISchedule {

  /** Step size at the start of every cycle. */
  private final double rate;

  /** Iterations of a cycle. */
  private final int length;

  /** The part of a cycle without noise. */
  private final double exploration;

  /** Variance of the noise at step size 1. */
  private final double variance;

  /**
   * A schedule.
   *
   * @param rate step size at the start of every cycle, above 0
   * @param length iterations of a cycle, at least 1
   * @param exploration the part of a cycle without noise, in [0, 1]
   * @param variance of the noise at step size 1, at least 0
   * @throws IllegalArgumentException if an argument is not as described
   */
  @JsonCreator
  public CyclicalNoise(
      @JsonProperty("rate") double rate,
      @JsonProperty("length") int length,
      @JsonProperty("exploration") double exploration,
      @JsonProperty("variance") double variance) {
    Preconditions.checkArgument(rate > 0, "rate must be > 0, got %s", rate);
    Preconditions.checkArgument(length >= 1, "length must be >= 1, got %s", length);
    Preconditions.checkArgument(
        exploration >= 0 && exploration <= 1, "exploration must be in [0, 1], got %s", exploration);
    Preconditions.checkArgument(variance >= 0, "variance must be >= 0, got %s", variance);
    this.rate = rate;
    this.length = length;
    this.exploration = exploration;
    this.variance = variance;
  }

  /** The step size that belongs to the noise. */
  CosineAnnealingSchedule stepSize() {
    return CosineAnnealingSchedule.withRestarts(ScheduleType.ITERATION, rate, 0, length, 1);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return iteration % length < exploration * length
        ? 0
        : Math.sqrt(variance / stepSize().valueAt(iteration, epoch));
  }

  @Override
  public CyclicalNoise clone() {
    return new CyclicalNoise(rate, length, exploration, variance);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CyclicalNoise that
        && Double.compare(rate, that.rate) == 0
        && length == that.length
        && Double.compare(exploration, that.exploration) == 0
        && Double.compare(variance, that.variance) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(rate, length, exploration, variance);
  }
}
