package io.github.dl4jx.studies.tuning;

import io.github.dl4jx.studies.log.Form;

/**
 * The state of a search when a trial got a score: a line of the study's CSV.
 *
 * @param data label of the data
 * @param search what was searched with
 * @param seed seed of the search
 * @param epochs of all trials so far
 * @param trials how many had begun
 * @param validation the best NLL on validation data so far
 * @param best NLL on test data of the best trial of the whole search
 * @param ensemble NLL on test data of the ensemble of its top 10
 * @param members how many of these have a weight in it
 */
record TuningPoint(
    String data,
    String search,
    long seed,
    int epochs,
    int trials,
    double validation,
    double best,
    double ensemble,
    int members) {

  static final Form<TuningPoint> FORM =
      Form.of(
          TuningPoint.class,
          "data",
          "search",
          "seed",
          "epochs",
          "trials",
          "validation_nll %.6f",
          "best_test_nll %.6f",
          "ensemble_test_nll %.6f",
          "members");
}
