package io.github.dl4jx.studies.log;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;

/**
 * A point of a learning curve: a line of a study's CSV.
 *
 * @param data label of the data
 * @param network what is trained
 * @param seed seed of the run
 * @param step where on the curve: how many epochs, rounds or members, from 1
 * @param curve which of the network's curves
 * @param refreshed whether the statistics of batch normalization are recomputed for the weights
 * @param accuracy fraction of test examples that are right
 * @param nll mean negative log-likelihood of the test labels, in nats
 */
public record CurvePoint(
    String data,
    String network,
    long seed,
    int step,
    String curve,
    boolean refreshed,
    double accuracy,
    double nll) {

  /**
   * How a point is written and read.
   *
   * @param steps what the steps are: the head of their column
   * @param curves what the curves of a network differ in: the head of theirs
   */
  public static Form<CurvePoint> form(String steps, String curves) {
    return Form.of(
        CurvePoint.class,
        "data",
        "network",
        "seed",
        steps,
        curves,
        "refreshed",
        "accuracy %.6f",
        "nll %.6f");
  }

  /** A point of the scores there. */
  public static CurvePoint of(
      String data,
      String network,
      long seed,
      int step,
      String curve,
      boolean refreshed,
      ClassificationScores scores) {
    return new CurvePoint(
        data, network, seed, step, curve, refreshed, scores.accuracy(), scores.nll());
  }
}
