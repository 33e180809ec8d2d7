package io.github.dl4jx.studies.report;

import io.github.dl4jx.studies.log.Run;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Mean and standard deviation of one measure over the seeds of a technique.
 *
 * @param mean the arithmetic mean
 * @param deviation the sample standard deviation; 0 for a single run
 * @param runs number of runs
 */
public record Summary(double mean, double deviation, int runs) {

  /** Over the runs of a technique. */
  public static Summary of(List<Run> runs, String technique, ToDoubleFunction<Run> measure) {
    return of(
        runs.stream().filter(r -> r.technique().equals(technique)).mapToDouble(measure).toArray());
  }

  /** Over some values. */
  public static Summary of(double[] values) {
    double mean = 0;
    for (double v : values) {
      mean += v / values.length;
    }
    double squares = 0;
    for (double v : values) {
      squares += (v - mean) * (v - mean);
    }
    double variance = values.length > 1 ? squares / (values.length - 1) : 0;
    return new Summary(mean, Math.sqrt(variance), values.length);
  }

  /** In another unit: {@code offset + factor * value}. */
  public Summary linear(double offset, double factor) {
    return new Summary(offset + factor * mean, Math.abs(factor) * deviation, runs);
  }

  /**
   * Mean ± deviation, or the mean alone if there is but one run.
   *
   * @param format of the mean; the deviation's has no sign
   */
  public String text(String format) {
    String text = String.format(Locale.ROOT, format, mean);
    String unsigned = format.replace("+", "");
    return runs == 1 ? text : text + " ± " + String.format(Locale.ROOT, unsigned, deviation);
  }
}
