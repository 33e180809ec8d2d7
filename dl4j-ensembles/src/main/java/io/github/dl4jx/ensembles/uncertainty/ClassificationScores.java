package io.github.dl4jx.ensembles.uncertainty;

import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How good predicted class probabilities are, over n examples and K classes.
 *
 * <pre>{@code
 * accuracy = 1/n * #{i : argmax_k p_ik = y_i}
 * nll      = -1/n * sum_i ln max(p_i,y_i, 1e-15)
 * brier    = 1/n * sum_i sum_k (p_ik - [k = y_i])^2
 * ece      = sum_b n_b/n * |accuracy(b) - mean confidence(b)|
 * }</pre>
 *
 * <p>The expected calibration error (ECE) puts the examples into equally wide bins of their
 * confidence {@code max_k p_ik}; bin b of B holds confidences in {@code ((b-1)/B, b/B]}. 15 bins
 * are the usual number. NLL is in nats; the Brier score, summed over classes, lies in [0, 2].
 *
 * <p>References: G. W. Brier, "Verification of Forecasts Expressed in Terms of Probability",
 * Monthly Weather Review 78, 1950; M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining Well
 * Calibrated Probabilities Using Bayesian Binning", AAAI 2015; C. Guo, G. Pleiss, Y. Sun, K. Q.
 * Weinberger, "On Calibration of Modern Neural Networks", ICML 2017, arXiv 1706.04599.
 */
public final class ClassificationScores {

  private static final int BINS = 15;
  private static final double LEAST_PROBABILITY = 1e-15;

  private final double accuracy;
  private final double nll;
  private final double brier;
  private final double ece;

  private ClassificationScores(double accuracy, double nll, double brier, double ece) {
    this.accuracy = accuracy;
    this.nll = nll;
    this.brier = brier;
    this.ece = ece;
  }

  /**
   * Scores predictions, with 15 bins.
   *
   * @param labels one-hot, [examples, classes]
   * @param probabilities rows that sum to 1, [examples, classes]
   * @return the scores
   * @throws IllegalArgumentException if the shapes differ, are not of rank 2 or hold no example
   */
  public static ClassificationScores of(INDArray labels, INDArray probabilities) {
    return of(labels, probabilities, BINS);
  }

  /**
   * Scores predictions.
   *
   * @param labels one-hot, [examples, classes]
   * @param probabilities rows that sum to 1, [examples, classes]
   * @param bins number of bins of the calibration error, at least 1
   * @return the scores
   * @throws IllegalArgumentException if the shapes differ, are not of rank 2 or hold no example
   */
  public static ClassificationScores of(INDArray labels, INDArray probabilities, int bins) {
    Preconditions.checkArgument(
        labels.rank() == 2 && labels.equalShapes(probabilities) && labels.size(0) > 0,
        "labels and probabilities must have one shape [examples, classes], got %ndShape and"
            + " %ndShape",
        labels,
        probabilities);
    Preconditions.checkArgument(bins >= 1, "bins must be >= 1, got %s", bins);
    double[][] p = probabilities.toDoubleMatrix();
    int[] truth = labels.argMax(1).toIntVector();
    int n = truth.length;
    double correct = 0;
    double nll = 0;
    double brier = 0;
    double[] gap = new double[bins]; // correct minus confidence, summed over each bin
    for (int i = 0; i < n; i++) {
      int predicted = 0;
      for (int k = 0; k < p[i].length; k++) {
        if (p[i][k] > p[i][predicted]) {
          predicted = k;
        }
        double difference = p[i][k] - (k == truth[i] ? 1 : 0);
        brier += difference * difference;
      }
      double hit = predicted == truth[i] ? 1 : 0;
      double confidence = p[i][predicted];
      correct += hit;
      nll -= Math.log(Math.max(p[i][truth[i]], LEAST_PROBABILITY));
      int bin = (int) Math.ceil(confidence * bins) - 1;
      gap[Math.max(0, Math.min(bins - 1, bin))] += hit - confidence;
    }
    double ece = 0;
    for (double g : gap) {
      ece += Math.abs(g) / n;
    }
    return new ClassificationScores(correct / n, nll / n, brier / n, ece);
  }

  /**
   * The fraction of examples whose most probable class is right.
   *
   * @return in [0, 1]
   */
  public double accuracy() {
    return accuracy;
  }

  /**
   * The mean negative log-likelihood of the true class.
   *
   * @return at least 0, in nats
   */
  public double nll() {
    return nll;
  }

  /**
   * The Brier score, summed over classes.
   *
   * @return in [0, 2]
   */
  public double brier() {
    return brier;
  }

  /**
   * The expected calibration error.
   *
   * @return in [0, 1]
   */
  public double ece() {
    return ece;
  }

  @Override
  public String toString() {
    return "accuracy=" + accuracy + ", nll=" + nll + ", brier=" + brier + ", ece=" + ece;
  }
}
