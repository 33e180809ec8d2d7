package io.github.dl4jx.tuning.report;

import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Which scores are shown: not those of trials that went wrong, or the good ones all look alike. */
final class Range {

  private static final double QUARTILE = 0.75;
  private static final double BEYOND = 1.5;
  private static final double MARGIN = 0.05;
  private static final double WIDE = 4; // from where on the logarithm is shown

  private final double sign; // of a cost
  private final double best; // all of these are costs: less is better
  private final double worst;
  private final boolean cut;
  private final long hidden;
  private final boolean logarithmic;

  private Range(double sign, double[] sorted) {
    this.sign = sign;
    int n = sorted.length;
    double most = sorted[n - 1];
    double quartile = sorted[(int) (QUARTILE * (n - 1))];
    double limit = quartile + BEYOND * (quartile - sorted[0]);
    this.best = sorted[0];
    this.cut = limit > best && limit < most && Double.isFinite(limit - best);
    this.worst = cut ? limit : most;
    this.logarithmic = sign > 0 && best > 0 && worst > WIDE * best;
    this.hidden = Arrays.stream(sorted).filter(cost -> cost > worst).count();
  }

  /** Of all finite scores of trials that have not failed, of which there must be one. */
  static Range of(History history) {
    double sign = history.minimize() ? 1 : -1;
    double[] costs =
        history.trials().stream()
            .filter(trial -> trial.state() != Trial.State.FAILED)
            .flatMapToDouble(
                trial -> trial.scores().values().stream().mapToDouble(score -> sign * score))
            .sorted()
            .toArray();
    return new Range(sign, costs.length == 0 ? DoubleStream.of(0).toArray() : costs);
  }

  double best() {
    return sign * best;
  }

  double worst() {
    return sign * worst;
  }

  /** Whether there are worse scores, which are left out. */
  boolean isCut() {
    return cut;
  }

  /** Whether losses are so far apart that only their logarithms show them. */
  boolean isLogarithmic() {
    return logarithmic;
  }

  /** How many scores are worse. */
  long hidden() {
    return hidden;
  }

  /** The lower end of an axis. */
  double low() {
    return Math.min(axisBest(), worst());
  }

  /** The upper end of an axis. */
  double high() {
    return Math.max(axisBest(), worst());
  }

  private double axisBest() {
    return logarithmic ? best * (1 - MARGIN) : sign * (best - MARGIN * (worst - best));
  }

  private double scaled(double cost) {
    return logarithmic ? Math.log(cost) : cost;
  }

  /** 1 for the best score, 0 for the worst that is shown, and those beyond. */
  double part(double score) {
    double from = scaled(best);
    double to = scaled(worst);
    double part = to > from ? (to - scaled(Math.max(best, sign * score))) / (to - from) : 1;
    return Math.min(1, Math.max(0, part));
  }
}
