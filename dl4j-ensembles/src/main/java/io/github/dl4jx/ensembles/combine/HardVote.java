package io.github.dl4jx.ensembles.combine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Hard (majority) vote: every member votes for its most probable class, with its weight if there
 * are weights.
 *
 * <pre>{@code
 * y_c = #{m : argmax P_m = c} / M                     without weights
 * y_c = sum over {m : argmax P_m = c} of w_m / sum_m w_m
 * }</pre>
 *
 * <p>A tie goes to the tied class with the highest mean probability (with the same weights): it
 * gets a thousandth of a vote more, so that the output's largest value is the winner's and its
 * values still sum to 1. Sums of weights that differ by less than a millionth of all weights are
 * tied. Classes are along axis 1. If the output of a member with a weight above 0 is NaN, the
 * combined row is NaN.
 *
 * <pre>{@code
 * Ensemble votes = bag.withRule(new HardVote());
 * Ensemble weighted = bag.withRule(new HardVote(0.2, 0.8));
 * }</pre>
 */
public final class HardVote extends RowRule {

  static final String NAME = "hard-vote";

  private static final double TIE_BREAK = 1e-3;
  private static final double TIED = 1e-6;

  private final @Nullable Weights weights;

  /** The rule for any number of members, each with one vote. */
  public HardVote() {
    super(NAME, 2);
    this.weights = null;
  }

  /**
   * A rule with a weight for each member.
   *
   * @param weights one for each member, each finite and at least 0, not all 0; at most 10,000
   * @throws IllegalArgumentException if they are not
   */
  public HardVote(double... weights) {
    this(new Weights(weights));
  }

  HardVote(Weights weights) {
    super(NAME + weights, 2);
    this.weights = weights;
  }

  @Override
  public void checkMembers(int members) {
    if (weights != null) {
      weights.checkMembers(members);
    }
  }

  @Override
  public CombinationRule first(int members) {
    return weights == null ? super.first(members) : new HardVote(weights.first(members));
  }

  @Override
  double[] combineRow(double[][] members) {
    double[] votes = new double[members[0].length];
    double[] means = new double[votes.length];
    for (int m = 0; m < members.length; m++) {
      double share = weights == null ? 1.0 / members.length : weights.share(m);
      if (share > 0) { // a member without weight may be NaN
        if (Arrays.stream(members[m]).anyMatch(Double::isNaN)) { // it votes for no class
          Arrays.fill(votes, Double.NaN);
          return votes;
        }
        votes[OutputRows.argMax(members[m])] += share;
        for (int c = 0; c < means.length; c++) {
          means[c] += share * members[m][c];
        }
      }
    }
    double most = votes[OutputRows.argMax(votes)];
    int winner = -1;
    int tied = 0;
    for (int c = 0; c < votes.length; c++) {
      if (votes[c] > most - TIED) {
        tied++;
        winner = winner < 0 || means[c] > means[winner] ? c : winner;
      }
    }
    if (tied > 1) {
      votes[winner] = most + TIE_BREAK / members.length;
    }
    return normalize(votes);
  }
}
