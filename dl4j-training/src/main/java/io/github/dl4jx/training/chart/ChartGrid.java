package io.github.dl4jx.training.chart;

import io.github.dl4jx.random.internal.Arguments;
import java.util.List;
import java.util.stream.Collectors;
import org.nd4j.common.base.Preconditions;

/**
 * Several charts in one picture, row by row; immutable.
 *
 * <pre>{@code
 * ChartGrid.of("Learning curves", 2, List.of(nll, accuracy)).writeSvg(Path.of("curves.svg"));
 * }</pre>
 */
public final class ChartGrid extends Picture {

  private static final int MOST_COLUMNS = 20;

  private final int columns;
  private final List<Chart> charts;

  private ChartGrid(String title, int columns, List<Chart> charts) {
    super(title);
    this.columns = columns;
    this.charts = List.copyOf(charts);
  }

  /**
   * Charts in rows of a number of columns.
   *
   * @param title for people who do not see the picture; it is not drawn, as the charts have titles
   * @param columns charts side by side, from 1 to 20
   * @param charts at least one
   * @return the picture
   * @throws IllegalArgumentException if the title is blank, there are no charts, or the number of
   *     columns is not from 1 to 20
   */
  public static ChartGrid of(String title, int columns, List<Chart> charts) {
    Texts.notBlank("title", title);
    Preconditions.checkArgument(
        columns >= 1 && columns <= MOST_COLUMNS,
        "columns must be in [1, %s], got %s",
        MOST_COLUMNS,
        columns);
    Preconditions.checkArgument(
        !Arguments.noneNull("charts", charts).isEmpty(), "charts must not be empty");
    return new ChartGrid(title, columns, charts);
  }

  @Override
  public int width() {
    int width = 0;
    for (int column = 0; column < columns; column++) {
      width += columnWidth(column);
    }
    return width;
  }

  @Override
  public int height() {
    int height = 0;
    for (int row = 0; row * columns < charts.size(); row++) {
      height += rowHeight(row);
    }
    return height;
  }

  private int columnWidth(int column) {
    int width = 0;
    for (int i = column; i < charts.size(); i += columns) {
      width = Math.max(width, charts.get(i).width());
    }
    return width;
  }

  private int rowHeight(int row) {
    int height = 0;
    for (int i = row * columns; i < Math.min((row + 1) * columns, charts.size()); i++) {
      height = Math.max(height, charts.get(i).height());
    }
    return height;
  }

  @Override
  String description() {
    return charts.stream()
        .map(chart -> chart.title() + ": " + chart.description())
        .collect(Collectors.joining("; "));
  }

  @Override
  void draw(Canvas canvas, double left, double top) {
    double y = top;
    for (int row = 0; row * columns < charts.size(); row++) {
      double x = left;
      for (int column = 0; column < columns; column++) {
        int i = row * columns + column;
        if (i < charts.size()) {
          charts.get(i).draw(canvas, x, y);
        }
        x += columnWidth(column);
      }
      y += rowHeight(row);
    }
  }
}
