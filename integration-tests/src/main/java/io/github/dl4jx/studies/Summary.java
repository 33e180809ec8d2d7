package io.github.dl4jx.studies;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Mean and standard deviation of one measure over the seeds of a technique.
 *
 * @param mean the arithmetic mean
 * @param deviation the sample standard deviation; 0 for a single run
 * @param runs number of runs
 */
record Summary(double mean, double deviation, int runs) {

  static Summary of(List<Run> runs, String technique, ToDoubleFunction<Run> measure) {
    double[] values =
        runs.stream().filter(r -> r.technique().equals(technique)).mapToDouble(measure).toArray();
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
}
