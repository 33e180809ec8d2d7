package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Vector scaling: calibrates class probabilities by two numbers for each class.
 *
 * <pre>{@code
 * q = softmax(w * ln p + b)          * elementwise
 * fit: minimize -1/n sum_i ln q_i,y_i over w and b, from w = 1, b = 0
 * }</pre>
 *
 * <p>{@link TemperatureScaling} is the case of equal weights 1/T and no biases. The additional
 * numbers mend classes that are over- and underestimated, also if classes are more or less frequent
 * than in training, and need more examples, at least some dozens of each class. The most probable
 * class may become another one.
 *
 * <p>The NLL is convex in w and b; L-BFGS minimizes it, in double precision, until no entry of its
 * gradient is above 1e-9. The biases sum to 0. If some class can be told from the others without a
 * mistake, the best numbers are infinite, and the fit ends at finite ones by that bound. A
 * probability below 1e-38 counts as 1e-38, as it may have been rounded to 0.
 *
 * <p>Unlike the paper, whose z are the logits before the softmax, this takes ln p: the same for the
 * softmax output of one network up to the constant that softmax subtracts from each row's logits,
 * and defined for ensembles, too. It is the Dirichlet calibration of Kull et al. with a diagonal
 * matrix.
 *
 * <p>Immutable; as text {@code vector(w1,w2;b1,b2)}, see {@link #parse}. Use examples that neither
 * members were trained on nor weights fitted to.
 *
 * <pre>{@code
 * VectorScaling scaling = VectorScaling.fit(bag, validation);
 * INDArray probabilities = scaling.apply(bag.output(features));
 * }</pre>
 *
 * <p>References: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On Calibration of Modern Neural
 * Networks", ICML 2017, arXiv 1706.04599; M. Kull et al., "Beyond Temperature Scaling: Obtaining
 * Well-Calibrated Multiclass Probabilities with Dirichlet Calibration", NeurIPS 2019, arXiv
 * 1910.12656.
 */
public final class VectorScaling {

  private static final double LEAST_PROBABILITY = 1e-38;
  private static final String EXAMPLE = "vector(1.5,0.9;0.1,-0.1)";

  private final double[] weights;
  private final double[] biases;

  private VectorScaling(double[] weights, double[] biases) {
    this.weights = weights.clone();
    this.biases = biases.clone();
  }

  /**
   * Scaling by known numbers.
   *
   * @param weights one for each class, at least 2, finite; 1 changes nothing
   * @param biases as many, finite; 0 changes nothing
   * @return the scaling
   * @throws IllegalArgumentException if they are not
   */
  public static VectorScaling of(double[] weights, double[] biases) {
    Preconditions.checkArgument(
        Arguments.notNull("weights", weights).length >= 2,
        "weights must be at least 2, one for each class, got %s",
        weights.length);
    Preconditions.checkArgument(
        Arguments.notNull("biases", biases).length == weights.length,
        "biases must be as many as weights, %s, got %s",
        weights.length,
        biases.length);
    for (int k = 0; k < weights.length; k++) {
      Preconditions.checkArgument(
          Double.isFinite(weights[k]), "weights must be finite, got %s", weights[k]);
      Preconditions.checkArgument(
          Double.isFinite(biases[k]), "biases must be finite, got %s", biases[k]);
    }
    return new VectorScaling(weights, biases);
  }

  /**
   * Reads a scaling from its text.
   *
   * @param text the result of {@link #toString}; it need not be trusted
   * @return the scaling
   * @throws IllegalArgumentException if it is not such a text
   */
  public static VectorScaling parse(String text) {
    double[][] rows = ScalingText.parse("vector", EXAMPLE, text);
    ScalingText.check(rows.length == 2, EXAMPLE, text);
    return of(rows[0], rows[1]);
  }

  /**
   * Fits weights and biases.
   *
   * @param labels one-hot, [examples, classes] or with further axes; every class at least once
   * @param probabilities of the labels' shape; they sum to 1
   * @return the scaling with the lowest NLL
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot or lack a class,
   *     probabilities do not sum to 1, or all predictions are right: the best weights are infinite
   */
  public static VectorScaling fit(INDArray labels, INDArray probabilities) {
    return fit(labels, probabilities, null);
  }

  /**
   * Fits weights and biases to the rows that are not masked.
   *
   * @param labels one-hot, [examples, classes] or with further axes; every class at least once
   * @param probabilities of the labels' shape; they sum to 1
   * @param mask the labels' mask, such as [examples, steps], or null
   * @return the scaling with the lowest NLL
   * @throws IllegalArgumentException as without a mask, or if all rows are masked
   */
  public static VectorScaling fit(
      INDArray labels, INDArray probabilities, @Nullable INDArray mask) {
    return fit(LabelledProbabilities.of(labels, probabilities, mask));
  }

  /**
   * Fits weights and biases to an ensemble's combined output. For a single network use {@code
   * Ensemble.of(new SoftVote(), List.of(net))}.
   *
   * @param ensemble the ensemble; not changed
   * @param data features and one-hot labels, with their masks; read from its start if it can be
   *     reset
   * @return the scaling with the lowest NLL
   * @throws IllegalArgumentException as for labels and probabilities
   */
  public static VectorScaling fit(Ensemble ensemble, DataSetIterator data) {
    return fit(LabelledProbabilities.of(ensemble, data));
  }

  private static VectorScaling fit(LabelledProbabilities data) {
    int classes = data.probabilities[0].length;
    int[] counts = new int[classes];
    int right = 0;
    for (int i = 0; i < data.classes.length; i++) {
      double[] row = data.probabilities[i];
      counts[data.classes[i]]++;
      right += row[data.classes[i]] >= row[OutputRows.argMax(row)] ? 1 : 0;
      logarithms(row); // overwritten: they were read for this fit only
    }
    for (int k = 0; k < classes; k++) {
      Preconditions.checkArgument(
          counts[k] > 0,
          "labels must have every class, or its probability becomes 0: TemperatureScaling needs"
              + " fewer of them, got none of class %s in %s",
          k,
          data.classes.length);
    }
    Preconditions.checkArgument(
        right < data.classes.length,
        "the labels must differ from some predictions: if all of them are right, infinite weights"
            + " are the best, got %s right of %s",
        right,
        data.classes.length);
    double[] start = new double[2 * classes];
    Arrays.fill(start, 0, classes, 1);
    double[] x =
        LimitedMemoryBfgs.minimize(
            (place, gradient) -> nll(data.probabilities, data.classes, place, gradient), start);
    return of(Arrays.copyOf(x, classes), Arrays.copyOfRange(x, classes, x.length));
  }

  /** The mean NLL and its gradient by the weights, then the biases. */
  private static double nll(double[][] logarithms, int[] truth, double[] x, double[] gradient) {
    int classes = x.length / 2;
    Arrays.fill(gradient, 0);
    double[] q = new double[classes];
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      double[] z = logarithms[i];
      double most = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < classes; k++) {
        q[k] = x[k] * z[k] + x[classes + k];
        most = Math.max(most, q[k]);
      }
      double ofTruth = q[truth[i]];
      double total = 0;
      for (int k = 0; k < classes; k++) {
        q[k] = Math.exp(q[k] - most);
        total += q[k];
      }
      sum += most + Math.log(total) - ofTruth;
      for (int k = 0; k < classes; k++) {
        double difference = (q[k] / total - (k == truth[i] ? 1 : 0)) / truth.length;
        gradient[k] += difference * z[k];
        gradient[classes + k] += difference;
      }
    }
    return sum / truth.length;
  }

  private static void logarithms(double[] row) {
    for (int k = 0; k < row.length; k++) {
      row[k] = Math.log(Math.max(row[k], LEAST_PROBABILITY));
    }
  }

  /** {@return the weights w, one for each class} */
  public double[] weights() {
    return weights.clone();
  }

  /** {@return the biases b, one for each class} */
  public double[] biases() {
    return biases.clone();
  }

  /**
   * Scales probabilities.
   *
   * @param probabilities [examples, classes] or with further axes, of any floating-point type; not
   *     changed
   * @return a new array of that shape and type
   * @throws IllegalArgumentException if they do not sum to 1 over as many classes as there are
   *     weights
   */
  public INDArray apply(INDArray probabilities) {
    return CalibratedRows.of(
        probabilities,
        weights.length,
        row -> {
          logarithms(row);
          for (int k = 0; k < row.length; k++) {
            row[k] = weights[k] * row[k] + biases[k];
          }
          OutputRows.softmax(row);
        });
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VectorScaling
        && Arrays.equals(((VectorScaling) other).weights, weights)
        && Arrays.equals(((VectorScaling) other).biases, biases);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(weights) + Arrays.hashCode(biases);
  }

  @Override
  public String toString() {
    return ScalingText.of("vector", weights, biases);
  }
}
