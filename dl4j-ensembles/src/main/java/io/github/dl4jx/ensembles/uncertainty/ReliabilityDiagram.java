package io.github.dl4jx.ensembles.uncertainty;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How often predictions are right, by how confident they are: the data of a reliability diagram,
 * and the calibration errors that it shows.
 *
 * <pre>{@code
 * accuracy(b), confidence(b)   means over the n_b examples of bin b
 * ece = sum_b n_b/n * |accuracy(b) - confidence(b)|
 * mce = max_b |accuracy(b) - confidence(b)|
 * }</pre>
 *
 * <p>The confidence of an example is its largest probability, and its prediction that class. Bins
 * are either
 *
 * <ul>
 *   <li>equally wide: bin b of B holds confidences in {@code ((b-1)/B, b/B]}, or
 *   <li>of equal mass: bin b of B holds the examples of rank {@code [n(b-1)/B, nb/B)}, so that
 *       there are as many in each, up to one; never more bins than examples. The calibration error
 *       is then the adaptive one of Nixon et al., of the predicted class alone: theirs is the mean
 *       over all classes. Of equal confidences that fall into several bins each counts as right to
 *       the part of them that is, so that the examples' order has no influence.
 * </ul>
 *
 * <p>Bins without examples are left out. Deeplearning4j's {@code EvaluationCalibration} has a
 * diagram for each class, of its probability in all examples, and no calibration error.
 *
 * <pre>{@code
 * ReliabilityDiagram diagram = ReliabilityDiagram.equalWidth(labels, probabilities, 15);
 * Files.writeString(path, diagram.toCsv());
 * }</pre>
 *
 * <p>References: M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining Well Calibrated
 * Probabilities Using Bayesian Binning", AAAI 2015; C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger,
 * "On Calibration of Modern Neural Networks", ICML 2017, arXiv 1706.04599; J. Nixon, M. W.
 * Dusenberry, L. Zhang, G. Jerfel, D. Tran, "Measuring Calibration in Deep Learning", CVPR
 * Workshops 2019, arXiv 1904.01685.
 */
public final class ReliabilityDiagram {

  private final List<Bin> bins;

  private ReliabilityDiagram(List<Bin> bins) {
    this.bins = List.copyOf(bins);
  }

  /**
   * A diagram with equally wide bins.
   *
   * @param labels one-hot, [examples, classes] or with more axes behind them
   * @param probabilities of the labels' shape; they sum to 1
   * @param bins number of bins, at least 1; 15 are usual
   * @return the diagram
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, probabilities do not
   *     sum to 1, or bins is below 1
   */
  public static ReliabilityDiagram equalWidth(INDArray labels, INDArray probabilities, int bins) {
    return equalWidth(labels, probabilities, null, bins);
  }

  /**
   * A diagram with equally wide bins, of what a mask leaves.
   *
   * @param labels one-hot, [examples, classes] or with more axes behind them
   * @param probabilities of the labels' shape; they sum to 1
   * @param mask the labels' mask, such as [examples, steps], or null
   * @param bins number of bins, at least 1; 15 are usual
   * @return the diagram
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, probabilities do not
   *     sum to 1, the mask leaves nothing, or bins is below 1
   */
  public static ReliabilityDiagram equalWidth(
      INDArray labels, INDArray probabilities, @Nullable INDArray mask, int bins) {
    return equalWidth(
        RankedConfidences.of(LabelledProbabilities.of(labels, probabilities, mask)), bins);
  }

  /**
   * A diagram with bins of equal mass.
   *
   * @param labels one-hot, [examples, classes] or with more axes behind them
   * @param probabilities of the labels' shape; they sum to 1
   * @param bins number of bins, at least 1; 15 are usual
   * @return the diagram
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, probabilities do not
   *     sum to 1, or bins is below 1
   */
  public static ReliabilityDiagram equalMass(INDArray labels, INDArray probabilities, int bins) {
    return equalMass(labels, probabilities, null, bins);
  }

  /**
   * A diagram with bins of equal mass, of what a mask leaves.
   *
   * @param labels one-hot, [examples, classes] or with more axes behind them
   * @param probabilities of the labels' shape; they sum to 1
   * @param mask the labels' mask, such as [examples, steps], or null
   * @param bins number of bins, at least 1; 15 are usual
   * @return the diagram
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, probabilities do not
   *     sum to 1, the mask leaves nothing, or bins is below 1
   */
  public static ReliabilityDiagram equalMass(
      INDArray labels, INDArray probabilities, @Nullable INDArray mask, int bins) {
    return equalMass(
        RankedConfidences.of(LabelledProbabilities.of(labels, probabilities, mask)), bins);
  }

