package io.github.dl4jx.training.averaging;

import org.nd4j.common.base.Preconditions;

/** Collects the optional settings of an exponential moving average of weights. */
public final class EmaBuilder extends AveragingBuilder {

  private final double decay;
  private AveragingRule.Warmup warmup = AveragingRule.Warmup.RATIO;
  private int startIteration;
  private int startEpoch;

  EmaBuilder(double decay) {
    Preconditions.checkArgument(decay >= 0 && decay < 1, "decay must be in [0, 1), got %s", decay);
    this.decay = decay;
  }

  /**
   * Warms the decay up: for update t, counted from 0, it is {@code min(decay, (1 + t) / (10 + t))},
   * as in TensorFlow. This is the default: 0.995 is reached after 1790 updates, and the average of
   * a shorter run is useful, too.
   *
   * @return this builder
   */
  public EmaBuilder warmup() {
    warmup = AveragingRule.Warmup.RATIO;
    return this;
  }

  /**
   * Keeps the decay constant from the first update on: {@code a = d a + (1 - d) w}. After n updates
   * the first weights of the run still have the share {@code d^n} of the average, with 0.995 after
   * 100 updates 61 %: not for short runs.
   *
   * @return this builder
   */
  public EmaBuilder constantDecay() {
    warmup = AveragingRule.Warmup.NONE;
    return this;
  }

  /**
   * Warms the decay up: for update t, counted from 0, it is {@code min(decay, 1 - (1 + t /
   * gamma)^-power)}, as in timm, whose defaults are gamma 1 and power 2/3; with power 3/4, 0.999 is
   * reached after 10,000 updates.
   *
   * @param gamma a time in updates, finite and above 0
   * @param power finite and above 0
   * @return this builder
   * @throws IllegalArgumentException if either is outside its range
   */
  public EmaBuilder warmup(double gamma, double power) {
    warmup = AveragingRule.Warmup.power(gamma, power);
    return this;
  }

  /**
   * The first iteration whose weights are averaged.
   *
   * @param iteration counted from 0; default 0
   * @return this builder
   * @throws IllegalArgumentException if it is negative
   */
  public EmaBuilder startIteration(int iteration) {
    startIteration = checkStart("startIteration", iteration);
    return this;
  }

  /**
   * The first epoch whose weights are averaged.
   *
   * @param epoch counted from 0; default 0
   * @return this builder
   * @throws IllegalArgumentException if it is negative
   */
  public EmaBuilder startEpoch(int epoch) {
    startEpoch = checkStart("startEpoch", epoch);
    return this;
  }

  /**
   * The interval between two updates of the average. To average every k iterations as slowly as
   * with decay d every iteration, use the decay {@code d^k}.
   *
   * @param k in iterations, at least 1; default 1
   * @return this builder
   * @throws IllegalArgumentException if it is below 1
   */
  @Override
  public EmaBuilder every(int k) {
    super.every(k);
    return this;
  }

  @Override
  AveragingRule rule(int every) {
    return new AveragingRule.Exponential(decay, warmup, startIteration, startEpoch, every);
  }
}
