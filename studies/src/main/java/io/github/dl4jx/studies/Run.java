package io.github.dl4jx.studies;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import java.util.List;
import java.util.Locale;

/**
 * The outcome of one run: a line of a study's CSV.
 *
 * @param data label of the data
 * @param technique what was trained
 * @param seed seed of the run
 * @param accuracy fraction of test examples that are right
 * @param nll mean negative log-likelihood, in nats
 * @param brier Brier score, summed over classes
 * @param ece expected calibration error, 15 bins
 * @param aurc area under the risk-coverage curve
 * @param trainSeconds wall time of training, in seconds
 * @param inferMicrosPerExample wall time of the output for one example, in microseconds
 */
record Run(
    String data,
    String technique,
    long seed,
    double accuracy,
    double nll,
    double brier,
    double ece,
    double aurc,
    double trainSeconds,
    double inferMicrosPerExample) {

  static final List<String> HEADER =
      List.of(
          "data",
          "technique",
          "seed",
          "accuracy",
          "nll",
          "brier",
          "ece",
          "aurc",
          "train_seconds",
          "infer_micros_per_example");

  static Run of(
      String data,
      String technique,
      long seed,
      ClassificationScores scores,
      double aurc,
      double trainSeconds,
      double inferMicrosPerExample) {
    return new Run(
        data,
        technique,
        seed,
        scores.accuracy(),
        scores.nll(),
        scores.brier(),
        scores.ece(),
        aurc,
        trainSeconds,
        inferMicrosPerExample);
  }

  List<String> values() {
    return List.of(
        data,
        technique,
        Long.toString(seed),
        number(accuracy),
        number(nll),
        number(brier),
        number(ece),
        number(aurc),
        String.format(Locale.ROOT, "%.2f", trainSeconds),
        String.format(Locale.ROOT, "%.2f", inferMicrosPerExample));
  }

  static Run parse(List<String> values) {
    return new Run(
        values.get(0),
        values.get(1),
        Long.parseLong(values.get(2)),
        Double.parseDouble(values.get(3)),
        Double.parseDouble(values.get(4)),
        Double.parseDouble(values.get(5)),
        Double.parseDouble(values.get(6)),
        Double.parseDouble(values.get(7)),
        Double.parseDouble(values.get(8)),
        Double.parseDouble(values.get(9)));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
