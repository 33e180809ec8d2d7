package io.github.dl4jx.training.chart;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A chart of lines, points and bands over numbers, or of bars, dots and slopes over categories.
 *
 * <p>What has one name has one colour, one marker and one entry in the legend: a line and the band
 * around it. The legend is left out if there is one name alone. Numbers that are NaN or infinite
 * are gaps. Without a range, an axis has that of the numbers, with 0 if there are bars; ticks are
 * at 1, 2 or 5 times a power of ten.
 *
 * <pre>{@code
 * Chart.titled("Accuracy by epoch")
 *     .x(Axis.linear("epoch"))
 *     .y(Axis.linear("accuracy %").range(90, 100))
 *     .line("bagging", epochs, mean)
 *     .band("bagging", epochs, low, high)
 *     .build()
 *     .writeSvg(Path.of("accuracy.svg"));
 * }</pre>
 */
public final class Chart extends Picture {

  final Axis x;
  final Axis y;
  final List<Series> series;
  final List<String> categories;
  final boolean horizontal;
  final boolean diagonal;
  final Legend legend;
  private final int width;
  private final int height;
  private final String description;

  Chart(ChartBuilder builder) {
    super(builder.title);
    x = builder.x;
    y = builder.y;
    series = List.copyOf(builder.series);
    categories = builder.categories;
    horizontal = builder.horizontal;
    diagonal = builder.diagonal;
    legend = new Legend(series, builder.baseline);
    width = builder.width;
    height = builder.height > 0 ? builder.height : Layout.height(this);
    description = builder.description.isEmpty() ? described() : builder.description;
  }

  /**
   * Begins a chart.
   *
   * @param title what stands above it; not blank
   * @return the builder
   * @throws IllegalArgumentException if the title is null or blank
   */
  public static ChartBuilder titled(String title) {
    return new ChartBuilder(Texts.notBlank("title", title));
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  String description() {
    return description;
  }

  private String described() {
    Set<String> parts = new LinkedHashSet<>();
    parts.add(x.label());
    parts.add(y.label());
    parts.addAll(legend.names());
    parts.removeIf(String::isEmpty);
    return String.join(", ", parts);
  }

  boolean isCategorical() {
    return !categories.isEmpty();
  }

  @Override
  void draw(Canvas canvas, double left, double top) {
    Layout layout = new Layout(this, left, top);
    layout.draw(canvas);
    new Plot(this, layout).draw(canvas);
    layout.drawLegend(canvas);
  }
}
