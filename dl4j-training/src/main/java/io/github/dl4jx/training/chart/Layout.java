package io.github.dl4jx.training.chart;

import io.github.dl4jx.training.chart.Canvas.Box;
import io.github.dl4jx.training.chart.Canvas.Pen;
import io.github.dl4jx.training.chart.Lettering.Anchor;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/** Where the parts of a chart are; draws all around the plot. */
final class Layout {

  private static final int HEIGHT = 400;
  private static final double EDGE = 12;
  private static final double TITLE = 38;
  private static final double TITLE_BASE = 25;
  private static final double LABEL = 20;
  private static final double TICKS = 20;
  private static final double TICK_GAP = 7;
  private static final double LEGEND_GAP = 8;

  /** Names below bars that do not fit side by side are turned by so many degrees. */
  private static final int TURN = -35;

  /** Of a chart's width at most, for names before rows. */
  private static final double WIDEST_NAMES = 0.45;

  /** Between a chart's ticks at least, in pixels. */
  private static final double X_APART = 50;

  private static final double Y_APART = 32;

  /** Beyond the numbers, as a part of their range. */
  private static final double MARGIN = 0.04;

  private static final double ROW = 22;
  private static final double MORE_IN_A_ROW = 9;
  private static final double LEAST_PLOT = 20;

  final Box plot;
  final Scale x;
  final Scale y;
  private final Chart chart;
  private final double left;
  private final double top;
  private final boolean turned;
  private final double[] across;
  private final double[] upwards;

  Layout(Chart chart, double left, double top) {
    this.chart = chart;
    this.left = left;
    this.top = top;
    boolean rowwise = chart.horizontal;
    boolean upright = chart.isCategorical() && !rowwise;
    across = range(chart.x, chart, rowwise);
    upwards = range(chart.y, chart, true);
    double height =
        Math.max(LEAST_PLOT, chart.height() - TITLE - below(chart) - chart.legend.height(inner()));
    double plotTop = top + TITLE;
    double labels = chart.y.label().isEmpty() ? 0 : LABEL;
    Scale vertical = scale(chart.y, upwards, plotTop + height, plotTop);
    double beside =
        rowwise
            ? Math.min(widest(chart.categories), WIDEST_NAMES * chart.width())
            : widest(vertical.texts(vertical.ticks(Y_APART, false)));
    double widest = widest(chart.categories);
    double edge = left + EDGE + labels + beside + TICK_GAP;
    double room = left + chart.width() - EDGE - edge;
    turned = upright && widest > room / chart.categories.size();
    double turnedHeight = turned ? widest * Math.sin(Math.toRadians(-TURN)) : 0;
    double turnedWidth = turned ? widest * Math.cos(Math.toRadians(TURN)) : 0;
    double plotLeft = Math.max(edge, left + turnedWidth);
    double width = Math.max(LEAST_PLOT, left + chart.width() - EDGE - plotLeft);
    height = Math.max(LEAST_PLOT, height - turnedHeight);
    plot = new Box(plotLeft, plotTop, width, height);
    int rows = Math.max(1, chart.categories.size());
    x =
        upright
            ? new Scale(false, -0.5, rows - 0.5, plot.left, plot.right())
            : scale(chart.x, across, plot.left, plot.right());
    y =
        rowwise
            ? new Scale(false, -0.5, rows - 0.5, plot.top, plot.bottom())
            : scale(chart.y, upwards, plot.bottom(), plot.top);
  }

  /** The least number that both axes have: the diagonal begins there. */
  double low() {
    return Math.max(across[0], upwards[0]);
  }

  /** The greatest number that both axes have. */
  double high() {
    return Math.min(across[1], upwards[1]);
  }

  /** Pixel at which bars begin: that of 0, or of the end that is nearest to it. */
  double base() {
    double[] range = chart.horizontal ? across : upwards;
    double zero = Math.max(range[0], Math.min(range[1], 0));
    return (chart.horizontal ? x : y).pixel(zero);
  }

  private double inner() {
    return chart.width() - 2 * EDGE;
  }

  /** The height of a chart that is given none. */
  static int height(Chart chart) {
    double row = ROW + MORE_IN_A_ROW * Math.max(0, chart.legend.names().size() - 1);
    double legend = chart.legend.height(chart.width() - 2 * EDGE);
    if (!chart.horizontal) {
      return HEIGHT + (int) Math.max(0, legend - Legend.LINE);
    }
    return (int) Math.ceil(TITLE + row * chart.categories.size() + below(chart) + legend);
  }

  /** Pixels below the plot, without the legend. */
  private static double below(Chart chart) {
    double legend = chart.legend.height(chart.width()) > 0 ? LEGEND_GAP : 0;
    return TICKS + (chart.x.label().isEmpty() ? 0 : LABEL) + legend + EDGE;
  }

  private static double widest(List<String> texts) {
    return texts.stream().mapToDouble(t -> Texts.width(t, Lettering.TICK_SIZE)).max().orElse(0);
  }

  private static Scale scale(Axis axis, double[] range, double first, double last) {
    return new Scale(axis.isLogarithmic(), range[0], range[1], first, last);
  }

