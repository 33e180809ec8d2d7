package io.github.dl4jx.studies.log;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.ensembles.uncertainty.RiskCoverage;
import org.nd4j.linalg.api.ndarray.INDArray;

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
public record Run(
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

  static final Form<Run> FORM =
      Form.of(
              Run.class,
              "data",
              "technique",
              "seed",
              "accuracy %.6f",
              "nll %.6f",
              "brier %.6f",
              "ece %.6f",
              "aurc %.6f",
              "train_seconds %.2f",
              "infer_micros_per_example %.2f")
          .mayLack("aurc"); // as files do of before it was measured

  /** A run that is scored by the probabilities that it gives to the test examples' classes. */
  public static Run of(
      String data,
      String technique,
      long seed,
      INDArray labels,
      INDArray probabilities,
      double trainSeconds,
      double inferMicrosPerExample) {
    ClassificationScores scores = ClassificationScores.of(labels, probabilities);
    return new Run(
        data,
        technique,
        seed,
        scores.accuracy(),
        scores.nll(),
        scores.brier(),
        scores.ece(),
        RiskCoverage.of(labels, probabilities).area(),
        trainSeconds,
        inferMicrosPerExample);
  }
}