  static ReliabilityDiagram equalWidth(RankedConfidences ranked, int bins) {
    checkBins(bins);
    List<Bin> result = new ArrayList<>();
    int n = ranked.hits.length;
    for (int from = 0, to = 0; from < n; from = to) {
      int bin = bin(ranked.confidences[from], bins);
      while (to < n && bin(ranked.confidences[to], bins) == bin) {
        to++;
      }
      result.add(new Bin(ranked, from, to, (double) bin / bins, (bin + 1.0) / bins));
    }
    return new ReliabilityDiagram(result);
  }

  static ReliabilityDiagram equalMass(RankedConfidences ranked, int bins) {
    checkBins(bins);
    List<Bin> result = new ArrayList<>();
    int n = ranked.hits.length;
    int used = Math.min(bins, n);
    for (int b = 0; b < used; b++) {
      int from = (int) ((long) n * b / used);
      int to = (int) ((long) n * (b + 1) / used);
      double lower = ranked.confidences[from];
      result.add(new Bin(ranked, from, to, lower, ranked.confidences[to - 1]));
    }
    return new ReliabilityDiagram(result);
  }

  private static int bin(double confidence, int bins) {
    int upper = (int) Math.ceil(confidence * bins);
    upper -= confidence <= (upper - 1.0) / bins ? 1 : 0; // 0.7 * 10 is above 7
    return Math.max(0, Math.min(bins - 1, upper - 1));
  }

  private static void checkBins(int bins) {
    Preconditions.checkArgument(bins >= 1, "bins must be >= 1, got %s", bins);
  }

  /**
   * The bins.
   *
   * @return those with examples, in ascending order of confidence; not modifiable
   */
  public List<Bin> bins() {
    return bins;
  }

  /**
   * The expected calibration error (ECE); with bins of equal mass, the adaptive one.
   *
   * @return in [0, 1]
   */
  public double expectedCalibrationError() {
    double sum = 0;
    long n = 0;
    for (Bin bin : bins) {
      sum += bin.count * bin.gap();
      n += bin.count;
    }
    return sum / n;
  }

  /**
   * The maximum calibration error (MCE): that of the worst bin, however few examples it has.
   *
   * @return in [0, 1]
   */
  public double maximumCalibrationError() {
    return bins.stream().mapToDouble(Bin::gap).max().orElseThrow();
  }

  /**
   * The bins as comma-separated values, with a line of names.
   *
   * @return a line {@code lower,upper,count,confidence,accuracy} for each bin, each ended by a
   *     newline
   */
  public String toCsv() {
    StringBuilder csv = new StringBuilder("lower,upper,count,confidence,accuracy\n");
    for (Bin bin : bins) {
      csv.append(bin.lower).append(',').append(bin.upper).append(',').append(bin.count);
      csv.append(',').append(bin.confidence).append(',').append(bin.accuracy).append('\n');
    }
    return csv.toString();
  }

  @Override
  public String toString() {
    return "ReliabilityDiagram(" + bins.size() + " bins, ece=" + expectedCalibrationError() + ")";
  }

  /** Examples of similar confidence. */
  public static final class Bin {

    private final double lower;
    private final double upper;
    private final int count;
    private final double confidence;
    private final double accuracy;

    private Bin(RankedConfidences ranked, int from, int to, double lower, double upper) {
      double confidences = 0;
      double hits = 0;
      for (int i = from; i < to; i++) {
        confidences += ranked.confidences[i];
        hits += ranked.hits[i];
      }
      this.lower = lower;
      this.upper = upper;
      this.count = to - from;
      this.confidence = confidences / count;
      this.accuracy = hits / count;
    }

    /**
     * The lower edge of a bin of given width, which is not in it; the least confidence in a bin of
     * given mass.
     *
     * @return in [0, 1]
     */
    public double lower() {
      return lower;
    }

    /**
     * The upper edge; the highest confidence in a bin of given mass.
     *
     * @return in [0, 1]
     */
    public double upper() {
      return upper;
    }

    /**
     * The number of examples.
     *
     * @return at least 1
     */
    public int count() {
      return count;
    }

    /**
     * Their mean confidence.
     *
     * @return in [0, 1]
     */
    public double confidence() {
      return confidence;
    }

    /**
     * The part of them that is predicted right.
     *
     * @return in [0, 1]
     */
    public double accuracy() {
      return accuracy;
    }

    private double gap() {
      return Math.abs(accuracy - confidence);
    }
  }
}