  /** Of an axis of numbers. */
  private static double[] range(Axis axis, Chart chart, boolean values) {
    if (axis.hasRange()) {
      return new double[] {axis.min(), axis.max()};
    }
    DoubleSummaryStatistics numbers = new DoubleSummaryStatistics();
    boolean bars = false;
    for (Series series : chart.series) {
      bars |= series.kind == Series.Kind.BARS;
      if (values) {
        series.eachY(numbers);
      } else {
        series.eachX(numbers);
      }
    }
    if (bars && !axis.isLogarithmic()) {
      numbers.accept(0);
    }
    return withMargin(axis.isLogarithmic(), numbers.getMin(), numbers.getMax(), bars);
  }

  private static double[] withMargin(boolean logarithmic, double min, double max, boolean bars) {
    double low = logarithmic ? Math.log10(min) : min;
    double high = logarithmic ? Math.log10(max) : max;
    double range = high / 2 - low / 2 <= Double.MAX_VALUE / 4 ? high - low : Double.MAX_VALUE / 4;
    double margin = MARGIN * range;
    if (!(range > Math.ulp(Math.max(Math.abs(low), Math.abs(high))) * 16)) {
      margin = low == 0 ? 1 : Math.abs(low) / 10; // all are one number
    }
    low -= bars && low == 0 ? 0 : margin;
    high += bars && high == 0 ? 0 : margin;
    return logarithmic
        ? new double[] {Math.pow(10, low), Math.pow(10, high)}
        : new double[] {low, high};
  }

  void draw(Canvas canvas) {
    double fits = inner() / Texts.width(chart.title(), 1);
    double size = Math.max(Lettering.TICK_SIZE, Math.min(Lettering.TITLE_SIZE, fits));
    canvas.text(Ink.TEXT, Lettering.title(size), left + EDGE, top + TITLE_BASE, chart.title());
    xAxis(canvas);
    yAxis(canvas);
    double bottom = top + chart.height() - EDGE;
    double legend = chart.legend.height(inner());
    if (!chart.x.label().isEmpty()) {
      double base = bottom - legend - (legend > 0 ? LEGEND_GAP : 0) - LABEL / 3;
      double middle = plot.left + plot.width / 2;
      canvas.text(Ink.TEXT, Lettering.label(Anchor.MIDDLE), middle, base, chart.x.label());
    }
  }

  void drawLegend(Canvas canvas) {
    double height = chart.legend.height(inner());
    double bottom = top + chart.height() - EDGE;
    chart.legend.draw(canvas, new Box(left + EDGE, bottom - height, inner(), height));
  }

  private void xAxis(Canvas canvas) {
    double base = plot.bottom() + TICK_GAP + Lettering.TICK_SIZE;
    if (chart.isCategorical() && !chart.horizontal) {
      for (int i = 0; i < chart.categories.size(); i++) {
        Lettering name =
            turned ? Lettering.tick(Anchor.END).turned(TURN) : Lettering.tick(Anchor.MIDDLE);
        canvas.text(Ink.MUTED, name, x.pixel(i), base, chart.categories.get(i));
      }
    } else {
      boolean whole = !chart.isCategorical() && hasWholeNumbers();
      List<Double> ticks = x.ticks(X_APART, whole);
      List<String> texts = x.texts(ticks);
      for (int i = 0; i < ticks.size(); i++) {
        double at = x.pixel(ticks.get(i));
        line(canvas, Ink.GRID, at, plot.top, at, plot.bottom());
        canvas.text(Ink.MUTED, Lettering.tick(Anchor.MIDDLE), at, base, texts.get(i));
      }
    }
    line(canvas, Ink.MUTED, plot.left, plot.bottom(), plot.right(), plot.bottom());
  }

  /** Then the ticks are whole, too: there is no epoch 1.5. */
  private boolean hasWholeNumbers() {
    boolean[] whole = {true};
    DoubleSummaryStatistics range = new DoubleSummaryStatistics();
    for (Series series : chart.series) {
      series.eachX(v -> whole[0] &= v == Math.rint(v));
      series.eachX(range);
    }
    return whole[0] && range.getMax() - range.getMin() >= 2;
  }

  private void yAxis(Canvas canvas) {
    if (chart.horizontal) {
      for (int i = 0; i < chart.categories.size(); i++) {
        line(canvas, Ink.GRID, plot.left, y.pixel(i), plot.right(), y.pixel(i));
        tickBeside(canvas, y.pixel(i), chart.categories.get(i));
      }
    } else {
      List<Double> ticks = y.ticks(Y_APART, false);
      List<String> texts = y.texts(ticks);
      for (int i = 0; i < ticks.size(); i++) {
        double at = y.pixel(ticks.get(i));
        line(canvas, Ink.GRID, plot.left, at, plot.right(), at);
        tickBeside(canvas, at, texts.get(i));
      }
    }
    if (!chart.y.label().isEmpty()) {
      double middle = plot.top + plot.height / 2;
      Lettering label = Lettering.label(Anchor.MIDDLE).turned(-90);
      canvas.text(Ink.TEXT, label, left + EDGE + Lettering.LABEL_SIZE, middle, chart.y.label());
    }
  }

  private void tickBeside(Canvas canvas, double at, String text) {
    double base = at + Lettering.TICK_SIZE / 3;
    canvas.text(Ink.MUTED, Lettering.tick(Anchor.END), plot.left - TICK_GAP, base, text);
  }

  private static void line(Canvas canvas, Ink ink, double x1, double y1, double x2, double y2) {
    canvas.line(ink, Pen.HAIR, new double[] {x1, x2}, new double[] {y1, y2});
  }
}
