package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.internal.Arguments;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Temperature scaling: calibrates class probabilities by one number, which makes them less or more
 * extreme. The most probable class stays the same.
 *
 * <pre>{@code
 * q_k = p_k^(1/T) / sum_j p_j^(1/T) = softmax(ln p / T)
 * fit: minimize -sum_i ln q_i,y_i over T > 0
 * }</pre>
 *
 * <p>T above 1 lowers the confidence, T below 1 raises it. For an ensemble it is fitted and applied
 * to the combined output, after averaging: the mean of members that are scaled one by one is
 * underconfident. On the softmax output of one network it equals the paper's scaling of logits. The
 * NLL is convex in 1/T; the minimum is found by Newton's method within a bracket, in double
 * precision, to 1e-12 of 1/T. A probability below 1e-38 counts as 1e-38, as it may have been
 * rounded to 0.
 *
 * <p>Immutable; as text {@code temperature(1.5)}, see {@link #parse}. Use examples that neither
 * members were trained on nor weights fitted to.
 *
 * <pre>{@code
 * TemperatureScaling scaling = TemperatureScaling.fit(bag, validation);
 * INDArray probabilities = scaling.apply(bag.output(features));
 * }</pre>
 *
 * <p>References: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On Calibration of Modern Neural
 * Networks", ICML 2017, arXiv 1706.04599; R. Rahaman, A. H. Thiery, "Uncertainty Quantification and
 * Deep Ensembles", NeurIPS 2021, arXiv 2007.08792, on scaling after averaging.
 */
public final class TemperatureScaling {

  private static final double LEAST_PROBABILITY = 1e-38;
  private static final double PRECISION = 1e-12;
  private static final Pattern TEXT =
      Pattern.compile("temperature\\(([0-9]{1,20}(\\.[0-9]{1,20})?(E-?[0-9]{1,3})?)\\)");

  private final double temperature;

  private TemperatureScaling(double temperature) {
    this.temperature = temperature;
  }

  /**
   * Scaling by a known temperature.
   *
   * @param temperature finite and above 0; 1 changes nothing
   * @return the scaling
   * @throws IllegalArgumentException if it is not
   */
  public static TemperatureScaling of(double temperature) {
    Preconditions.checkArgument(
        temperature > 0 && Double.isFinite(temperature),
        "temperature must be finite and > 0, got %s",
        temperature);
    return new TemperatureScaling(temperature);
  }

  /**
   * Reads a scaling from its text.
   *
   * @param text the result of {@link #toString}; it need not be trusted
   * @return the scaling
   * @throws IllegalArgumentException if it is not such a text
   */
  public static TemperatureScaling parse(String text) {
    Matcher matcher = TEXT.matcher(Arguments.notNull("text", text));
    Preconditions.checkArgument(
        matcher.matches(),
        "text must be such as temperature(1.5), got %s",
        text.length() <= 40 ? text : text.substring(0, 40) + "..");
    return of(Double.parseDouble(matcher.group(1)));
  }

  /**
   * Fits the temperature.
   *
   * @param labels one-hot, [examples, classes] or with further axes
   * @param probabilities of the labels' shape; they sum to 1
   * @return the scaling with the lowest NLL
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, probabilities do not
   *     sum to 1, or there is no best temperature: it is 0 if all predictions are right, and
   *     infinite if they are no better than chance
   */
  public static TemperatureScaling fit(INDArray labels, INDArray probabilities) {
    return fit(labels, probabilities, null);
  }

  /**
   * Fits the temperature to the rows that are not masked.
   *
   * @param labels one-hot, [examples, classes] or with further axes
   * @param probabilities of the labels' shape; they sum to 1
   * @param mask the labels' mask, such as [examples, steps], or null
   * @return the scaling with the lowest NLL
   * @throws IllegalArgumentException as without a mask, or if all rows are masked
   */
  public static TemperatureScaling fit(
      INDArray labels, INDArray probabilities, @Nullable INDArray mask) {
    return fit(LabelledProbabilities.of(labels, probabilities, mask));
  }

  /**
   * Fits the temperature to an ensemble's combined output. For a single network use {@code
   * Ensemble.of(new SoftVote(), List.of(net))}.
   *
   * @param ensemble the ensemble; not changed
   * @param data features and one-hot labels, with their masks; read from its start if it can be
   *     reset
   * @return the scaling with the lowest NLL
   * @throws IllegalArgumentException as for labels and probabilities
   */
  public static TemperatureScaling fit(Ensemble ensemble, DataSetIterator data) {
    return fit(LabelledProbabilities.of(ensemble, data));
  }

  private static TemperatureScaling fit(LabelledProbabilities data) {
    Slope nll = new Slope(data);
    Preconditions.checkArgument(
        nll.mistakes > 0,
        "the labels must differ from some predictions: if all of them are right, a temperature"
            + " of 0 is the best, got %s right of %s",
        data.classes.length,
        data.classes.length);
    nll.at(0);
    Preconditions.checkArgument(
        nll.first < 0,
        "the probabilities must be better than chance: if they are not, an infinite temperature is"
            + " the best, got %s right of %s",
        data.classes.length - nll.mistakes,
        data.classes.length);
    double low = 0;
    double high = 1;
    for (nll.at(high); nll.first < 0; nll.at(high)) {
      low = high;
      high *= 2;
    }
    double inverse = high; // 1/T, in [low, high]; nll is evaluated there
    double step = high - low;
    while (nll.first != 0) {
      low = nll.first < 0 ? inverse : low;
      high = nll.first > 0 ? inverse : high;
      double newton = -nll.first / nll.second;
      double next = inverse + newton;
      if (!(next > low && next < high && Math.abs(newton) < Math.abs(step) / 2)) {
        next = low + (high - low) / 2;
      }
      step = next - inverse;
      if (Math.abs(step) <= PRECISION * inverse) {
        break;
      }
      inverse = next;
      nll.at(inverse);
    }
    return of(1 / inverse);
  }

  /** {@return the temperature, finite and above 0} */
  public double temperature() {
    return temperature;
  }

  /**
   * Scales probabilities.
   *
   * @param probabilities [examples, classes] or with further axes, of any type; not changed
   * @return a new array of that shape and type
   * @throws IllegalArgumentException if they do not sum to 1 over at least 2 classes
   */
  public INDArray apply(INDArray probabilities) {
    Preconditions.checkArgument(
        Arguments.floatingPoint("probabilities", probabilities).rank() >= 2
            && probabilities.size(1) >= 2,
        "probabilities must have the shape [examples, classes], or with further axes, and"
            + " at least 2 classes, got %ndShape",
        probabilities);
    double[][] rows = OutputRows.probabilities(probabilities, null);
    for (double[] row : rows) {
      logits(row);
      double sum = 0;
      for (int k = 0; k < row.length; k++) {
        row[k] = Math.exp(row[k] / temperature);
        sum += row[k];
      }
      for (int k = 0; k < row.length; k++) {
        row[k] /= sum;
      }
    }
    INDArray scaled = probabilities.ulike();
    OutputRows.write(rows, scaled);
    return scaled;
  }

  /** Replaces probabilities by their logarithms, the largest of them 0. */
  private static void logits(double[] row) {
    double most = row[OutputRows.argMax(row)];
    for (int k = 0; k < row.length; k++) {
      row[k] = Math.log(Math.max(row[k], LEAST_PROBABILITY) / most);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TemperatureScaling
        && ((TemperatureScaling) other).temperature == temperature;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(temperature);
  }

  @Override
  public String toString() {
    return "temperature(" + temperature + ")";
  }

  /** The first two derivatives of the NLL by b = 1/T: means and variances of the logits. */
  private static final class Slope {

    private final double[][] logits;
    private final int[] classes;

    /** Examples whose true class is less probable than another. */
    private final int mistakes;

    private double first;
    private double second;

    Slope(LabelledProbabilities data) {
      this.logits = data.probabilities; // overwritten: they were read for this fit only
      this.classes = data.classes;
      int wrong = 0;
      for (int i = 0; i < classes.length; i++) {
        logits(logits[i]);
        wrong += logits[i][classes[i]] < 0 ? 1 : 0;
      }
      this.mistakes = wrong;
    }

    void at(double inverse) {
      first = 0;
      second = 0;
      for (int i = 0; i < classes.length; i++) {
        double sum = 0;
        double mean = 0;
        double square = 0;
        for (double logit : logits[i]) {
          double q = Math.exp(inverse * logit);
          sum += q;
          mean += q * logit;
          square += q * logit * logit;
        }
        mean /= sum;
        first += mean - logits[i][classes[i]];
        second += square / sum - mean * mean;
      }
    }
  }
}
