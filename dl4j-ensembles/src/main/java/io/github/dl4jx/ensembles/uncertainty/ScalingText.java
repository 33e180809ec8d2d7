package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.nd4j.common.base.Preconditions;

/** Rows of numbers as text, such as {@code vector(1.5,0.9;0.0,-0.1)}. */
final class ScalingText {

  private static final Pattern NUMBER =
      Pattern.compile("-?[0-9]{1,20}(\\.[0-9]{1,20})?(E-?[0-9]{1,3})?");
  private static final int SHOWN = 40;

  private ScalingText() {}

  static String of(String kind, double[]... rows) {
    return Arrays.stream(rows)
        .map(row -> Arrays.stream(row).mapToObj(String::valueOf).collect(Collectors.joining(",")))
        .collect(Collectors.joining(";", kind + "(", ")"));
  }

  /**
   * Reads rows, which need not be of one length. The text need not be trusted.
   *
   * @param kind what stands before the bracket
   * @param example for the message
   */
  static double[][] parse(String kind, String example, String text) {
    Arguments.notNull("text", text);
    boolean framed = text.startsWith(kind + "(") && text.endsWith(")");
    String[] rows =
        framed
            ? text.substring(kind.length() + 1, text.length() - 1).split(";", -1)
            : new String[] {""};
    double[][] numbers = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      String[] row = rows[i].split(",", -1);
      numbers[i] = new double[row.length];
      for (int k = 0; k < row.length; k++) {
        check(NUMBER.matcher(row[k]).matches(), example, text);
        numbers[i][k] = Double.parseDouble(row[k]);
      }
    }
    return numbers;
  }

  static void check(boolean right, String example, String text) {
    Preconditions.checkArgument(
        right,
        "text must be such as %s, got %s",
        example,
        text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "..");
  }
}
