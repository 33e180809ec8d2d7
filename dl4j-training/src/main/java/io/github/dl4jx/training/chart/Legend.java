package io.github.dl4jx.training.chart;

import io.github.dl4jx.training.chart.Canvas.Box;
import io.github.dl4jx.training.chart.Canvas.Pen;
import io.github.dl4jx.training.chart.Series.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The names of a chart and how each is drawn; as a legend, in as many lines as they need. */
final class Legend {

  static final double LINE = 19;

  private static final double SYMBOL = 24;
  private static final double GAP = 18;
  private static final double SPACE = 6;
  private static final double BAND_OPACITY = 0.2;

  private final Map<String, Marker> markers = new LinkedHashMap<>();
  private final Map<String, Series> symbols = new LinkedHashMap<>();

  Legend(List<Series> series, @Nullable String baseline) {
    int number = 0;
    for (Series s : series) {
      if (s.kind != Kind.LINKS && !markers.containsKey(s.name)) {
        boolean grey = s.name.equals(baseline);
        markers.put(s.name, grey ? Marker.BASELINE : Marker.of(number++));
      }
      if (s.kind != Kind.LINKS && !(s.kind == Kind.ERRORS && symbols.containsKey(s.name))) {
        symbols.merge(s.name, s, (a, b) -> a.kind == Kind.BAND || a.kind == Kind.ERRORS ? b : a);
      }
    }
  }

  List<String> names() {
    return new ArrayList<>(markers.keySet());
  }

  Marker marker(Series series) {
    return Objects.requireNonNull(markers.get(series.name));
  }

  private boolean isShown() {
    return markers.size() > 1;
  }

  private static double width(String name) {
    return SYMBOL + SPACE + Texts.width(name, Lettering.LABEL_SIZE) + GAP;
  }

  /** In lines of at most a width. */
  private List<List<String>> lines(double width) {
    List<List<String>> lines = new ArrayList<>();
    double used = width;
    for (String name : markers.keySet()) {
      double needed = width(name);
      if (lines.isEmpty() || used + needed > width + GAP) {
        lines.add(new ArrayList<>());
        used = 0;
      }
      lines.get(lines.size() - 1).add(name);
      used += needed;
    }
    return lines;
  }

  double height(double width) {
    return isShown() ? LINE * lines(width).size() : 0;
  }

  void draw(Canvas canvas, Box box) {
    if (!isShown()) {
      return;
    }
    double y = box.top + LINE / 2;
    for (List<String> line : lines(box.width)) {
      double x = box.left;
      for (String name : line) {
        symbol(canvas, Objects.requireNonNull(symbols.get(name)), x, y);
        canvas.text(
            Ink.TEXT,
            Lettering.label(Lettering.Anchor.START),
            x + SYMBOL + SPACE,
            y + Lettering.LABEL_SIZE / 3,
            name);
        x += width(name);
      }
      y += LINE;
    }
  }

  private void symbol(Canvas canvas, Series series, double x, double y) {
    Marker marker = marker(series);
    double[] across = {x, x + SYMBOL};
    double[] level = {y, y};
    switch (series.kind) {
      case LINE:
        canvas.line(marker.ink, marker.pen, across, level);
        marker.draw(canvas, x + SYMBOL / 2, y);
        break;
      case DASHED:
        canvas.line(marker.ink, Pen.DASHED, across, level);
        break;
      case BAND:
        canvas.rectangle(marker.ink, BAND_OPACITY, new Box(x, y - SPACE, SYMBOL, 2 * SPACE));
        break;
      case BARS:
        canvas.rectangle(marker.ink, 1, new Box(x, y - SPACE, SYMBOL, 2 * SPACE));
        break;
      default:
        marker.draw(canvas, x + SYMBOL / 2, y);
        break;
    }
  }
}
