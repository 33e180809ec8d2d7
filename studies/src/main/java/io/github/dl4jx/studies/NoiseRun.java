package io.github.dl4jx.studies;

import java.util.List;
import java.util.Locale;

/**
 * A run of the noise study: a line of its CSV.
 *
 * @param row of the paper's table, as in {@link NoiseRow#label}
 * @param noise whether the gradients were noisy
 * @param learningRate of Sgd
 * @param seed of the weights, the order of the examples and the noise
 * @param epochs how long the training was
 * @param bestAccuracy fraction of test examples that are right after the best epoch
 * @param finalAccuracy the same after the last epoch
 */
record NoiseRun(
    String row,
    boolean noise,
    double learningRate,
    long seed,
    int epochs,
    double bestAccuracy,
    double finalAccuracy) {

  static final CurveLog.Form<NoiseRun> FORM =
      new CurveLog.Form<>(
          List.of(
              "row", "noise", "learning_rate", "seed", "epochs", "best_accuracy", "final_accuracy"),
          NoiseRun::values,
          NoiseRun::parse);

  /** What a run is called that differs from others of its kind in the seed alone. */
  static String kind(String row, boolean noise, double learningRate) {
    return row + (noise ? "-noise-" : "-plain-") + learningRate;
  }

  String kind() {
    return kind(row, noise, learningRate);
  }

  private List<String> values() {
    return List.of(
        row,
        Boolean.toString(noise),
        Double.toString(learningRate),
        Long.toString(seed),
        Integer.toString(epochs),
        String.format(Locale.ROOT, "%.4f", bestAccuracy),
        String.format(Locale.ROOT, "%.4f", finalAccuracy));
  }

  private static NoiseRun parse(List<String> values) {
    return new NoiseRun(
        values.get(0),
        Boolean.parseBoolean(values.get(1)),
        Double.parseDouble(values.get(2)),
        Long.parseLong(values.get(3)),
        Integer.parseInt(values.get(4)),
        Double.parseDouble(values.get(5)),
        Double.parseDouble(values.get(6)));
  }
}
