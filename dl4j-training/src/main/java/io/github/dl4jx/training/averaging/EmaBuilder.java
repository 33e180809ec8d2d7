package io.github.dl4jx.training.averaging;

import org.nd4j.common.base.Preconditions;

/** Collects the settings of an exponential moving average of weights. */
public final class EmaBuilder {

  private final double decay;
  private AveragingRule.Warmup warmup = AveragingRule.Warmup.RATIO;
  private int startIteration;
  private int startEpoch;
  private int everyIterations = 1;

  EmaBuilder(double decay) {
    Preconditions.checkArgument(decay >= 0 && decay < 1, "decay must be in [0, 1), got %s", decay);
    this.decay = decay;
  }

  /**
   * Forgets faster in the beginning: the decay of update t, counted from 0, is {@code min(decay, (1
   * + t) / (10 + t))}, as in TensorFlow. This is the default: 0.995 is reached after 1790 updates,
   * and a run that is shorter has an average that is worth using.
   *
   * @return this builder
   */
  public EmaBuilder warmup() {
    warmup = AveragingRule.Warmup.RATIO;
    return this;
  }

  /**
   * The decay is the same from the first update on: {@code a = d a + (1 - d) w}, the lecture's
   * form. After n updates the first weights of the run still have the share {@code d^n} in it, with
   * 0.995 after 100 updates 61 %: not for short runs.
   *
   * @return this builder
   */
  public EmaBuilder constantDecay() {
    warmup = AveragingRule.Warmup.NONE;
    return this;
  }

  /**
   * Forgets faster in the beginning: the decay of update t, counted from 0, is {@code min(decay, 1
   * - (1 + t / gamma)^-power)}, as in timm, whose defaults are gamma 1 and power 2/3; with power
   * 3/4, 0.999 is reached after 10,000 updates.
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
   * The first iteration that is taken up.
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
   * The first epoch that is taken up.
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
   * Every how many iterations the parameters are taken up. A decay per iteration of d is one of
   * {@code d^k} every k iterations.
   *
   * @param k at least 1; default 1
   * @return this builder
   * @throws IllegalArgumentException if it is below 1
   */
  public EmaBuilder everyIterations(int k) {
    Preconditions.checkArgument(k >= 1, "everyIterations must be >= 1, got %s", k);
    everyIterations = k;
    return this;
  }

  /**
   * Builds the listener.
   *
   * @return a listener that has averaged nothing yet
   */
  public WeightAveragingListener build() {
    return WeightAveragingListener.of(
        new AveragingRule.Exponential(decay, warmup, startIteration, startEpoch, everyIterations));
  }

  static int checkStart(String name, int value) {
    Preconditions.checkArgument(value >= 0, "%s must be >= 0, got %s", name, value);
    return value;
  }
}
