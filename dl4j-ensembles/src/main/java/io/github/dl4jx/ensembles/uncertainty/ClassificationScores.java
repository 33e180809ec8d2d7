package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.combine.OutputRows;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scores of predicted class probabilities, over n examples and K classes.
 *
 * <pre>{@code
 * accuracy    = 1/n * #{i : argmax_k p_ik = y_i}
 * nll         = -1/n * sum_i ln max(p_i,y_i, 1e-15)
 * brier       = 1/n * sum_i sum_k (p_ik - [k = y_i])^2
 * ece         = sum_b n_b/n * |accuracy(b) - mean confidence(b)|      b: bins of equal width
 * adaptiveEce = the same, with bins of equal mass
 * mce         = max_b |accuracy(b) - mean confidence(b)|              b: bins of equal width
 * classWiseEce = 1/K * sum_k sum_b n_kb/n * |frequency of k in (k, b) - mean p_k in (k, b)|
 * aurc        = 1/n * sum_k (wrong among the k most confident) / k
 * }</pre>
 *
 * <p>For the calibration errors (expected, adaptive, maximum) the examples are in bins by their
 * confidence {@code max_k p_ik}; 15 bins are usual. {@link ReliabilityDiagram} has the bins, {@link
 * RiskCoverage} the curve with the area {@code aurc}; both have the references. For the class-wise
 * error every class has bins of equal width of its own, by {@code p_ik}: it also sees what the
 * network says of classes that it does not predict. NLL is in nats; the Brier score, summed over
 * classes, lies in [0, 2].
 *
 * <p>Sequences and images ([examples, classes, steps], [examples, classes, height, width]) count
 * every step and pixel that is not masked as an example.
 *
 * <p>References: G. W. Brier, "Verification of Forecasts Expressed in Terms of Probability",
 * Monthly Weather Review 78, 1950; M. Kull et al., "Beyond Temperature Scaling: Obtaining
 * Well-Calibrated Multiclass Probabilities with Dirichlet Calibration", NeurIPS 2019, arXiv
 * 1910.12656, for the class-wise error.
 */
public final class ClassificationScores {

  static final int BINS = 15;
  private static final double LEAST_PROBABILITY = 1e-15;

  private final double accuracy;
  private final double nll;
  private final double brier;
  private final double ece;
  private final double adaptiveEce;
  private final double mce;
  private final double classWiseEce;
  private final double aurc;

  private ClassificationScores(LabelledProbabilities data, int bins) {
    int n = data.classes.length;
    double correct = 0;
    double logLikelihood = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double[] p = data.probabilities[i];
      int truth = data.classes[i];
      correct += OutputRows.argMax(p) == truth ? 1 : 0;
      logLikelihood += Math.log(Math.max(p[truth], LEAST_PROBABILITY));
      for (int k = 0; k < p.length; k++) {
        double difference = p[k] - (k == truth ? 1 : 0);
        squares += difference * difference;
      }
    }
    this.accuracy = correct / n;
    this.nll = -logLikelihood / n;
    this.brier = squares / n;
    RankedConfidences ranked = RankedConfidences.of(data);
    ReliabilityDiagram equalWidth = ReliabilityDiagram.equalWidth(ranked, bins);
    this.ece = equalWidth.expectedCalibrationError();
    this.mce = equalWidth.maximumCalibrationError();
    this.adaptiveEce = ReliabilityDiagram.equalMass(ranked, bins).expectedCalibrationError();
    this.classWiseEce = ClassWiseError.of(data, bins);
    this.aurc = RiskCoverage.of(ranked).area();
  }

  /**
   * Scores predictions, with 15 bins.
   *
   * @param labels one-hot, [examples, classes] or with further axes
   * @param probabilities of the labels' shape; they sum to 1
   * @return the scores
   * @throws IllegalArgumentException if the shapes differ, labels are not one-hot, probabilities do
   *     not sum to 1, or there is no example
   */
  public static ClassificationScores of(INDArray labels, INDArray probabilities) {
    return of(labels, probabilities, BINS);
  }

  /**
   * Scores predictions.
   *
   * @param labels one-hot, [examples, classes] or with further axes
   * @param probabilities of the labels' shape; they sum to 1
   * @param bins number of bins of the calibration errors, at least 1
   * @return the scores
   * @throws IllegalArgumentException if the shapes differ, labels are not one-hot, probabilities do
   *     not sum to 1, there is no example, or bins is below 1
   */
  public static ClassificationScores of(INDArray labels, INDArray probabilities, int bins) {
    return of(labels, probabilities, null, bins);
  }

  /**
   * Scores the predictions that are not masked.
   *
   * @param labels one-hot, [examples, classes] or with further axes
   * @param probabilities of the labels' shape; they sum to 1
   * @param mask the labels' mask, such as [examples, steps], or null
   * @param bins number of bins of the calibration errors, at least 1
   * @return the scores
   * @throws IllegalArgumentException if the shapes differ, labels are not one-hot, probabilities do
   *     not sum to 1, all rows are masked, or bins is below 1
   */
  public static ClassificationScores of(
      INDArray labels, INDArray probabilities, @Nullable INDArray mask, int bins) {
    return new ClassificationScores(LabelledProbabilities.of(labels, probabilities, mask), bins);
  }

  /** {@return the fraction of examples whose most probable class is the true one} */
  public double accuracy() {
    return accuracy;
  }

  /** {@return the mean negative log-likelihood of the true class, in nats} */
  public double nll() {
    return nll;
  }

  /** {@return the Brier score, summed over classes, in [0, 2]} */
  public double brier() {
    return brier;
  }

  /** {@return the expected calibration error, with bins of equal width, in [0, 1]} */
  public double ece() {
    return ece;
  }

  /**
   * {@return the adaptive expected calibration error of the predicted class, with bins of equal
   * mass, in [0, 1]}
   */
  public double adaptiveEce() {
    return adaptiveEce;
  }

  /** {@return the maximum calibration error, with bins of equal width, in [0, 1]} */
  public double mce() {
    return mce;
  }

  /**
   * {@return the class-wise expected calibration error, with bins of equal width, in [0, 1]: the
   * mean over the classes of the error of that class's probability}
   */
  public double classWiseEce() {
    return classWiseEce;
  }

  /** {@return the area under the risk-coverage curve, in [0, 1]} */
  public double aurc() {
    return aurc;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "accuracy=%.4f, nll=%.4f, brier=%.4f, ece=%.4f, adaptiveEce=%.4f, mce=%.4f, "
            + "classWiseEce=%.4f, aurc=%.4f",
        accuracy,
        nll,
        brier,
        ece,
        adaptiveEce,
        mce,
        classWiseEce,
        aurc);
  }
}
