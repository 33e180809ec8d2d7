package io.github.dl4jx.ensembles.combine;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import org.nd4j.common.base.Preconditions;

/** The members' weights in a rule, not scaled; as text {@code (0.2,0.8)}. */
final class Weights {

  private final double[] values;
  private final double sum;

  Weights(double... values) {
    Preconditions.checkArgument(
        Arguments.notNull("weights", values).length >= 1 && values.length <= Numbers.MOST,
        "weights must be 1 to %s values, got %s",
        Numbers.MOST,
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

  /** Parses the result of {@link #toString}; the argument is not trusted. */
  static Weights parse(String text) {
    Preconditions.checkArgument(
        text.length() <= Numbers.MOST * (Numbers.LONGEST + 1) + 1
            && text.startsWith("(")
            && text.endsWith(")"),
        "weights must be at most %s numbers in parentheses, got %s characters",
        Numbers.MOST,
        text.length());
    String numbers = text.substring(1, text.length() - 1);
    return new Weights(Numbers.parse("weights", numbers, Numbers.UNSIGNED));
  }

  void checkMembers(int members) {
    Preconditions.checkArgument(
        members == values.length,
        "there must be one weight for each member, got %s weights and %s members",
        values.length,
        members);
  }

  /** Those of the first members. */
  Weights first(int members) {
    Preconditions.checkArgument(
        members >= 1 && members <= values.length,
        "members must be in [1, %s], got %s",
        values.length,
        members);
    return new Weights(Arrays.copyOf(values, members));
  }

  /** A member's weight, scaled: the shares sum to 1. */
  double share(int member) {
    return values[member] / sum;
  }

  double[] values() {
    return values.clone();
  }

  @Override
  public String toString() {
    return "(" + Numbers.text(values) + ")";
  }
}
