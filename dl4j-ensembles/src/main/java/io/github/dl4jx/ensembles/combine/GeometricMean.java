package io.github.dl4jx.ensembles.combine;

/**
 * The geometric mean of the members' class probabilities, scaled to the sum 1: one member with a
 * very low probability can veto a class. For softmax outputs it is the softmax of the mean logits.
 *
 * <pre>{@code
 * P(c | x) = exp(1/M * sum_m ln P_m(c | x)) / sum_k exp(1/M * sum_m ln P_m(k | x))
 * }</pre>
 *
 * <p>A probability below 1e-38, about the smallest normal number in single precision, counts as
 * 1e-38, so that a value that was rounded to 0 is no absolute veto. Classes are along axis 1. A NaN
 * of one member makes the whole row NaN.
 *
 * <p>Reference: C. Genest, J. V. Zidek, "Combining Probability Distributions: A Critique and an
 * Annotated Bibliography", Statistical Science 1, 1986, on the logarithmic opinion pool.
 */
public final class GeometricMean extends RowRule {

  private static final double LEAST_PROBABILITY = 1e-38;

  /** The rule; it has no settings. */
  public GeometricMean() {
    super("geometric-mean", 2);
  }

  @Override
  double[] combineRow(double[][] members) {
    double[] logs = new double[members[0].length];
    for (double[] member : members) {
      for (int c = 0; c < logs.length; c++) {
        logs[c] += Math.log(Math.max(member[c], LEAST_PROBABILITY)) / members.length;
      }
    }
    return OutputRows.softmax(logs);
  }
}
