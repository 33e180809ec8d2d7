package io.github.dl4jx.studies.calibration;

import io.github.dl4jx.studies.log.Form;

/**
 * One measure of one method for one network: a line of the study's CSV.
 *
 * @param data label of the data
 * @param method what was fitted to half of the test examples
 * @param seed of the network
 * @param measure of the other half
 * @param mean over the splits
 * @param deviation between the splits
 */
record CalibrationLine(
    String data, String method, long seed, String measure, double mean, double deviation) {

  static final Form<CalibrationLine> FORM =
      Form.of(
          CalibrationLine.class,
          "data",
          "method",
          "seed",
          "measure",
          "mean %.6f",
          "deviation %.6f");
}
