package io.github.dl4jx.studies.pairs;

import io.github.dl4jx.studies.log.Form;

/**
 * What one side of a pair has reached by one measure: a line of the CSV.
 *
 * @param data label of the data
 * @param trial what was trained
 * @param seed what the trial is a function of
 * @param side which of the trial's networks, ensembles or predictions
 * @param measure as in {@link Measure#title}
 * @param value of the measure
 */
record Score(String data, String trial, long seed, String side, String measure, double value) {

  static final Form<Score> FORM =
      Form.of(Score.class, "data", "trial", "seed", "side", "measure", "value %.6f");
}
