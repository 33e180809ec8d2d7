package io.github.dl4jx.studies.likelihood;

import io.github.dl4jx.studies.log.Form;

/**
 * A number that a run has found: a line of the study's CSV.
 *
 * @param setting as in {@link Setting#label}
 * @param seed of the noise
 * @param steps after which it was taken; samples are the places after each of them
 * @param measure what it is: {@link #DISTANCE}, {@link #DETAIL}, {@link #DENSITY}
 * @param x place of a density; 0 for the others
 * @param value the number
 */
record Measured(String setting, long seed, int steps, String measure, double x, double value) {

  /** Total variation distance between the samples' histogram and the target. */
  static final String DISTANCE = "distance";

  /** Mean of the fine waves over the samples, divided by the target's. */
  static final String DETAIL = "detail";

  /** Of the samples at x, as from {@link Landscape#density}. */
  static final String DENSITY = "density";

  static final Form<Measured> FORM =
      Form.of(Measured.class, "setting", "seed", "steps", "measure", "x %.2f", "value %.4f");
}
