package io.github.dl4jx.studies.montecarlo;

import static io.github.dl4jx.studies.montecarlo.Measurement.MONTE_CARLO;
import static io.github.dl4jx.studies.montecarlo.Measurement.WEIGHT_SCALING;

/**
 * Measures of how unsure a prediction is; larger is less sure.
 *
 * <p>Of the usual prediction, entropy and what is left beside the most probable class; the latter
 * is the baseline of D. Hendrycks, K. Gimpel, "A Baseline for Detecting Misclassified and
 * Out-of-Distribution Examples in Neural Networks", ICLR 2017, arXiv 1610.02136.
 */
enum Doubt {
  SCALED_MAXIMUM(WEIGHT_SCALING, "1 - maximum"),
  SCALED_ENTROPY(WEIGHT_SCALING, "entropy"),
  ENTROPY(MONTE_CARLO, "entropy"),
  MUTUAL_INFORMATION(MONTE_CARLO, "mutual information"),
  VARIATION_RATIO(MONTE_CARLO, "variation ratio");

  private final String prediction;
  private final String measure;

  Doubt(String prediction, String measure) {
    this.prediction = prediction;
    this.measure = measure;
  }

  /** What it is measured of. */
  String prediction() {
    return prediction;
  }

  /** The measure's name in the CSV. */
  String measure() {
    return measure;
  }

  /** The name in the CSV of how well it tells images from digits. */
  String auroc() {
    return "AUROC of " + measure;
  }

  String title() {
    return prediction + ": " + measure;
  }
}
