package io.github.dl4jx.training.chart;

import io.github.dl4jx.training.chart.Canvas.Box;
import io.github.dl4jx.training.chart.Canvas.Pen;
import io.github.dl4jx.training.chart.Series.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Draws the series of a chart. */
final class Plot {

  private static final double BAND_OPACITY = 0.2;
  private static final double WHISKER = 3;

  /** Lines of more points than this have no marks at them. */
  private static final int MOST_MARKS = 40;

  /** Of the place of a category, for its bars. */
  private static final double BARS_PART = 0.8;

  /** Of the place of a category, for dots of several names. */
  private static final double DOTS_PART = 0.6;

  /** Marks at the plot's edge are whole. */
  private static final double ROOM = 6;

  private final Chart chart;
  private final Layout layout;
  private final List<String> names;

  Plot(Chart chart, Layout layout) {
    this.chart = chart;
    this.layout = layout;
    this.names =
        chart.series.stream()
            .filter(s -> s.kind != Kind.LINKS)
            .map(s -> s.name)
            .distinct()
            .collect(Collectors.toList());
  }

  void draw(Canvas canvas) {
    Box plot = layout.plot;
    canvas.clip(
        new Box(plot.left - ROOM, plot.top - ROOM, plot.width + 2 * ROOM, plot.height + 2 * ROOM));
    if (chart.diagonal) {
      diagonal(canvas);
    }
    for (Kind kind : Kind.values()) { // bands below, points above
      for (Series series : chart.series) {
        if (series.kind == kind) {
          draw(canvas, series);
        }
      }
    }
    canvas.unclip();
  }

  private void draw(Canvas canvas, Series series) {
    switch (series.kind) {
      case BAND:
        runs(series).forEach(run -> band(canvas, series, run));
        break;
      case LINE:
      case DASHED:
        line(canvas, series);
        break;
      case ERRORS:
        each(series, i -> whisker(canvas, series, i, series.y[i], high(series, i)));
        break;
      case POINTS:
        each(series, i -> mark(canvas, series, i));
        break;
      case BARS:
        each(series, i -> bar(canvas, series, i));
        break;
      case LINKS:
        each(series, i -> link(canvas, series, i));
        break;
      case DOTS:
        each(series, i -> dot(canvas, series, i));
        break;
      default:
        throw new IllegalStateException("unknown kind " + series.kind);
    }
  }

  /** Something that is drawn of a point. */
  private interface Use {
    void at(int i);
  }

  private static void each(Series series, Use use) {
    for (int i = 0; i < series.x.length; i++) {
      if (series.has(i)) {
        use.at(i);
      }
    }
  }

