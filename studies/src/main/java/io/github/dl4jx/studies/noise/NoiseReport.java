package io.github.dl4jx.studies.noise;

import io.github.dl4jx.studies.report.Findings;
import io.github.dl4jx.studies.report.Page;
import io.github.dl4jx.studies.report.Summary;
import io.github.dl4jx.studies.report.Table;
import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import io.github.dl4jx.training.chart.ChartBuilder;
import io.github.dl4jx.training.chart.ChartGrid;
import io.github.dl4jx.training.chart.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

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
  private static final int WIDTH = 660;
  private static final String NOTHING = "-";

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

  /** Writes {@code noise.svg}, and {@code report.html}, which has it inside. */
  @Override
  public String write(Path folder) throws IOException {
    Path image = folder.resolve("noise.svg");
    charts().writeSvg(image);
    Path page = folder.resolve("report.html");
    new Page(title, PAGE_WIDTH).text(settings).add(cells().html()).charts(charts()).write(page);
    return "Runs:   " + folder.resolve("results.csv") + "\nCharts: " + page + ", " + image;
  }

  /** The paper's figures and ours, by row of its table. */
  Picture charts() {
    return ChartGrid.of(
        "Gradient noise: accuracy by row of the table, the paper's and ours",
        1,
        List.of(chart("average over the runs", Cell::average), chart("best run", Cell::best)));
  }

  private Chart chart(String what, ToDoubleFunction<Cell> of) {
    ChartBuilder chart =
        Chart.titled(what + " (higher is better)")
            .x(Axis.linear("test accuracy %").range(0, 100))
            .width(WIDTH);
    for (boolean noise : List.of(false, true)) {
      String name = noise ? "with noise" : "without noise";
      add(chart, name + ", paper", noise, row -> paper(row, noise), of);
      add(chart, name + ", here", noise, row -> ours(row, noise), of);
    }
    return chart.build();
  }

  private static void add(
      ChartBuilder chart,
      String name,
      boolean noise,
      Function<NoiseRow, Cell> cell,
      ToDoubleFunction<Cell> of) {
    double[] values =
        NoiseRow.TABLE.stream()
            .mapToDouble(row -> has(row, noise) ? of.applyAsDouble(cell.apply(row)) : Double.NaN)
            .toArray();
    String[] rows = NoiseRow.TABLE.stream().map(NoiseRow::text).toArray(String[]::new);
    chart.dots(name, rows, values, new double[values.length]);
  }
}
