package io.github.dl4jx.training.chart;

import java.util.Locale;

/**
 * What a part of a chart is, which decides its colour: one on light pages and one on dark ones.
 *
 * <p>The series have the colours of Okabe and Ito, which people with every kind of colour vision
 * tell apart; a dark blue and a light yellow are each used where they show.
 */
enum Ink {
  BACKGROUND(0xFFFFFF, 0x0D1117),
  TEXT(0x1F2328, 0xF0F6FC),
  MUTED(0x59636E, 0x9198A1),
  GRID(0xD9DEE4, 0x2B323B),
  BASELINE(0x7A7A7A, 0xA6A6A6),
  SERIES_0(0x0072B2, 0x56B4E9),
  SERIES_1(0xD55E00, 0xE8702A),
  SERIES_2(0x009E73, 0x00B586),
  SERIES_3(0xCC79A7, 0xDB8CB8),
  SERIES_4(0xE69F00, 0xE69F00),
  SERIES_5(0x56B4E9, 0xF0E442);

  private static final Ink[] SERIES = {SERIES_0, SERIES_1, SERIES_2, SERIES_3, SERIES_4, SERIES_5};

  private final int light;
  private final int dark;

  Ink(int light, int dark) {
    this.light = light;
    this.dark = dark;
  }

  /** Of a chart's series by its number; from {@link #colours()} on they repeat. */
  static Ink ofSeries(int number) {
    return SERIES[number % SERIES.length];
  }

  static int colours() {
    return SERIES.length;
  }

  /** As red, green and blue of 8 bits each. */
  int light() {
    return light;
  }

  String cssClass() {
    return "dx-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The style sheet of every chart: the same for all, so that several of them in one page agree,
   * and for nothing but what is in a chart.
   */
  static String css() {
    StringBuilder css = new StringBuilder();
    css.append(".dl4jx-chart{font-family:Helvetica,Arial,'Liberation Sans',sans-serif}");
    for (Ink ink : values()) {
      css.append(ink.rule(ink.light));
    }
    css.append("@media (prefers-color-scheme:dark){");
    for (Ink ink : values()) {
      css.append(ink.rule(ink.dark));
    }
    return css.append('}').toString();
  }

  private String rule(int colour) {
    return String.format(Locale.ROOT, ".dl4jx-chart .%s{color:#%06x}", cssClass(), colour);
  }
}
