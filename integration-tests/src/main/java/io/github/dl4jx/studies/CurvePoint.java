package io.github.dl4jx.studies;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import java.util.List;
import java.util.Locale;

/**
 * A point of a learning curve: a line of the averaging study's CSV.
 *
 * @param data label of the data
 * @param network what is trained
 * @param seed seed of the run
 * @param epoch how many epochs the training has taken, from 1
 * @param weights the training's own, or which average of them
 * @param refreshed whether the statistics of batch normalization are recomputed for the weights
 * @param accuracy fraction of test examples that are right
 * @param nll mean negative log-likelihood of the test labels, in nats
 */
record CurvePoint(
    String data,
    String network,
    long seed,
    int epoch,
    String weights,
    boolean refreshed,
    double accuracy,
    double nll) {

  static final CurveLog.Form<CurvePoint> FORM =
      new CurveLog.Form<>(
          List.of("data", "network", "seed", "epoch", "weights", "refreshed", "accuracy", "nll"),
          CurvePoint::values,
          CurvePoint::parse);

  static CurvePoint of(
      String data,
      String network,
      long seed,
      int epoch,
      String weights,
      boolean refreshed,
      ClassificationScores scores) {
    return new CurvePoint(
        data, network, seed, epoch, weights, refreshed, scores.accuracy(), scores.nll());
  }

  private List<String> values() {
    return List.of(
        data,
        network,
        Long.toString(seed),
        Integer.toString(epoch),
        weights,
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
