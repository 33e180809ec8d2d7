package io.github.dl4jx.ensembles.combine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Greedy ensemble selection: in each round the member is added, with replacement, with which the
 * mean predicts best. The number of times that a member was added is its weight in a {@link
 * WeightedVote}.
 *
 * <pre>{@code
 * S_0 = {}
 * S_r = S_r-1 + the m with the lowest NLL of the mean over S_r-1 + m,   r = 1 .. rounds
 * w_m = how often m is in the S_r with the lowest NLL of all rounds
 * }</pre>
 *
 * <p>It keeps few of many members, and fits the data less closely than {@link LikelihoodWeights}
 * does. Of equally good members the first is added, of equally good rounds the first is used;
 * members that were not added have weight 0. Differences from the paper: no bagged selection, no
 * start from several good members, and the NLL is the only measure. Probabilities below 1e-15 count
 * as 1e-15.
 *
 * <pre>{@code
 * WeightedVote rule = GreedySelection.fit(labels, bag.memberOutputs(features, null), 50);
 * }</pre>
 *
 * <p>Reference: R. Caruana, A. Niculescu-Mizil, G. Crew, A. Ksikes, "Ensemble Selection from
 * Libraries of Models", ICML 2004, doi:10.1145/1015330.1015432.
 */
public final class GreedySelection {

  private GreedySelection() {}

  /**
   * Selects members.
   *
   * @param labels one-hot, [examples, classes] or with further axes; of data that no member was
   *     trained on
   * @param probabilities the members' outputs, each of the labels' shape
   * @param rounds number of members to add, at least 1; members may be added repeatedly
   * @return a rule with whole numbers as weights
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, probabilities do not
   *     sum to 1, there are no labels, or rounds is below 1
   */
  public static WeightedVote fit(INDArray labels, List<INDArray> probabilities, int rounds) {
    return fit(labels, probabilities, null, rounds);
  }

  /**
   * Selects members by the rows that are not masked.
   *
   * @param labels one-hot, [examples, classes] or with further axes; of data that no member was
   *     trained on
   * @param probabilities the members' outputs, each of the labels' shape
   * @param mask the labels' mask, as {@link OutputRows} takes it, or null
   * @param rounds number of members to add, at least 1
   * @return a rule with whole numbers as weights
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, probabilities do not
   *     sum to 1, there are no labels, or rounds is below 1
   */
  public static WeightedVote fit(
      INDArray labels, List<INDArray> probabilities, @Nullable INDArray mask, int rounds) {
    Preconditions.checkArgument(rounds >= 1, "rounds must be >= 1, got %s", rounds);
    double[][] p = LikelihoodWeights.ofTrueClasses(labels, probabilities, mask);
    double[] sum = new double[p[0].length];
    double[] counts = new double[p.length];
    double[] best = {};
    double lowest = Double.POSITIVE_INFINITY;
    for (int round = 1; round <= rounds; round++) {
      int added = 0;
      double lowestOfRound = Double.POSITIVE_INFINITY;
      for (int m = 0; m < p.length; m++) {
        double nll = nll(sum, p[m], round);
        if (nll < lowestOfRound) {
          lowestOfRound = nll;
          added = m;
        }
      }
      counts[added]++;
      for (int i = 0; i < sum.length; i++) {
        sum[i] += p[added][i];
      }
      if (lowestOfRound < lowest) {
        lowest = lowestOfRound;
        best = counts.clone();
      }
    }
    return new WeightedVote(best);
  }

  private static double nll(double[] sum, double[] added, int count) {
    double nll = 0;
    for (int i = 0; i < sum.length; i++) {
      nll -= Math.log((sum[i] + added[i]) / count);
    }
    return nll / sum.length;
  }
}
