package io.github.dl4jx.training.chart;

import org.nd4j.common.base.Preconditions;

/** Texts of a chart: what they may be, and about how wide they are. */
final class Texts {

  /** More is no name, and no picture has room for it. */
  private static final int LONGEST = 1_000;

  private static final String NARROW = "iljtfrI.,:;'|!()[] -";
  private static final String WIDE = "mwMW%@";
  private static final double NARROW_EM = 0.36;
  private static final double WIDE_EM = 0.95;
  private static final double CAPITAL_EM = 0.74;
  private static final double OTHER_EM = 0.62;

  private Texts() {}

  static String notBlank(String name, String text) {
    Preconditions.checkArgument(
        text != null && !text.isBlank(), "%s must not be blank, got %s", name, text);
    Preconditions.checkArgument(
        text.length() <= LONGEST,
        "%s must have at most %s characters, got %s",
        name,
        LONGEST,
        text.length());
    return text;
  }

  /** About the width in pixels, a little more rather than less; the same on every computer. */
  static double width(String text, double size) {
    double em = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (NARROW.indexOf(c) >= 0) {
        em += NARROW_EM;
      } else if (WIDE.indexOf(c) >= 0) {
        em += WIDE_EM;
      } else {
        em += Character.isUpperCase(c) ? CAPITAL_EM : OTHER_EM;
      }
    }
    return em * size;
  }
}
