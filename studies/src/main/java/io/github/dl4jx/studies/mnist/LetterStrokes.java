package io.github.dl4jx.studies.mnist;

import io.github.dl4jx.studies.mnist.DigitStrokes.Way;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How capital letters are written that look like no digit, two ways each, in the text form of
 * {@link DigitStrokes}.
 */
final class LetterStrokes {

  private static final String[][] WAYS = {
    { // A
      "12,100 50,0! 88,100 / 26,64 74,64", "50,0 32,50 14,100 / 50,0 66,50 86,100 / 30,60 72,56",
    },
    { // E
      "80,0 20,0! 20,100! 82,100 / 20,50 68,50",
      "22,0 20,50 18,100 / 22,2 50,0 82,2 / 20,50 68,48 / 18,98 50,100 82,96",
    },
    { // F
      "20,0 20,50 20,100 / 20,2 50,0 82,2 / 20,48 66,48", "84,0 22,4! 20,50 18,100 / 20,50 70,46",
    },
    { // H
      "18,0 18,50 18,100 / 82,0 82,50 82,100 / 18,50 82,50",
      "22,0 16,100 / 86,2 80,98 / 18,54 82,46",
    },
    { // K
      "20,0 20,50 20,100 / 80,0 22,54! 84,100", "22,0 18,100 / 78,4 20,60 / 42,42 82,100",
    },
    { // M
      "10,100 18,0! 50,66! 82,0! 90,100", "14,100 14,0! 50,50! 86,0! 86,100",
    },
    { // N
      "16,100 18,0! 82,100! 84,0", "18,2 18,100 / 18,0 50,52 82,100 / 82,98 84,0",
    },
    { // R
      "20,100 20,50 20,0! 62,2 80,24 60,48 22,50! 84,100",
      "22,0 20,100 / 22,2 58,0 78,24 58,48 22,52 / 44,52 82,100",
    },
    { // T
      "10,2 50,0 90,2 / 50,2 50,50 50,100", "8,6 50,2 92,0 / 52,4 48,100",
    },
    { // W
      "8,0 28,100! 50,36! 72,100! 92,0", "6,4 20,60 30,100! 48,30! 70,100! 84,56 94,0",
    },
    { // X
      "14,0 50,50 86,100 / 86,0 50,50 14,100", "18,4 82,98 / 80,0 20,100",
    },
  };

  private static final List<Way> ALL =
      Arrays.stream(WAYS)
          .flatMap(Arrays::stream)
          .map(DigitStrokes::parseWay)
          .collect(Collectors.toUnmodifiableList());

  private LetterStrokes() {}

  /** All letters, each in as many ways. */
  static List<Way> all() {
    return ALL;
  }
}
