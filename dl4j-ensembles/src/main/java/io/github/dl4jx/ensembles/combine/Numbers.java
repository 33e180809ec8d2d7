package io.github.dl4jx.ensembles.combine;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.nd4j.common.base.Preconditions;

/** Lists of numbers in the names of rules, such as {@code 0.2,0.8}. */
final class Numbers {

  /** The most members that a saved ensemble can have. */
  static final int MOST = 10_000;

  static final int LONGEST = 24; // of Double.toString

  static final Pattern UNSIGNED = Pattern.compile("[0-9]+(\\.[0-9]+)?(E-?[0-9]+)?");
  static final Pattern SIGNED = Pattern.compile("-?" + UNSIGNED);

  private Numbers() {}

  /**
   * Parses the result of {@link #text}; the argument is not trusted.
   *
   * @param name name of the numbers, for messages
   */
  static double[] parse(String name, String text, Pattern number) {
    String[] numbers = text.split(",", -1);
    double[] values = new double[numbers.length];
    for (int i = 0; i < values.length; i++) {
      Preconditions.checkArgument(
          numbers[i].length() <= LONGEST && number.matcher(numbers[i]).matches(),
          "%s must be numbers such as 0.25, got %s",
          name,
          RuleNames.shortened(numbers[i]));
      values[i] = Double.parseDouble(numbers[i]);
    }
    return values;
  }

  static String text(double[] values) {
    return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(","));
  }
}
