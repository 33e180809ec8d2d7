package io.github.dl4jx.ensembles.combine;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The maximum-likelihood weights of a {@link WeightedVote}, for classification.
 *
 * <pre>{@code
 * maximize   sum_i ln sum_m w_m p_mi    over w_m >= 0, sum_m w_m = 1
 * by         w_m <- w_m g_m,  g_m = 1/n sum_i p_mi / sum_k w_k p_ki,  from w_m = 1/M
 * }</pre>
 *
 * <p>Here p_mi is the probability that member m gives to the true class of example i. The problem
 * is convex; the steps are EM for the weights of a mixture, and none lowers the likelihood. It
 * stops when the NLL is within 1e-7 nats an example of the minimum, by the bound {@code NLL(w) -
 * min NLL <= ln max_m g_m}, or after 10,000 steps. Weights whose optimum is 0 come close to 0. Use
 * examples that no member was trained on, many more than there are members.
 *
 * <p>A probability below 1e-15 counts as 1e-15, as in the NLL of {@code ClassificationScores}.
 *
 * <pre>{@code
 * WeightedVote rule = LikelihoodWeights.fit(labels, bag.memberOutputs(features, null));
 * Ensemble weighted = bag.withRule(rule);
 * }</pre>
 *
 * <p>Reference: A. P. Dempster, N. M. Laird, D. B. Rubin, "Maximum Likelihood from Incomplete Data
 * via the EM Algorithm", Journal of the Royal Statistical Society B 39, 1977; T. M. Cover, "An
 * Algorithm for Maximizing Expected Log Investment Return", IEEE Transactions on Information Theory
 * 30, 1984, for the same step and the bound.
 */
public final class LikelihoodWeights {

  private static final double TOLERANCE = 1e-7;
  private static final int MOST_STEPS = 10_000;
  private static final double LEAST_PROBABILITY = 1e-15;

  private LikelihoodWeights() {}

  /**
   * Fits weights.
   *
   * @param labels one-hot, [examples, classes] or with further axes
   * @param probabilities the members' outputs, each of the labels' shape
   * @return a rule with weights that sum to 1
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, probabilities do not
   *     sum to 1, or there are no rows
   */
  public static WeightedVote fit(INDArray labels, List<INDArray> probabilities) {
    return fit(labels, probabilities, null);
  }

  /**
   * Fits weights to the rows that are not masked.
   *
   * @param labels one-hot, [examples, classes] or with further axes
   * @param probabilities the members' outputs, each of the labels' shape
   * @param mask the labels' mask, as {@link OutputRows} takes it, or null
   * @return a rule with weights that sum to 1
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, probabilities do not
   *     sum to 1, or there are no rows
   */
  public static WeightedVote fit(
      INDArray labels, List<INDArray> probabilities, @Nullable INDArray mask) {
    return new WeightedVote(weights(ofTrueClasses(labels, probabilities, mask)));
  }

  private static double[] weights(double[][] p) {
    double[] weights = new double[p.length];
    Arrays.fill(weights, 1.0 / p.length);
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] gains = gains(weights, p);
      double most = gains[OutputRows.argMax(gains)];
      if (Math.log(most) <= TOLERANCE) {
        break;
      }
      for (int m = 0; m < weights.length; m++) {
        weights[m] *= gains[m];
      }
    }
    return weights;
  }

  private static double[] gains(double[] weights, double[][] p) {
    int n = p[0].length;
    double[] mixture = new double[n];
    for (int m = 0; m < p.length; m++) {
      for (int i = 0; i < n; i++) {
        mixture[i] += weights[m] * p[m][i];
      }
    }
    double[] gains = new double[p.length];
    for (int m = 0; m < p.length; m++) {
      for (int i = 0; i < n; i++) {
        gains[m] += p[m][i] / mixture[i] / n;
      }
    }
    return gains;
  }

  /**
   * The probability that each member gives to the true class of each row, [member][row], at least
   * 1e-15.
   */
  static double[][] ofTrueClasses(
      INDArray labels, List<INDArray> probabilities, @Nullable INDArray mask) {
    Arguments.notNull("labels", labels);
    Arguments.notNull("probabilities", probabilities);
    CombinationRule.check(probabilities);
    Arguments.notClassIndices(labels, probabilities.get(0));
    Preconditions.checkArgument(
        labels.equalShapes(probabilities.get(0)),
        "labels and probabilities must have one shape, got %ndShape and %ndShape",
        labels,
        probabilities.get(0));
    int[] truth = OutputRows.classes(labels, mask);
    Preconditions.checkArgument(
        truth.length > 0, "labels must have at least 1 row that is not masked, got 0");
    double[][] result = new double[probabilities.size()][truth.length];
    for (int m = 0; m < result.length; m++) {
      double[][] rows = OutputRows.probabilities(probabilities.get(m), mask);
      for (int i = 0; i < truth.length; i++) {
        result[m][i] = Math.max(rows[i][truth[i]], LEAST_PROBABILITY);
      }
    }
    return result;
  }
}
