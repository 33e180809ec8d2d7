package io.github.dl4jx.studies.noise;

import io.github.dl4jx.studies.report.Charts;
import io.github.dl4jx.studies.report.Findings;
import io.github.dl4jx.studies.report.Page;
import io.github.dl4jx.studies.report.Summary;
import io.github.dl4jx.studies.report.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The paper's table beside ours, as text, and as a page with charts. */
final class NoiseReport implements Findings {

  /**
   * A cell of the table, in percent.
   *
   * @param best the best run's accuracy
   * @param average the mean over the runs
   */
  record Cell(double best, double average) {

    String text() {
      return String.format(Locale.ROOT, "%.1f / %.1f", best, average);
    }
  }

  private static final int PAGE_WIDTH = 60;
  private static final int WIDTH = 900;
  private static final String NOTHING = "-";

  /** From the row's place on the axis: the paper's mark to the left, ours to the right. */
  private static final double ASIDE = 0.12;

  private final String title;
  private final String settings;
  private final List<NoiseRun> runs;

  NoiseReport(String title, String settings, List<NoiseRun> runs) {
    this.title = title;
    this.settings = settings;
    this.runs = runs;
  }

  private static boolean has(NoiseRow row, boolean noise) {
    return !noise || !row.dropout();
  }

  private static Cell paper(NoiseRow row, boolean noise) {
    int column = noise ? 2 : 0;
    return new Cell(row.paper().get(column), row.paper().get(column + 1));
  }

  Cell ours(NoiseRow row, boolean noise) {
    double[] percent =
        runs.stream()
            .filter(run -> run.row().equals(row.label()) && run.noise() == noise)
            .mapToDouble(run -> 100 * run.bestAccuracy())
            .toArray();
    double best = 0;
    for (double p : percent) {
      best = Math.max(best, p);
    }
    return new Cell(best, Summary.of(percent).mean());
  }

  @Override
  public String table() {
    return "\n" + title + "\n" + settings + "\n\n" + cells().text();
  }

  private Table cells() {
    Table table =
        new Table(
            List.of("best / average %", "no noise, paper", "ours", "with noise, paper", "ours"));
    for (NoiseRow row : NoiseRow.TABLE) {
      List<String> line = new ArrayList<>(List.of(row.text()));
      for (boolean noise : List.of(false, true)) {
        line.add(has(row, noise) ? paper(row, noise).text() : NOTHING);
        line.add(has(row, noise) ? ours(row, noise).text() : NOTHING);
      }
      table.add(line);
    }
    return table;
  }

  /** Writes {@code noise.png}, and {@code report.html}, which has it inside. */
  @Override
  public String write(Path folder) throws IOException {
    Path image = folder.resolve("noise.png");
    List<XYChart> charts =
        List.of(chart("average over the runs", Cell::average), chart("best run", Cell::best));
    BitmapEncoder.saveBitmap(charts, charts.size(), 1, image.toString(), BitmapFormat.PNG);
    Path page = folder.resolve("report.html");
    new Page(title, PAGE_WIDTH)
        .text(settings)
        .add(cells().html())
        .image("accuracy by row of the table, the paper's and ours", Files.readAllBytes(image))
        .write(page);
    return "Runs:   " + folder.resolve("results.csv") + "\nCharts: " + page + ", " + image;
  }

  private XYChart chart(String what, ToDoubleFunction<Cell> of) {
    XYChart chart =
        Charts.curves(
            "test accuracy %, " + what + " (higher is better)",
            "row of the paper's table; 7 is row 1 with dropout",
            WIDTH);
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(100.0);
    chart.getStyler().setXAxisMin(0.5);
    chart.getStyler().setXAxisMax(NoiseRow.TABLE.size() + 0.5);
    chart.getStyler().setXAxisDecimalPattern("0");
    for (boolean noise : List.of(false, true)) {
      String name = noise ? "with noise" : "without noise";
      add(chart, name + ", paper", noise, -ASIDE, SeriesMarkers.DIAMOND, of, false);
      add(chart, name + ", here", noise, ASIDE, SeriesMarkers.CIRCLE, of, true);
    }
    return chart;
  }

  private void add(
      XYChart chart,
      String name,
      boolean noise,
      double aside,
      Marker marker,
      ToDoubleFunction<Cell> of,
      boolean ours) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (int i = 0; i < NoiseRow.TABLE.size(); i++) {
      NoiseRow row = NoiseRow.TABLE.get(i);
      if (has(row, noise)) {
        x.add(i + 1 + aside);
        y.add(of.applyAsDouble(ours ? ours(row, noise) : paper(row, noise)));
      }
    }
    XYSeries series = chart.addSeries(name, x, y);
    Charts.paint(series, noise ? 1 : 0);
    series.setMarker(marker);
  }
}
