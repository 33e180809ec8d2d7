package io.github.dl4jx.studies;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import java.util.List;
import java.util.Locale;

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
record CurvePoint(
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
  static CurveLog.Form<CurvePoint> form(String steps, String curves) {
    return new CurveLog.Form<>(
        List.of("data", "network", "seed", steps, curves, "refreshed", "accuracy", "nll"),
        CurvePoint::values,
        CurvePoint::parse);
  }

  static CurvePoint of(
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

  private List<String> values() {
    return List.of(
        data,
        network,
        Long.toString(seed),
        Integer.toString(step),
        curve,
        Boolean.toString(refreshed),
        String.format(Locale.ROOT, "%.6f", accuracy),
        String.format(Locale.ROOT, "%.6f", nll));
  }

  private static CurvePoint parse(List<String> values) {
    return new CurvePoint(
        values.get(0),
        values.get(1),
        Long.parseLong(values.get(2)),
        Integer.parseInt(values.get(3)),
        values.get(4),
        Boolean.parseBoolean(values.get(5)),
        Double.parseDouble(values.get(6)),
        Double.parseDouble(values.get(7)));
  }
}
