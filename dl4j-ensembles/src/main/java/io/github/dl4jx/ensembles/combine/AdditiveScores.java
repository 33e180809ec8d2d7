package io.github.dl4jx.ensembles.combine;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import org.nd4j.common.base.Preconditions;

/**
 * The weighted sum of the members' outputs and a start value: the rule of gradient boosting.
 *
 * <pre>{@code
 * F = start + sum_m steps_m * y_m
 * y = softmax(F)       for classification
 * y = F                for regression
 * }</pre>
 *
 * <p>The sum is taken in double precision. Unlike a mean it needs every member, as each corrects
 * those before it.
 *
 * <pre>{@code
 * new AdditiveScores(new double[] {20.5}, 0.1, 0.12)                 // regression
 * AdditiveScores.softmax(new double[] {-0.7, -0.7}, 1.9, 2.3, 1.7)   // classification
 * }</pre>
 *
 * <p>Reference: J. H. Friedman, "Greedy Function Approximation: A Gradient Boosting Machine",
 * Annals of Statistics 29, 2001.
 */
public final class AdditiveScores extends RowRule {

  static final String NAME = "additive";
  static final String SOFTMAX_NAME = "additive-softmax";

  private final boolean softmax;
  private final double[] start;
  private final double[] steps;

  /**
   * The sum of the members' outputs, for regression.
   *
   * @param start the start value of each output column, finite; at most 10,000
   * @param steps a factor for each member, finite; at most 10,000
   * @throws IllegalArgumentException if they are not
   */
  public AdditiveScores(double[] start, double... steps) {
    this(
        false,
        Arguments.notNull("start", start).clone(),
        Arguments.notNull("steps", steps).clone());
  }

  private AdditiveScores(boolean softmax, double[] start, double[] steps) {
    super((softmax ? SOFTMAX_NAME : NAME) + text(start, steps), softmax ? 2 : 1);
    this.softmax = softmax;
    this.start = start;
    this.steps = steps;
  }

  /**
   * The softmax of the sum of the members' outputs, for classification.
   *
   * @param start the start value of each class, finite; at most 10,000
   * @param steps a factor for each member, finite; at most 10,000
   * @return the rule
   * @throws IllegalArgumentException if they are not
   */
  public static AdditiveScores softmax(double[] start, double... steps) {
    return new AdditiveScores(
        true, Arguments.notNull("start", start).clone(), Arguments.notNull("steps", steps).clone());
  }

  private static String text(double[] start, double[] steps) {
    check("start", start);
    check("steps", steps);
    return "(" + Numbers.text(start) + ";" + Numbers.text(steps) + ")";
  }

  private static void check(String name, double[] values) {
    Preconditions.checkArgument(
        values.length >= 1 && values.length <= Numbers.MOST,
        "%s must be 1 to %s values, got %s",
        name,
        Numbers.MOST,
        values.length);
    for (double value : values) {
      Preconditions.checkArgument(Double.isFinite(value), "%s must be finite, got %s", name, value);
    }
  }

  /** Parses the part of the name in parentheses, which is not trusted. */
  static AdditiveScores parse(boolean softmax, String text) {
    int middle = text.indexOf(';');
    Preconditions.checkArgument(
        text.length() <= 2 * (Numbers.MOST * (Numbers.LONGEST + 1) + 1)
            && text.startsWith("(")
            && text.endsWith(")")
            && middle > 0,
        "an additive rule must have (start;steps), each at most %s numbers, got %s characters",
        Numbers.MOST,
        text.length());
    return new AdditiveScores(
        softmax,
        Numbers.parse("start", text.substring(1, middle), Numbers.SIGNED),
        Numbers.parse("steps", text.substring(middle + 1, text.length() - 1), Numbers.SIGNED));
  }

  /** {@return the factor of each member} */
  public double[] steps() {
    return steps.clone();
  }

  /** {@return the start value of each output column} */
  public double[] start() {
    return start.clone();
  }

  @Override
  public void checkMembers(int members) {
    Preconditions.checkArgument(
        members == steps.length,
        "there must be one step for each member, got %s steps and %s members",
        steps.length,
        members);
  }

  @Override
  public AdditiveScores first(int members) {
    Preconditions.checkArgument(
        members >= 1 && members <= steps.length,
        "members must be in [1, %s], got %s",
        steps.length,
        members);
    return new AdditiveScores(softmax, start, Arrays.copyOf(steps, members));
  }

  @Override
  double[] combineRow(double[][] members) {
    Preconditions.checkArgument(
        members[0].length == start.length,
        "outputs must have the %s columns of the start, got %s",
        start.length,
        members[0].length);
    double[] scores = start.clone();
    for (int m = 0; m < members.length; m++) {
      for (int c = 0; c < scores.length; c++) {
        scores[c] += steps[m] * members[m][c];
      }
    }
    return softmax ? OutputRows.softmax(scores) : scores;
  }
}
