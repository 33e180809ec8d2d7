package io.github.dl4jx.tuning.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/** A page of plain texts, tables and pictures, light or dark as the reader has it; no scripts. */
final class Html {

  private static final String STYLE =
      ":root{color-scheme:light dark;--paper:#fff;--ink:#1f2328;--muted:#59636e;--line:#d9dee4;"
          + "--top:#0072b2;--bad:#d55e00}"
          + "@media(prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#f0f6fc;--muted:#9198a1;"
          + "--line:#2b323b;--top:#56b4e9;--bad:#e8702a}}"
          + "body{font-family:Helvetica,Arial,'Liberation Sans',sans-serif;max-width:78em;"
          + "margin:2em auto;padding:0 1em;background:var(--paper);color:var(--ink)}"
          + "p{color:var(--muted)}.wide{overflow-x:auto}"
          + "table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
          + "td,th{padding:.3em .8em;text-align:right;border-bottom:1px solid var(--line);"
          + "white-space:nowrap}.text{text-align:left;white-space:pre-wrap}";

  private static final int DIGITS = 5;
  private static final int LEAST_EXPONENT = -5;
  private static final int MOST_EXPONENT = 7;

  private final StringBuilder html = new StringBuilder();

  Html(String title) {
    html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width\"><title>")
        .append(escaped(title))
        .append("</title><style>")
        .append(STYLE)
        .append(ParallelCoordinates.STYLE)
        .append("</style></head><body>\n<h1>")
        .append(escaped(title))
        .append("</h1>\n");
  }

  Html heading(String text) {
    html.append("<h2>").append(escaped(text)).append("</h2>\n");
    return this;
  }

  Html text(String paragraph) {
    html.append("<p>").append(escaped(paragraph)).append("</p>\n");
    return this;
  }

  Html picture(String svg) {
    html.append("<div class=\"wide\">").append(svg).append("</div>\n");
    return this;
  }

  /** A table whose last column has texts, if it is said so. */
  Html table(List<String> head, List<List<String>> rows, boolean textAtTheEnd) {
    html.append("<div class=\"wide\"><table>\n<thead><tr>");
    cells("th", head, textAtTheEnd);
    html.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : rows) {
      html.append("<tr>");
      cells("td", row, textAtTheEnd);
      html.append("</tr>\n");
    }
    html.append("</tbody></table></div>\n");
    return this;
  }

  private void cells(String element, List<String> texts, boolean textAtTheEnd) {
    for (int i = 0; i < texts.size(); i++) {
      boolean text = textAtTheEnd && i == texts.size() - 1;
      html.append("<" + element + (text ? " class=\"text\">" : ">"))
          .append(escaped(texts.get(i)))
          .append("</" + element + ">");
    }
  }

  String end() {
    return html + "</body></html>\n";
  }

  /** What HTML and XML cannot have at all becomes a question mark. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              boolean space = c == '\n' || c == '\t' || c == '\r';
              boolean none =
                  (Character.isISOControl(c) && !space)
                      || Character.getType(c) == Character.SURROGATE
                      || (c & 0xFFFE) == 0xFFFE;
              if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'') {
                escaped.append("&#").append(c).append(';');
              } else {
                escaped.appendCodePoint(none ? '?' : c);
              }
            });
    return escaped.toString();
  }

  /** A value of a parameter, or a score: numbers with five digits. */
  static String value(Object value) {
    if (!(value instanceof Double) || !Double.isFinite((Double) value)) {
      return String.valueOf(value);
    }
    double number = (Double) value;
    if (number == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(number).round(new MathContext(DIGITS));
    int exponent = rounded.precision() - rounded.scale() - 1;
    BigDecimal stripped = rounded.stripTrailingZeros();
    if (exponent > LEAST_EXPONENT && exponent < MOST_EXPONENT) {
      return stripped.toPlainString();
    }
    return String.format(
        Locale.ROOT, "%se%d", stripped.scaleByPowerOfTen(-exponent).toPlainString(), exponent);
  }
}