  /** The indices between gaps. */
  private static List<int[]> runs(Series series) {
    List<int[]> runs = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= series.x.length; i++) {
      if (i == series.x.length || !series.has(i)) {
        if (i > from) {
          runs.add(new int[] {from, i});
        }
        from = i + 1;
      }
    }
    return runs;
  }

  private double high(Series series, int i) {
    return series.z == null ? series.y[i] : series.z[i];
  }

  private Marker marker(Series series) {
    return chart.legend.marker(series);
  }

  private void diagonal(Canvas canvas) {
    double[] x = {layout.low(), layout.high()};
    double[] ends = {layout.x.pixel(x[0]), layout.x.pixel(x[1])};
    canvas.line(
        Ink.MUTED, Pen.DOTTED, ends, new double[] {layout.y.pixel(x[0]), layout.y.pixel(x[1])});
  }

  private void band(Canvas canvas, Series series, int[] run) {
    int n = run[1] - run[0];
    double[] x = new double[2 * n];
    double[] y = new double[2 * n];
    for (int i = 0; i < n; i++) {
      int k = run[0] + i;
      x[i] = layout.x.pixel(series.x[k]);
      x[2 * n - 1 - i] = x[i];
      y[i] = layout.y.pixel(series.y[k]);
      y[2 * n - 1 - i] = layout.y.pixel(high(series, k));
    }
    canvas.polygon(marker(series).ink, BAND_OPACITY, x, y);
  }

  private void line(Canvas canvas, Series series) {
    Marker marker = marker(series);
    boolean dashed = series.kind == Kind.DASHED;
    boolean marked = !dashed && series.count() <= MOST_MARKS;
    for (int[] run : runs(series)) {
      double[] x = pixels(layout.x, Arrays.copyOfRange(series.x, run[0], run[1]));
      double[] y = pixels(layout.y, Arrays.copyOfRange(series.y, run[0], run[1]));
      if (x.length > 1) {
        canvas.line(marker.ink, dashed ? Pen.DASHED : marker.pen, x, y);
      }
      if (marked || x.length == 1) {
        for (int i = 0; i < x.length; i++) {
          marker.draw(canvas, x[i], y[i]);
        }
      }
    }
  }

  private static double[] pixels(Scale scale, double[] values) {
    return Arrays.stream(values).map(scale::pixel).toArray();
  }

  private void mark(Canvas canvas, Series series, int i) {
    marker(series).draw(canvas, layout.x.pixel(series.x[i]), layout.y.pixel(series.y[i]));
  }

  private void whisker(Canvas canvas, Series series, int i, double low, double high) {
    double x = layout.x.pixel(series.x[i]);
    whisker(canvas, marker(series).ink, false, x, layout.y.pixel(low), layout.y.pixel(high));
  }

  /** From one pixel to another along the axis of values, at a place on the other axis. */
  private static void whisker(
      Canvas canvas, Ink ink, boolean across, double at, double from, double to) {
    segment(canvas, ink, across, new double[] {at, at}, new double[] {from, to});
    double[] end = {at - WHISKER, at + WHISKER};
    segment(canvas, ink, across, end, new double[] {from, from});
    segment(canvas, ink, across, end, new double[] {to, to});
  }

  private static void segment(
      Canvas canvas, Ink ink, boolean across, double[] places, double[] values) {
    canvas.line(ink, Pen.WHISKER, across ? values : places, across ? places : values);
  }

  /** Pixels of a category's width. */
  private double slot() {
    double length = chart.horizontal ? layout.plot.height : layout.plot.width;
    return length / chart.categories.size();
  }

  private Scale values() {
    return chart.horizontal ? layout.x : layout.y;
  }

  private double place(int i) {
    return (chart.horizontal ? layout.y : layout.x).pixel(i);
  }

  /** From the middle of a category, for one of several names. */
  private double aside(Series series, double part) {
    int number = names.indexOf(series.name);
    return (number - (names.size() - 1) / 2.0) * slot() * part / names.size();
  }

  private void bar(Canvas canvas, Series series, int i) {
    double width = slot() * BARS_PART / names.size();
    double at = place(i) + aside(series, BARS_PART);
    double end = values().pixel(series.y[i]);
    double base = layout.base();
    double from = Math.min(base, end);
    double length = Math.abs(end - base);
    Box bar =
        chart.horizontal
            ? new Box(from, at - width / 2, length, width)
            : new Box(at - width / 2, from, width, length);
    canvas.rectangle(marker(series).ink, 1, bar);
    deviation(canvas, Ink.TEXT, series, i, at);
  }

  private void dot(Canvas canvas, Series series, int i) {
    boolean linked = chart.series.stream().anyMatch(s -> s.kind == Kind.LINKS);
    double at = place(i) + (linked ? 0 : aside(series, DOTS_PART));
    deviation(canvas, marker(series).ink, series, i, at);
    double value = values().pixel(series.y[i]);
    marker(series).draw(canvas, chart.horizontal ? value : at, chart.horizontal ? at : value);
  }

  private void deviation(Canvas canvas, Ink ink, Series series, int i, double at) {
    double deviation = series.deviation(i);
    if (deviation > 0) {
      double from = values().pixel(series.y[i] - deviation);
      double to = values().pixel(series.y[i] + deviation);
      whisker(canvas, ink, chart.horizontal, at, from, to);
    }
  }

  private void link(Canvas canvas, Series series, int i) {
    double[] ends = {values().pixel(series.y[i]), values().pixel(high(series, i))};
    canvas.line(Ink.MUTED, Pen.LINE, ends, new double[] {place(i), place(i)});
  }
}
