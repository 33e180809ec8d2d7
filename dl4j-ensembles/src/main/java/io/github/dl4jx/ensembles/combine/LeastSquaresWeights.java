package io.github.dl4jx.ensembles.combine;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights of a {@link WeightedVote} with the least squared error, for regression.
 *
 * <pre>{@code
 * minimize   1/n sum_i (y_i - sum_m w_m y_mi)^2 = w' C w    over w_m >= 0, sum_m w_m = 1
 *            C_mk = 1/n sum_i (y_mi - y_i) (y_ki - y_i)
 * }</pre>
 *
 * <p>Non-negative weights that sum to 1 only interpolate between the members; unlike unconstrained
 * weights, they generalize well even if the members are highly correlated. The problem is convex.
 * It is solved by pairwise Frank-Wolfe steps with exact line search, which move weight from the
 * member with the largest gradient to the one with the smallest, so that weights can become exactly
 * 0. It stops when half the difference of these two is at most 1e-12 of the members' mean error;
 * the error is then within twice that of the minimum. Equal members keep equal weights. Use
 * examples that no member was trained on.
 *
 * <pre>{@code
 * WeightedVote rule = LeastSquaresWeights.fit(labels, ensemble.memberOutputs(features, null));
 * }</pre>
 *
 * <p>Reference: L. Breiman, "Stacked Regressions", Machine Learning 24, 1996; S. Lacoste-Julien, M.
 * Jaggi, "On the Global Linear Convergence of Frank-Wolfe Optimization Variants", NeurIPS 2015,
 * arXiv 1511.05932.
 */
public final class LeastSquaresWeights {

  private static final double TOLERANCE = 1e-12;
  private static final int MOST_STEPS = 1_000_000;

  private LeastSquaresWeights() {}

  /**
   * Fits weights.
   *
   * @param labels the values, [examples, outputs] or with further axes
   * @param outputs the members' outputs, each of the labels' shape
   * @return a rule with weights that sum to 1
   * @throws IllegalArgumentException if shapes differ, values are not finite, or there are none
   * @throws IllegalStateException if it does not converge in a million steps
   */
  public static WeightedVote fit(INDArray labels, List<INDArray> outputs) {
    return fit(labels, outputs, null);
  }

  /**
   * Fits weights to the rows that are not masked.
   *
   * @param labels the values, [examples, outputs] or with further axes
   * @param outputs the members' outputs, each of the labels' shape
   * @param mask the labels' mask, as {@link OutputRows} takes it, or null
   * @return a rule with weights that sum to 1
   * @throws IllegalArgumentException if shapes differ, values are not finite, or there are none
   * @throws IllegalStateException if it does not converge in a million steps
   */
  public static WeightedVote fit(INDArray labels, List<INDArray> outputs, @Nullable INDArray mask) {
    Arguments.notNull("labels", labels);
    CombinationRule.check(outputs);
    Preconditions.checkArgument(
        labels.equalShapes(outputs.get(0)),
        "labels and outputs must have one shape, got %ndShape and %ndShape",
        labels,
        outputs.get(0));
    double[][] truth = OutputRows.of(labels, mask);
    Preconditions.checkArgument(
        truth.length > 0, "labels must have at least 1 row that is not masked, got 0");
    double[][][] errors = new double[outputs.size()][][];
    for (int m = 0; m < errors.length; m++) {
      errors[m] = OutputRows.of(outputs.get(m), mask);
      for (int i = 0; i < truth.length; i++) {
        for (int c = 0; c < truth[i].length; c++) {
          errors[m][i][c] -= truth[i][c];
        }
      }
    }
    return new WeightedVote(minimize(products(errors)));
  }

  private static double[][] products(double[][][] errors) {
    double[][] products = new double[errors.length][errors.length];
    for (int m = 0; m < errors.length; m++) {
      for (int k = 0; k <= m; k++) {
        double sum = 0;
        for (int i = 0; i < errors[m].length; i++) {
          for (int c = 0; c < errors[m][i].length; c++) {
            sum += errors[m][i][c] * errors[k][i][c];
          }
        }
        Preconditions.checkArgument(
            Double.isFinite(sum), "labels and outputs must be finite, got an error of %s", sum);
        products[m][k] = sum / errors[m].length;
        products[k][m] = products[m][k];
      }
    }
    return products;
  }

  private static double[] minimize(double[][] products) {
    int members = products.length;
    double[] weights = new double[members];
    Arrays.fill(weights, 1.0 / members);
    double[] slopes = new double[members]; // half the gradient
    double meanError = 0;
    for (int m = 0; m < members; m++) {
      meanError += products[m][m] / members;
      for (int k = 0; k < members; k++) {
        slopes[m] += products[m][k] / members;
      }
    }
    for (int step = 0; step < MOST_STEPS; step++) {
      int from = -1;
      int to = 0;
      for (int m = 0; m < members; m++) {
        from = weights[m] > 0 && (from < 0 || slopes[m] > slopes[from]) ? m : from;
        to = slopes[m] < slopes[to] ? m : to;
      }
      if (slopes[from] - slopes[to] <= TOLERANCE * meanError) {
        return weights;
      }
      double curvature = products[from][from] + products[to][to] - 2 * products[from][to];
      double moved = weights[from];
      if (slopes[from] - slopes[to] < moved * curvature) {
        moved = (slopes[from] - slopes[to]) / curvature;
      }
      weights[to] += moved;
      weights[from] -= moved;
      for (int m = 0; m < members; m++) {
        slopes[m] += moved * (products[m][to] - products[m][from]);
      }
    }
    throw new IllegalStateException(
        "the least-squares weights did not converge in " + MOST_STEPS + " steps");
  }
}
