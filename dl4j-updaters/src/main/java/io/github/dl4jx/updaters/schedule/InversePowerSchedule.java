package io.github.dl4jx.updaters.schedule;

import io.github.dl4jx.random.internal.Arguments;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A value that falls with a power of the iteration.
 *
 * <pre>{@code
 * value(t) = a / (b + t)^gamma
 * }</pre>
 *
 * <ul>
 *   <li>{@code a}: scale, at least 0, in units of the value.
 *   <li>{@code b}: offset, above 0, in iterations or epochs.
 *   <li>{@code gamma}: exponent, at least 0. Robbins and Monro's conditions, which stochastic
 *       gradient Langevin dynamics needs of its step size, hold for 0.5 &lt; gamma &lt;= 1.
 *   <li>{@code t}: iteration or epoch, from 0.
 * </ul>
 *
 * <pre>{@code
 * new Sgld(new InversePowerSchedule(ScheduleType.ITERATION, 0.1, 100, 0.55), 60_000)
 * }</pre>
 *
 * <p>Reference: M. Welling, Y. W. Teh, "Bayesian Learning via Stochastic Gradient Langevin
 * Dynamics", ICML 2011; for noise, A. Neelakantan et al., "Adding Gradient Noise Improves Learning
 * for Very Deep Networks", 2015, arXiv 1511.06807.
 */
public final class InversePowerSchedule extends AbstractSchedule {

  /** What t counts. */
  private final ScheduleType scheduleType;

  /** Scale. */
  private final double a;

  /** Offset. */
  private final double b;

  /** Exponent. */
  private final double gamma;

  /**
   * Makes the schedule.
   *
   * @param scheduleType whether t counts iterations or epochs
   * @param a scale, finite and at least 0
   * @param b offset, finite and above 0
   * @param gamma exponent, finite and at least 0
   * @throws IllegalArgumentException if an argument is not as described
   */
  public InversePowerSchedule(
      @JsonProperty("scheduleType") ScheduleType scheduleType,
      @JsonProperty("a") double a,
      @JsonProperty("b") double b,
      @JsonProperty("gamma") double gamma) {
    Preconditions.checkArgument(scheduleType != null, "scheduleType must not be null");
    Preconditions.checkArgument(
        a >= 0 && Double.isFinite(a), "a must be finite and >= 0, got %s", a);
    Preconditions.checkArgument(b > 0 && Double.isFinite(b), "b must be finite and > 0, got %s", b);
    Preconditions.checkArgument(
        gamma >= 0 && Double.isFinite(gamma), "gamma must be finite and >= 0, got %s", gamma);
    this.scheduleType = scheduleType;
    this.a = a;
    this.b = b;
    this.gamma = gamma;
  }

  /**
   * The standard deviation of gradient noise whose <em>variance</em> is {@code eta / (1 +
   * t)^gamma}.
   *
   * @param eta variance at iteration 0, finite and at least 0
   * @param gamma decay of the variance, finite and at least 0
   * @return the schedule {@code sqrt(eta) / (1 + t)^(gamma / 2)}, by iteration
   * @throws IllegalArgumentException if an argument is not as described
   */
  public static InversePowerSchedule standardDeviation(double eta, double gamma) {
    Preconditions.checkArgument(
        eta >= 0 && Double.isFinite(eta), "eta must be finite and >= 0, got %s", eta);
    Preconditions.checkArgument(
        gamma >= 0 && Double.isFinite(gamma), "gamma must be finite and >= 0, got %s", gamma);
    return new InversePowerSchedule(ScheduleType.ITERATION, Math.sqrt(eta), 1, gamma / 2);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    Arguments.notNegative(iteration, epoch);
    int t = scheduleType == ScheduleType.ITERATION ? iteration : epoch;
    return a / Math.pow(b + t, gamma);
  }

  @Override
  public InversePowerSchedule clone() {
    return new InversePowerSchedule(scheduleType, a, b, gamma);
  }

  @Override
  public String toString() {
    return a + " / (" + b + " + " + scheduleType + ")^" + gamma;
  }
}
