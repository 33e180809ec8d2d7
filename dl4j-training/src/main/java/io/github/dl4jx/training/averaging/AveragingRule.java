package io.github.dl4jx.training.averaging;

import java.util.Locale;
import org.nd4j.common.base.Preconditions;

/** When an average takes up the parameters, and with which weight. */
abstract class AveragingRule {

  /** Whether the parameters after this iteration are taken up. */
  abstract boolean takesIteration(int iteration, int epoch);

  /** Whether the parameters at the end of this epoch are taken up. */
  boolean takesEpoch(int epoch) {
    return false;
  }

  /**
   * The weight of the new parameters.
   *
   * @param updates number of updates of the average before this one, at least 1
   */
  abstract double weight(long updates);

  /** Whether the average is kept in double precision: many small weights get lost in float. */
  abstract boolean inDouble();

  /** Name and settings. */
  abstract String kind();

  /** An exponential moving average. */
  static final class Exponential extends AveragingRule {

    private final double decay;
    private final Warmup warmup;
    private final int startIteration;
    private final int startEpoch;
    private final int everyIterations;

    Exponential(
        double decay, Warmup warmup, int startIteration, int startEpoch, int everyIterations) {
      this.decay = decay;
      this.warmup = warmup;
      this.startIteration = startIteration;
      this.startEpoch = startEpoch;
      this.everyIterations = everyIterations;
    }

    @Override
    boolean takesIteration(int iteration, int epoch) {
      return iteration >= startIteration
          && epoch >= startEpoch
          && (iteration - startIteration) % everyIterations == 0;
    }

    @Override
    double weight(long updates) {
      return 1 - Math.min(decay, warmup.decay(updates));
    }

    @Override
    boolean inDouble() {
      return false;
    }

    @Override
    String kind() {
      return String.format(
          Locale.ROOT,
          "ema(decay=%s, warmup=%s, startIteration=%d, startEpoch=%d, everyIterations=%d)",
          decay,
          warmup,
          startIteration,
          startEpoch,
          everyIterations);
    }
  }

  /** How the decay begins. */
  static final class Warmup {

    static final Warmup NONE = new Warmup(Double.NaN, Double.NaN);
    static final Warmup RATIO = new Warmup(Double.NaN, 1);

    private final double gamma;
    private final double power;

    private Warmup(double gamma, double power) {
      this.gamma = gamma;
      this.power = power;
    }

    static Warmup power(double gamma, double power) {
      Preconditions.checkArgument(
          gamma > 0 && gamma < Double.POSITIVE_INFINITY,
          "gamma must be finite and > 0, got %s",
          gamma);
      Preconditions.checkArgument(
          power > 0 && power < Double.POSITIVE_INFINITY,
          "power must be finite and > 0, got %s",
          power);
      return new Warmup(gamma, power);
    }

    double decay(long t) {
      if (this == NONE) {
        return 1;
      }
      return this == RATIO ? (1.0 + t) / (10.0 + t) : 1 - Math.pow(1 + t / gamma, -power);
    }

    @Override
    public String toString() {
      return this == NONE
          ? "none"
          : this == RATIO ? "ratio" : "power(" + gamma + ", " + power + ")";
    }
  }

  /** The mean of the parameters after some iterations or epochs. */
  static final class Mean extends AveragingRule {

    private final int from;
    private final int everyEpochs;

    /**
     * A mean.
     *
     * @param from the first iteration, or the first epoch if everyEpochs is at least 1
     * @param everyEpochs 0 to take up every iteration
     */
    Mean(int from, int everyEpochs) {
      this.from = from;
      this.everyEpochs = everyEpochs;
    }

    @Override
    boolean takesIteration(int iteration, int epoch) {
      return everyEpochs == 0 && iteration >= from;
    }

    @Override
    boolean takesEpoch(int epoch) {
      return everyEpochs > 0 && epoch >= from && (epoch - from) % everyEpochs == 0;
    }

    @Override
    double weight(long updates) {
      return 1.0 / (updates + 1);
    }

    @Override
    boolean inDouble() {
      return true;
    }

    @Override
    String kind() {
      return everyEpochs == 0
          ? "polyakRuppert(fromIteration=" + from + ")"
          : "swa(startEpoch=" + from + ", everyEpochs=" + everyEpochs + ")";
    }
  }
}
