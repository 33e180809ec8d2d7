package io.github.dl4jx.studies.mnist;

import java.util.ArrayList;
import java.util.List;

/**
 * How the ten digits are written: a few ways each, every way a list of pen strokes.
 *
 * <p>A stroke is the smooth curve (Catmull-Rom) through its knots. The box is 100 wide and 100
 * high, x to the right and y downwards. In the text form knots are {@code x,y}, a stroke ends at
 * {@code /}, and {@code !} marks a knot at which the pen turns sharply.
 */
final class DigitStrokes {

  private static final String[][] WAYS = {
    { // 0
      "50,0 24,16 15,52 26,88 52,100 76,84 85,48 74,12 48,0",
      "66,6 36,4 14,38 20,80 48,100 78,80 86,40 70,8 42,4",
      "58,0 36,20 28,60 38,94 54,98 68,72 72,35 56,0",
      "42,4 20,30 18,70 44,100 74,84 84,50 70,10 40,0 28,12",
    },
    { // 1
      "50,0 50,34 50,68 50,100",
      "58,0 54,34 48,68 42,100",
      "34,22 54,0! 53,50 50,100",
      "34,24 54,0! 53,50 52,100 / 30,100 54,98 76,100",
    },
    { // 2
      "18,24 34,4 60,2 76,22 66,50 40,76 16,98! 50,94 84,98",
      "20,18 46,0 74,16 68,46 36,78 18,92 26,76 46,82 66,98 86,88",
      "16,10 46,0 74,14 62,48 18,96! 52,96 88,94",
      "24,30 40,2 68,6 76,34 50,70 24,96 22,86 44,86 84,96",
    },
    { // 3
      "20,12 46,0 74,12 68,36 42,47! 72,56 80,78 54,100 18,90",
      "18,4 48,4 76,4! 60,22 44,42! 74,52 80,78 54,100 16,90",
      "24,16 48,0 72,16 60,40 44,46 66,52 80,74 60,98 30,98 16,84",
      "22,8 52,0 76,18 56,42 36,46! 64,50 76,74 50,100 20,94",
    },
    { // 4
      "26,4 20,32 18,54! 50,56 84,52 / 72,8 69,50 66,100",
      "30,0 20,50! 50,51 86,48 / 62,28 60,60 58,100",
      "62,0 38,32 14,62! 50,63 88,60 / 62,0 61,50 60,100",
      "28,4 22,40 40,56 62,48 74,30 / 76,2 71,50 62,100",
    },
    { // 5
      "78,2 52,3 28,4! 25,24 22,44! 52,38 80,60 70,90 40,100 14,88",
      "32,6 28,26 24,46! 56,40 80,64 66,94 36,100 14,86 / 30,6 56,4 82,0",
      "80,4 46,4 28,20 36,42 66,56 74,80 48,100 18,90",
      "70,4 36,6! 30,44 58,46 74,66 58,92 20,100",
    },
    { // 6
      "66,0 38,20 20,60 28,92 54,100 76,82 68,58 44,56 24,76",
      "46,0 30,40 24,76 40,100 66,96 74,74 56,60 32,72",
      "78,4 46,10 20,44 18,80 44,100 74,90 78,64 52,50 26,66",
      "60,0 40,36 28,80 46,100 62,86 54,68 36,78",
    },
    { // 7
      "16,6 50,4 82,4! 64,46 44,100",
      "18,10 50,6 82,4! 60,50 48,100 / 34,54 56,52 78,50",
      "14,24 20,6! 50,8 80,4! 66,38 52,100",
      "18,6 56,2 80,14 68,48 40,100",
    },
    { // 8
      "70,12 44,0 24,18 42,42 70,62 74,86 48,100 24,84 34,60 62,40 76,20 64,4",
      "50,46 28,30 34,6 60,2 74,20 62,40 44,48 24,66 26,92 52,100 76,88 72,62 46,46",
      "76,8 44,2 30,22 50,46 70,74 52,98 30,82 48,54 74,20 72,4",
      "62,6 38,4 32,26 54,46 66,76 50,100 32,80 44,54 64,30 60,8",
    },
    { // 9
      "74,20 50,2 26,16 24,40 46,52 70,38 76,12! 74,56 64,100",
      "72,14 46,0 22,22 32,50 60,46 74,20 76,50 66,84 36,100 18,88",
      "68,30 60,4 34,6 24,30 40,50 64,38 72,8! 69,50 66,100",
      "66,8 42,0 30,24 46,44 68,26 66,10 62,54 46,100",
    },
  };

  private static final List<List<Way>> BY_DIGIT = parseAll();

  private DigitStrokes() {}

  /**
   * The ways in which a digit is written.
   *
   * @param digit 0 to 9
   */
  static List<Way> of(int digit) {
    return BY_DIGIT.get(digit);
  }

  /** One way to write a digit, stroke by stroke. */
  record Way(List<Stroke> strokes) {}

  /**
   * One movement of the pen.
   *
   * @param x the knots' x
   * @param y the knots' y
   * @param sharp whether the pen turns sharply at the knot
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and only this package sees it
  record Stroke(double[] x, double[] y, boolean[] sharp) {}

  private static List<List<Way>> parseAll() {
    List<List<Way>> digits = new ArrayList<>();
    for (String[] texts : WAYS) {
      List<Way> ways = new ArrayList<>();
      for (String text : texts) {
        ways.add(parseWay(text));
      }
      digits.add(List.copyOf(ways));
    }
    return List.copyOf(digits);
  }

  /** A way in its text form. */
  static Way parseWay(String text) {
    List<Stroke> strokes = new ArrayList<>();
    for (String stroke : text.split(" / ", -1)) {
      strokes.add(parse(stroke.split(" ", -1)));
    }
    return new Way(List.copyOf(strokes));
  }

  private static Stroke parse(String[] knots) {
    double[] x = new double[knots.length];
    double[] y = new double[knots.length];
    boolean[] sharp = new boolean[knots.length];
    for (int i = 0; i < knots.length; i++) {
      sharp[i] = knots[i].endsWith("!");
      String[] xy =
          (sharp[i] ? knots[i].substring(0, knots[i].length() - 1) : knots[i]).split(",", 2);
      x[i] = Integer.parseInt(xy[0]);
      y[i] = Integer.parseInt(xy[1]);
    }
    return new Stroke(x, y, sharp);
  }
}
