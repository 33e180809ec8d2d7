package io.github.dl4jx.ensembles.combine;

/**
 * Weighted soft vote: the weighted mean of the members' class probabilities; for regression, the
 * weighted mean of their outputs.
 *
 * <pre>{@code
 * y = sum_m w_m y_m / sum_m w_m
 * }</pre>
 *
 * <p>Weights can be fitted to data that no member was trained on: {@link LikelihoodWeights} and
 * {@link GreedySelection} for classification, {@link LeastSquaresWeights} for regression. With
 * equal weights it equals {@link SoftVote} and {@link MeanOutput}, up to rounding. The sum is taken
 * in double precision. Rules are equal if their weights are equal before they are scaled to the sum
 * 1.
 *
 * <pre>{@code
 * Ensemble weighted = bag.withRule(new WeightedVote(0.2, 0.8));
 * }</pre>
 */
public final class WeightedVote extends RowRule {

  static final String NAME = "weighted-vote";

  private final Weights weights;

  /**
   * A rule with a weight for each member.
   *
   * @param weights one for each member, each finite and at least 0, not all 0; at most 10,000
   * @throws IllegalArgumentException if they are not
   */
  public WeightedVote(double... weights) {
    this(new Weights(weights));
  }

  WeightedVote(Weights weights) {
    super(NAME + weights, 1);
    this.weights = weights;
  }

  /** {@return the weight of each member, not scaled} */
  public double[] weights() {
    return weights.values();
  }

  @Override
  public void checkMembers(int members) {
    weights.checkMembers(members);
  }

  @Override
  public WeightedVote first(int members) {
    return new WeightedVote(weights.first(members));
  }

  @Override
  double[] combineRow(double[][] members) {
    double[] combined = new double[members[0].length];
    for (int m = 0; m < members.length; m++) {
      double share = weights.share(m);
      if (share > 0) { // a member without weight may be NaN
        for (int c = 0; c < combined.length; c++) {
          combined[c] += share * members[m][c];
        }
      }
    }
    return combined;
  }
}
