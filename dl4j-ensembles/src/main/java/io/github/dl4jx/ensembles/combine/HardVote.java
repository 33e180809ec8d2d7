package io.github.dl4jx.ensembles.combine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Hard (majority) vote: every member votes for its most probable class.
 *
 * <pre>{@code
 * y_c = #{m : argmax P_m = c} / M
 * }</pre>
 *
 * <p>A tie goes to the tied class with the highest mean probability: that class is counted a
 * thousandth of a vote more, so that the output's largest value names the winner and its values
 * still sum to 1. The class axis is the second.
 */
public final class HardVote implements CombinationRule {

  private static final double TIE_BREAK = 1e-3;

  /** The rule; it has no settings. */
  public HardVote() {}

  @Override
  public INDArray combine(List<INDArray> outputs) {
    double[][] means = rows(MeanOutput.mean(outputs));
    Preconditions.checkArgument(
        means[0].length >= 2,
        "a hard vote needs at least 2 classes on axis 1, got %s",
        means[0].length);
    double[][] votes = new double[means.length][means[0].length];
    for (INDArray output : outputs) {
      double[][] rows = rows(output);
      for (int i = 0; i < rows.length; i++) {
        votes[i][argMax(rows[i])]++;
      }
    }
    INDArray combined = outputs.get(0).ulike();
    INDArray byClass = classesLast(combined);
    byClass.assign(Nd4j.create(fractions(votes, means, outputs.size())).reshape(byClass.shape()));
    return combined;
  }

  @Override
  public String name() {
    return "hard-vote";
  }

  private static double[][] fractions(double[][] votes, double[][] means, int members) {
    for (int i = 0; i < votes.length; i++) {
      double[] row = votes[i];
      double most = row[argMax(row)];
      int winner = -1;
      int tied = 0;
      for (int c = 0; c < row.length; c++) {
        if (row[c] == most) {
          tied++;
          if (winner < 0 || means[i][c] > means[i][winner]) {
            winner = c;
          }
        }
      }
      double bonus = tied > 1 ? TIE_BREAK : 0;
      row[winner] += bonus;
      for (int c = 0; c < row.length; c++) {
        row[c] /= members + bonus;
      }
    }
    return votes;
  }

  private static INDArray classesLast(INDArray output) {
    if (output.rank() == 2) {
      return output;
    }
    int[] axes = new int[output.rank()];
    for (int a = 1; a < axes.length - 1; a++) {
      axes[a] = a + 1;
    }
    axes[axes.length - 1] = 1;
    return output.permute(axes);
  }

  private static double[][] rows(INDArray output) {
    INDArray last = classesLast(output).dup('c');
    return last.reshape(-1, output.size(1)).toDoubleMatrix();
  }

  private static int argMax(double[] values) {
    int best = 0;
    for (int c = 1; c < values.length; c++) {
      if (values[c] > values[best]) {
        best = c;
      }
    }
    return best;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HardVote;
  }

  @Override
  public int hashCode() {
    return name().hashCode();
  }

  @Override
  public String toString() {
    return name();
  }
}
