package io.github.dl4jx.training.chart;

import java.util.Locale;

/** Writes SVG 1.1. */
final class SvgCanvas implements Canvas {

  private final StringBuilder svg = new StringBuilder();

  SvgCanvas(int width, int height, String title, String description) {
    // a class of ours alone and no ids: several in one page must not meddle with each other
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"dl4jx-chart\" role=\"img\"")
        .append(" width=\"" + width + "\" height=\"" + height + "\"")
        .append(" viewBox=\"0 0 " + width + " " + height + "\"")
        .append(" style=\"max-width:100%;height:auto\">\n<title>")
        .append(escaped(title))
        .append("</title>\n<desc>")
        .append(escaped(description))
        .append("</desc>\n<style>")
        .append(Ink.css())
        .append("</style>\n");
  }

  /** The whole file. */
  String end() {
    return svg + "</svg>\n";
  }

  @Override
  public void rectangle(Ink ink, double opacity, Box box) {
    open("rect", ink).append(box(box));
    fill(opacity);
  }

  @Override
  public void line(Ink ink, Pen pen, double[] x, double[] y) {
    open("polyline", ink).append(points(x, y));
    svg.append(" fill=\"none\" stroke=\"currentColor\" stroke-width=\"")
        .append(number(pen.width))
        .append("\" stroke-linejoin=\"round\"");
    if (pen.dash > 0) {
      svg.append(" stroke-dasharray=\"").append(number(pen.dash)).append('"');
    }
    svg.append("/>\n");
  }

  @Override
  public void polygon(Ink ink, double opacity, double[] x, double[] y) {
    open("polygon", ink).append(points(x, y));
    fill(opacity);
  }

  @Override
  public void circle(Ink ink, double radius, double x, double y) {
    open("circle", ink)
        .append(attribute("cx", x))
        .append(attribute("cy", y))
        .append(attribute("r", radius));
    fill(1);
  }

  @Override
  public void text(Ink ink, Lettering lettering, double x, double y, String text) {
    open("text", ink).append(attribute("x", x)).append(attribute("y", y));
    svg.append(attribute("font-size", lettering.size)).append(" fill=\"currentColor\"");
    if (lettering.bold) {
      svg.append(" font-weight=\"bold\"");
    }
    if (lettering.anchor != Lettering.Anchor.START) {
      svg.append(" text-anchor=\"")
          .append(lettering.anchor.name().toLowerCase(Locale.ROOT))
          .append('"');
    }
    if (lettering.turn != 0) {
      svg.append(" transform=\"rotate(" + lettering.turn + " ")
          .append(number(x) + " " + number(y))
          .append(")\"");
    }
    svg.append('>').append(escaped(text)).append("</text>\n");
  }

  /** By a picture in the picture, which needs no name. */
  @Override
  public void clip(Box box) {
    svg.append("<svg")
        .append(box(box))
        .append(" viewBox=\"")
        .append(number(box.left) + " " + number(box.top) + " ")
        .append(number(box.width) + " " + number(box.height))
        .append("\">\n");
  }

  @Override
  public void unclip() {
    svg.append("</svg>\n");
  }

  private StringBuilder open(String element, Ink ink) {
    return svg.append('<').append(element).append(" class=\"").append(ink.cssClass()).append('"');
  }

  private void fill(double opacity) {
    svg.append(" fill=\"currentColor\"");
    if (opacity < 1) {
      svg.append(attribute("fill-opacity", opacity));
    }
    svg.append("/>\n");
  }

  private static String box(Box box) {
    return attribute("x", box.left)
        + attribute("y", box.top)
        + attribute("width", box.width)
        + attribute("height", box.height);
  }

  private static String points(double[] x, double[] y) {
    StringBuilder points = new StringBuilder(" points=\"");
    for (int i = 0; i < x.length; i++) {
      points.append(i == 0 ? "" : " ").append(number(x[i])).append(',').append(number(y[i]));
    }
    return points.append('"').toString();
  }

  private static String attribute(String name, double value) {
    return " " + name + "=\"" + number(value) + "\"";
  }

  /** To a hundredth of a pixel. */
  private static String number(double value) {
    long hundredths = Math.round(value * 100);
    if (hundredths % 100 == 0) {
      return Long.toString(hundredths / 100);
    }
    return Double.toString(hundredths / 100.0);
  }

  /** What XML cannot have at all becomes a question mark. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints().forEach(c -> escape(escaped, c));
    return escaped.toString();
  }

  private static void escape(StringBuilder out, int c) {
    if (c == '&') {
      out.append("&amp;");
    } else if (c == '<') {
      out.append("&lt;");
    } else if (c == '>') {
      out.append("&gt;");
    } else if (c == '"') {
      out.append("&quot;");
    } else if (Character.isISOControl(c)
        || (c >= 0xD800 && c <= 0xDFFF)
        || c == 0xFFFE
        || c == 0xFFFF) {
      out.append(Character.isWhitespace(c) ? ' ' : '?');
    } else {
      out.appendCodePoint(c);
    }
  }
}
