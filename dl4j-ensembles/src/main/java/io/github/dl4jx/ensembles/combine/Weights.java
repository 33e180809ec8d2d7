package io.github.dl4jx.ensembles.combine;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.nd4j.common.base.Preconditions;

/** Weights of the members in a rule, of any sum; as text {@code (0.2,0.8)}. */
final class Weights {

  /** As many as there can be members in a saved ensemble. */
  private static final int MOST = 10_000;

  private static final int LONGEST_NUMBER = 24; // Double.toString takes no more
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?(E-?[0-9]+)?");

  private final double[] values;
  private final double sum;

  Weights(double... values) {
    Preconditions.checkArgument(
        values.length >= 1 && values.length <= MOST,
        "weights must be 1 to %s values, got %s",
        MOST,
        values.length);
    for (double value : values) {
      Preconditions.checkArgument(
          value >= 0 && Double.isFinite(value), "weights must be finite and >= 0, got %s", value);
    }
    this.values = values.clone();
    this.sum = Arrays.stream(values).sum();
    Preconditions.checkArgument(
        sum > 0 && Double.isFinite(sum), "weights must have a finite sum > 0, got %s", sum);
  }

  /** Reads what {@link #toString} gives; the text may come from anywhere. */
  static Weights parse(String text) {
    Preconditions.checkArgument(
        text.length() <= MOST * (LONGEST_NUMBER + 1) + 1
            && text.startsWith("(")
            && text.endsWith(")"),
        "weights must be at most %s numbers in parentheses, got %s characters",
        MOST,
        text.length());
    String[] numbers = text.substring(1, text.length() - 1).split(",", -1);
    double[] values = new double[numbers.length];
    for (int m = 0; m < values.length; m++) {
      Preconditions.checkArgument(
          numbers[m].length() <= LONGEST_NUMBER && NUMBER.matcher(numbers[m]).matches(),
          "weights must be numbers such as 0.25, got %s",
          RuleNames.shortened(numbers[m]));
      values[m] = Double.parseDouble(numbers[m]);
    }
    return new Weights(values);
  }

  void checkMembers(int members) {
    Preconditions.checkArgument(
        members == values.length,
        "there must be one weight for each member, got %s weights and %s members",
        values.length,
        members);
  }

  /** What a member has of all weights: shares sum to 1. */
  double share(int member) {
    return values[member] / sum;
  }

  double[] values() {
    return values.clone();
  }

  @Override
  public String toString() {
    return Arrays.stream(values)
        .mapToObj(Double::toString)
        .collect(Collectors.joining(",", "(", ")"));
  }
}
