package io.github.dl4jx.studies.noise;

import io.github.dl4jx.studies.log.Form;

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

  static final Form<NoiseRun> FORM =
      Form.of(
          NoiseRun.class,
          "row",
          "noise",
          "learning_rate",
          "seed",
          "epochs",
          "best_accuracy %.4f",
          "final_accuracy %.4f");

  /** What a run is called that differs from others of its kind in the seed alone. */
  static String kind(String row, boolean noise, double learningRate) {
    return row + (noise ? "-noise-" : "-plain-") + learningRate;
  }

  String kind() {
    return kind(row, noise, learningRate);
  }
}
