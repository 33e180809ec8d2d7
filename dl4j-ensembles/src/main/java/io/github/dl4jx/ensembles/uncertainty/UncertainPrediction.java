package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import java.util.Arrays;
import java.util.List;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The mean and the uncertainty of T samples of a network's output, or of T members of an ensemble.
 *
 * <pre>{@code
 * mean p_k             = 1/T * sum_t p_tk
 * standard deviation   = sqrt(1/T * sum_t (p_tk - p_k)^2)
 * predictive entropy   H = -sum_k p_k ln p_k
 * mutual information   I = H - 1/T * sum_t (-sum_k p_tk ln p_tk),  at least 0
 * variation ratio      v = 1 - (samples whose class is the most frequent one) / T
 * disagreement         d = 1 - sum_k n_k (n_k - 1) / (T (T - 1)),  n_k: samples whose class is k
 * }</pre>
 *
 * <p>Entropy and mutual information are in nats. The entropy, the total uncertainty, is large if an
 * input is ambiguous or unlike the training data; the mutual information, the uncertainty about the
 * model, only in the second case. The last four need class probabilities along axis 1 of the
 * output. The disagreement is the fraction of pairs of samples whose classes differ.
 *
 * <pre>{@code
 * UncertainPrediction prediction = UncertainPrediction.ofMembers(bag.memberOutputs(features, null));
 * double disagreement = prediction.disagreement().meanNumber().doubleValue();
 * }</pre>
 *
 * <p>References: Y. Gal, Z. Ghahramani, "Dropout as a Bayesian Approximation: Representing Model
 * Uncertainty in Deep Learning", ICML 2016, arXiv 1506.02142; Y. Gal, "Uncertainty in Deep
 * Learning", thesis, University of Cambridge, 2016, section 3.3, for the measures; S. Fort, H. Hu,
 * B. Lakshminarayanan, "Deep Ensembles: A Loss Landscape Perspective", 2019, arXiv 1912.02757, for
 * the disagreement of two members.
 */
public final class UncertainPrediction {

  private final INDArray samples;

  /** Number of samples, examples, classes, and steps or pixels. */
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
   * The prediction of the members of an ensemble.
   *
   * @param outputs one array for each member, all of one shape, as {@code Ensemble.memberOutputs}
   *     gives them; copied
   * @return the members as samples
   * @throws IllegalArgumentException if there are no outputs or their shapes differ
   */
  public static UncertainPrediction ofMembers(List<INDArray> outputs) {
    CombinationRule.check(outputs);
    return new UncertainPrediction(Nd4j.stack(0, outputs.toArray(new INDArray[0])));
  }

  /** {@return the samples, [sample, the output's shape]} */
  public INDArray samples() {
    return samples;
  }

  /** {@return the mean of the samples, the prediction, in the output's shape} */
  public INDArray mean() {
    return output(mean);
  }

  /** {@return the standard deviation over the samples, in the output's shape} */
  public INDArray standardDeviation() {
    double[] result = new double[mean.length];
    for (int i = 0; i < values.length; i++) {
      double d = values[i] - mean[i % mean.length];
      result[i % mean.length] += d * d / count;
    }
    return output(Arrays.stream(result).map(Math::sqrt).toArray());
  }

  /**
   * {@return the entropy of the mean, in nats, in the output's shape without classes: [example] for
   * [example, class]}
   *
   * @throws IllegalStateException if the outputs are not probabilities
   */
  public INDArray predictiveEntropy() {
    checkProbabilities();
    return perExample(entropy(mean));
  }

  /**
   * {@return the mutual information between the prediction and the choice of the sample, in nats,
   * in the output's shape without classes: [example] for [example, class]}
   *
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
   * {@return the fraction of samples that do not vote for the most frequent class, in the output's
   * shape without classes: [example] for [example, class]}
   *
   * @throws IllegalStateException if the outputs are not probabilities
   */
  public INDArray variationRatio() {
    checkProbabilities();
    int[] votes = votes();
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

  /**
   * {@return the fraction of pairs of samples that vote for different classes, in the output's
   * shape without classes: [example] for [example, class]}
   *
   * @throws IllegalStateException if the outputs are not probabilities, or there is only 1 sample
   */
  public INDArray disagreement() {
    checkProbabilities();
    Preconditions.checkState(count >= 2, "disagreement needs at least 2 samples, got %s", count);
    int[] votes = votes();
    double pairs = (double) count * (count - 1);
    double[] result = new double[examples * places];
    for (int i = 0; i < result.length; i++) {
      double agreeing = 0;
      for (int k = 0; k < classes; k++) {
        double n = votes[at(i / places, k, i % places)];
        agreeing += n * (n - 1);
      }
      result[i] = 1 - agreeing / pairs;
    }
    return perExample(result);
  }

  /** {@return the number of samples that vote for each class, [example, class, place]} */
  private int[] votes() {
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
    return votes;
  }

  private int at(int row, int k, int place) {
    return (row * classes + k) * places + place;
  }

  /** {@return the entropies of distributions [row, class, place], as [row, place]} */
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
    for (int row = 0; row < examples; row++) {
      for (int place = 0; place < places; place++) {
        double sum = 0;
        double least = 0;
        for (int k = 0; k < classes; k++) {
          double p = mean[at(row, k, place)];
          sum += p;
          least = Math.min(least, p);
        }
        Preconditions.checkState(
            least >= 0 && (sum == 0 || Math.abs(sum - 1) < 1e-2), // 0 where it is masked
            "the outputs must be class probabilities, which sum to 1, got a mean of sum %s",
            sum);
      }
    }
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
