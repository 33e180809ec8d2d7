package io.github.dl4jx.ensembles.uncertainty;

import java.util.Arrays;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What T samples of a network's output say: their mean, and how much they disagree.
 *
 * <pre>{@code
 * mean p_k             = 1/T * sum_t p_tk
 * standard deviation   = sqrt(1/T * sum_t (p_tk - p_k)^2)
 * predictive entropy   H = -sum_k p_k ln p_k
 * mutual information   I = H - 1/T * sum_t (-sum_k p_tk ln p_tk),  at least 0
 * variation ratio      v = 1 - (samples whose class is the most frequent one) / T
 * }</pre>
 *
 * <p>Entropy and mutual information are in nats. The entropy is large where an input is ambiguous
 * or unknown; the mutual information, which tells how much the samples know that their mean does
 * not, only where it is unknown. The last three need class probabilities along dimension 1 of the
 * output.
 *
 * <p>Reference: Y. Gal, Z. Ghahramani, "Dropout as a Bayesian Approximation: Representing Model
 * Uncertainty in Deep Learning", ICML 2016, arXiv 1506.02142; Y. Gal, "Uncertainty in Deep
 * Learning", thesis, University of Cambridge, 2016, section 3.3, for the measures.
 */
public final class UncertainPrediction {

  private final INDArray samples;

  /** Number of samples, examples, classes, and places with an output of their own. */
  private final int count;

  private final int examples;
  private final int classes;
  private final int places;

  /** [sample, example, class, place]. */
  private final double[] values;

  private final double[] mean;

  UncertainPrediction(INDArray samples) {
    this.samples = samples;
    this.count = (int) samples.size(0);
    this.examples = (int) samples.size(1);
    this.classes = (int) samples.size(2);
    this.places = (int) (samples.length() / ((long) count * examples * classes));
    this.values = samples.reshape('c', new long[] {samples.length()}).toDoubleVector();
    this.mean = new double[values.length / count];
    for (int i = 0; i < values.length; i++) {
      mean[i % mean.length] += values[i] / count;
    }
  }

  /**
   * The samples.
   *
   * @return an array of shape [sample, the output's shape]
   */
  public INDArray samples() {
    return samples;
  }

  /**
   * The mean of the samples: the prediction.
   *
   * @return an array of the output's shape
   */
  public INDArray mean() {
    return output(mean);
  }

  /**
   * The standard deviation over the samples.
   *
   * @return an array of the output's shape
   */
  public INDArray standardDeviation() {
    double[] result = new double[mean.length];
    for (int i = 0; i < values.length; i++) {
      double d = values[i] - mean[i % mean.length];
      result[i % mean.length] += d * d / count;
    }
    return output(Arrays.stream(result).map(Math::sqrt).toArray());
  }

  /**
   * The entropy of the mean, in nats.
   *
   * @return an array of the output's shape without the classes, [example] for [example, class]
   * @throws IllegalStateException if the outputs are not probabilities
   */
  public INDArray predictiveEntropy() {
    checkProbabilities();
    return perExample(entropy(mean));
  }

  /**
   * The mutual information between the prediction and the choice of the sample, in nats.
   *
   * @return an array of the output's shape without the classes, [example] for [example, class]
   * @throws IllegalStateException if the outputs are not probabilities
   */
  public INDArray mutualInformation() {
    checkProbabilities();
    double[] result = entropy(mean);
    double[] each = entropy(values);
    for (int i = 0; i < each.length; i++) {
      result[i % result.length] -= each[i] / count;
    }
    return perExample(Arrays.stream(result).map(i -> Math.max(0, i)).toArray());
  }

  /**
   * How many of the samples do not vote for the most frequent class.
   *
   * @return an array of the output's shape without the classes, [example] for [example, class]; in
   *     [0, 1)
   * @throws IllegalStateException if the outputs are not probabilities
   */
  public INDArray variationRatio() {
    checkProbabilities();
    int[] votes = new int[mean.length];
    for (int row = 0; row < count * examples; row++) {
      for (int place = 0; place < places; place++) {
        int best = 0;
        for (int k = 1; k < classes; k++) {
          best = values[at(row, k, place)] > values[at(row, best, place)] ? k : best;
        }
        votes[at(row % examples, best, place)]++;
      }
    }
    double[] result = new double[examples * places];
    for (int i = 0; i < result.length; i++) {
      int most = 0;
      for (int k = 0; k < classes; k++) {
        most = Math.max(most, votes[at(i / places, k, i % places)]);
      }
      result[i] = 1 - (double) most / count;
    }
    return perExample(result);
  }

  private int at(int row, int k, int place) {
    return (row * classes + k) * places + place;
  }

  /** Entropies of distributions [row, class, place], as [row, place]. */
  private double[] entropy(double[] p) {
    double[] result = new double[p.length / classes];
    for (int i = 0; i < result.length; i++) {
      for (int k = 0; k < classes; k++) {
        double x = p[at(i / places, k, i % places)];
        result[i] -= x > 0 ? x * Math.log(x) : 0;
      }
    }
    return result;
  }

  private void checkProbabilities() {
    double sum = 0;
    double least = 0;
    for (double p : mean) {
      sum += p;
      least = Math.min(least, p);
    }
    double rows = (double) examples * places;
    Preconditions.checkState(
        least >= 0 && Math.abs(sum - rows) < 1e-2 * rows,
        "the outputs must be class probabilities, which sum to 1, got a mean sum of %s",
        sum / rows);
  }

  private INDArray output(double[] numbers) {
    return array(numbers, Arrays.copyOfRange(samples.shape(), 1, samples.rank()));
  }

  private INDArray perExample(double[] numbers) {
    long[] shape = samples.shape();
    long[] without = new long[shape.length - 2];
    without[0] = shape[1];
    System.arraycopy(shape, 3, without, 1, without.length - 1);
    return array(numbers, without);
  }

  private INDArray array(double[] numbers, long[] shape) {
    INDArray array = Nd4j.createFromArray(numbers).reshape(shape);
    return samples.dataType() == DataType.DOUBLE ? array : array.castTo(samples.dataType());
  }
}
