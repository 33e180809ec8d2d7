package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A reliability diagram: the accuracy of predictions by their confidence; and its calibration
 * errors.
 *
 * <pre>{@code
 * accuracy(b), confidence(b)   means over the n_b examples of bin b
 * ece = sum_b n_b/n * |accuracy(b) - confidence(b)|
 * mce = max_b |accuracy(b) - confidence(b)|
 * }</pre>
 *
 * <p>The confidence of an example is its largest probability, its prediction the class of that.
 * Bins are
 *
 * <ul>
 *   <li>of equal width: bin b of B has the confidences in {@code ((b-1)/B, b/B]}; or
 *   <li>of equal mass: bin b of B has the examples of rank {@code [n(b-1)/B, nb/B)}, with at most
 *       as many bins as examples. The calibration error is then the adaptive one of Nixon et al.,
 *       but of the predicted class only instead of the mean over all classes. Equal confidences in
 *       several bins have their mean accuracy in each, so that the order of the examples has no
 *       influence.
 * </ul>
 *
 * <p>There are no bins without examples. Deeplearning4j's {@code EvaluationCalibration} has a
 * diagram for each class, of its probability in all examples, and no calibration error.
 *
 * <pre>{@code
 * ReliabilityDiagram diagram = ReliabilityDiagram.equalWidth(labels, probabilities, 15);
 * diagram.chart().writeSvg(path);
 * }</pre>
 *
 * <p>References: M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining Well Calibrated
 * Probabilities Using Bayesian Binning", AAAI 2015; C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger,
 * "On Calibration of Modern Neural Networks", ICML 2017, arXiv 1706.04599; J. Nixon, M. W.
 * Dusenberry, L. Zhang, G. Jerfel, D. Tran, "Measuring Calibration in Deep Learning", CVPR
 * Workshops 2019, arXiv 1904.01685.
 */
public final class ReliabilityDiagram {

  private static final int CHART_SIZE = 420;

  private final List<Bin> bins;

  private ReliabilityDiagram(List<Bin> bins) {
    this.bins = List.copyOf(bins);
  }

  /**
   * A diagram with bins of equal width.
   *
   * @param labels one-hot, [examples, classes] or with further axes
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
   * A diagram with bins of equal width, of the rows that are not masked.
   *
   * @param labels one-hot, [examples, classes] or with further axes
   * @param probabilities of the labels' shape; they sum to 1
   * @param mask the labels' mask, such as [examples, steps], or null
   * @param bins number of bins, at least 1; 15 are usual
   * @return the diagram
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, probabilities do not
   *     sum to 1, all rows are masked, or bins is below 1
   */
  public static ReliabilityDiagram equalWidth(
      INDArray labels, INDArray probabilities, @Nullable INDArray mask, int bins) {
    return equalWidth(
        RankedConfidences.of(LabelledProbabilities.of(labels, probabilities, mask)), bins);
  }

  /**
   * A diagram with bins of equal mass.
   *
   * @param labels one-hot, [examples, classes] or with further axes
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
   * A diagram with bins of equal mass, of the rows that are not masked.
   *
   * @param labels one-hot, [examples, classes] or with further axes
   * @param probabilities of the labels' shape; they sum to 1
   * @param mask the labels' mask, such as [examples, steps], or null
   * @param bins number of bins, at least 1; 15 are usual
   * @return the diagram
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, probabilities do not
   *     sum to 1, all rows are masked, or bins is below 1
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

  /** The bin of equal width that has a confidence. */
  static int bin(double confidence, int bins) {
    int upper = (int) Math.ceil(confidence * bins);
    upper -= confidence <= (upper - 1.0) / bins ? 1 : 0; // 0.7 * 10 is above 7
    return Math.max(0, Math.min(bins - 1, upper - 1));
  }

  private static void checkBins(int bins) {
    Preconditions.checkArgument(bins >= 1, "bins must be >= 1, got %s", bins);
  }

  /** {@return the bins with examples, in ascending order of confidence; not modifiable} */
  public List<Bin> bins() {
    return bins;
  }

  /**
   * {@return the expected calibration error (ECE), in [0, 1]; with bins of equal mass, the adaptive
   * one}
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
   * {@return the maximum calibration error (MCE), in [0, 1]: that of the worst bin, however few
   * examples it has}
   */
  public double maximumCalibrationError() {
    return bins.stream().mapToDouble(Bin::gap).max().orElseThrow();
  }

  /**
   * {@return the bins as comma-separated values: a header, and a line {@code
   * lower,upper,count,confidence,accuracy} for each bin}
   */
  public String toCsv() {
    StringBuilder csv = new StringBuilder("lower,upper,count,confidence,accuracy\n");
    for (Bin bin : bins) {
      csv.append(bin.lower).append(',').append(bin.upper).append(',').append(bin.count);
      csv.append(',').append(bin.confidence).append(',').append(bin.accuracy).append('\n');
    }
    return csv.toString();
  }

  /**
   * {@return the diagram as a chart: accuracy against confidence, a point for each bin, and the
   * diagonal of perfect calibration}
   */
  public Chart chart() {
    double[] x = bins.stream().mapToDouble(Bin::confidence).toArray();
    double[] y = bins.stream().mapToDouble(Bin::accuracy).toArray();
    String ece = String.format(Locale.ROOT, "%.4f", expectedCalibrationError());
    return Chart.titled("Reliability, calibration error " + ece)
        .x(Axis.linear("confidence").range(0, 1))
        .y(Axis.linear("accuracy").range(0, 1))
        .size(CHART_SIZE, CHART_SIZE)
        .diagonal()
        .line("bins", x, y)
        .build();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "ReliabilityDiagram(%d bins, ece=%.4f)",
        bins.size(),
        expectedCalibrationError());
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
     * {@return the lower edge of a bin of given width, exclusive; the lowest confidence in a bin of
     * given mass}
     */
    public double lower() {
      return lower;
    }

    /**
     * {@return the upper edge of a bin of given width, inclusive; the highest confidence in a bin
     * of given mass}
     */
    public double upper() {
      return upper;
    }

    /** {@return the number of examples, at least 1} */
    public int count() {
      return count;
    }

    /** {@return their mean confidence, in [0, 1]} */
    public double confidence() {
      return confidence;
    }

    /** {@return the fraction of them whose prediction is right} */
    public double accuracy() {
      return accuracy;
    }

    private double gap() {
      return Math.abs(accuracy - confidence);
    }
  }
}
