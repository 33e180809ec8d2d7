package io.github.dl4jx.studies.montecarlo;

import io.github.dl4jx.studies.log.Form;

/**
 * One number of the Monte-Carlo dropout study: a line of its CSV.
 *
 * @param data label of the data
 * @param seed seed of the training
 * @param images what is predicted
 * @param prediction how: {@link #WEIGHT_SCALING} or {@link #MONTE_CARLO}
 * @param samples number of masks that the prediction averages; 1 for weight scaling
 * @param masks seed of the masks; 0 for weight scaling
 * @param measure what is measured
 * @param value the number
 */
record Measurement(
    String data,
    long seed,
    String images,
    String prediction,
    int samples,
    long masks,
    String measure,
    double value) {

  /** The usual prediction: one pass without dropout. */
  static final String WEIGHT_SCALING = "weight scaling";

  /** The mean over masks. */
  static final String MONTE_CARLO = "Monte-Carlo";

  static final Form<Measurement> FORM =
      Form.of(
          Measurement.class,
          "data",
          "seed",
          "images",
          "prediction",
          "samples",
          "masks",
          "measure",
          "value %.6f");
}
