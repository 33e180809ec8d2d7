package io.github.dl4jx.training.averaging;

import java.util.Locale;
import org.nd4j.common.base.Preconditions;

/** When the parameters enter an average, and with which weight. */
abstract class AveragingRule {

  /** Whether the parameters after this iteration enter the average. */
  abstract boolean includesIteration(int iteration, int epoch);

  /** Whether the parameters at the end of this epoch enter the average. */
  boolean includesEpoch(int epoch) {
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

  /** Name and settings, as they stand in checkpoints. */
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
    boolean includesIteration(int iteration, int epoch) {
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

  /** The mean of the parameters after some iterations, or at the ends of some epochs. */
  static final class Mean extends AveragingRule {

    private final boolean epochs;
    private final int start;
    private final int every;

    private Mean(boolean epochs, int start, int every) {
      this.epochs = epochs;
      this.start = start;
      this.every = every;
    }

    static Mean ofEpochs(int start, int every) {
      return new Mean(true, start, every);
    }

    static Mean ofIterations(int start, int every) {
      return new Mean(false, start, every);
    }

    @Override
    boolean includesIteration(int iteration, int epoch) {
      return !epochs && includes(iteration);
    }

    @Override
    boolean includesEpoch(int epoch) {
      return epochs && includes(epoch);
    }

    private boolean includes(int number) {
      return number >= start && (number - start) % every == 0;
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
      return epochs
          ? "swa(startEpoch=" + start + ", everyEpochs=" + every + ")"
          : "polyakRuppert(fromIteration="
              + start
              + (every == 1 ? "" : ", everyIterations=" + every)
              + ")";
    }
  }
}
