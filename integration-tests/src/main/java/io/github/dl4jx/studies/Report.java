package io.github.dl4jx.studies;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A study's table, for the console, and its page with charts, which needs no other file. */
final class Report {

  /**
   * A column of the table.
   *
   * @param title heading
   * @param better what is good
   * @param format of a number, fixed-point as in {@code %.2f} or scientific as in {@code %.1e}; the
   *     latter spans too many powers of ten for a chart
   * @param measure of a run
   */
  record Column(String title, String better, String format, ToDoubleFunction<Run> measure) {

    boolean charted() {
      return format.endsWith("f");
    }
  }

  /** What every run on MNIST measures. */
  static final List<Column> COLUMNS =
      List.of(
          new Column("accuracy %", "higher is better", "%.2f", run -> 100 * run.accuracy()),
          new Column("NLL", "lower is better", "%.4f", Run::nll),
          new Column("Brier", "lower is better", "%.4f", Run::brier),
          new Column("ECE", "lower is better", "%.4f", Run::ece),
          new Column("training s", "wall time, one thread", "%.1f", Run::trainSeconds));

  /** With more techniques than this, or longer names, the names stand upright under the charts. */
  private static final int MANY = 10;

  private static final int LONG = 40;

  private final String title;
  private final String settings;
  private final List<String> techniques;
  private final List<Run> runs;
  private final List<Column> columns;

  Report(String title, String settings, List<String> techniques, List<Run> runs) {
    this(title, settings, techniques, runs, COLUMNS);
  }

  Report(
      String title,
      String settings,
      List<String> techniques,
      List<Run> runs,
      List<Column> columns) {
    this.title = title;
    this.settings = settings;
    this.techniques = techniques;
    this.runs = runs;
    this.columns = columns;
  }

  /** The table as text. */
  String table() {
    int width = techniques.stream().mapToInt(String::length).max().orElse(0);
    StringBuilder text = new StringBuilder("\n" + title + "\n" + settings + "\n\n");
    text.append(" ".repeat(width));
    columns.forEach(c -> text.append(String.format("  %18s", c.title())));
    for (String technique : techniques) {
      text.append('\n').append(String.format("%-" + width + "s", technique));
      columns.forEach(c -> text.append(String.format("  %18s", cell(technique, c))));
    }
    return text.append("\n").toString();
  }

  private String cell(String technique, Column column) {
    Summary s = Summary.of(runs, technique, column.measure());
    String number = column.format();
    String mean = String.format(Locale.ROOT, number, s.mean());
    return s.runs() == 1 ? mean : mean + " ± " + String.format(Locale.ROOT, number, s.deviation());
  }

  /**
   * Writes {@code report.html}.
   *
   * @return where it is
   */
  String write(Path folder) throws IOException {
    return write(folder, "report.html");
  }

  String write(Path folder, String name) throws IOException {
    Path page = folder.resolve(name);
    Files.writeString(page, html());
    return "Runs:   " + folder.resolve("results.csv") + "\nCharts: " + page;
  }

  private String html() throws IOException {
    StringBuilder html = new StringBuilder();
    html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(title)
        .append(
            "</title><style>body{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0"
                + " 1em}table{border-collapse:collapse}td,th{padding:.3em .8em;text-align:right;"
                + "border-bottom:1px solid #ccc}td:first-child{text-align:left}img{max-width:100%}"
                + "</style></head><body>\n<h1>")
        .append(title)
        .append("</h1>\n<p>")
        .append(settings)
        .append(" Mean ± standard deviation over the seeds.</p>\n<table><tr><th></th>");
    columns.forEach(c -> html.append("<th>").append(c.title()).append("</th>"));
    for (String technique : techniques) {
      html.append("</tr>\n<tr><td>").append(technique).append("</td>");
      columns.forEach(c -> html.append("<td>").append(cell(technique, c)).append("</td>"));
    }
    html.append("</tr></table>\n");
    for (Column column : columns) {
      if (!column.charted()) {
        continue;
      }
      byte[] png = BitmapEncoder.getBitmapBytes(chart(column), BitmapFormat.PNG);
      html.append("<p><img alt=\"").append(column.title());
      html.append(" by technique\" src=\"data:image/png;base64,");
      html.append(Base64.getEncoder().encodeToString(png)).append("\"></p>\n");
    }
    return html.append("</body></html>\n").toString();
  }

  /** One point a technique, with the deviation as its error bar. */
  private CategoryChart chart(Column column) {
    boolean upright =
        techniques.size() > MANY || techniques.stream().anyMatch(name -> name.length() > LONG);
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(900)
            .height(upright ? 720 : 420)
            .title(column.title() + " (" + column.better() + ")")
            .build();
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (String technique : techniques) {
      Summary s = Summary.of(runs, technique, column.measure());
      means.add(s.mean());
      deviations.add(s.deviation());
    }
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisLabelRotation(upright ? 90 : 25);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisDecimalPattern(column.format().equals("%.4f") ? "0.0000" : "0.00");
    CategorySeries series = chart.addSeries(column.title(), techniques, means, deviations);
    series.setMarker(SeriesMarkers.CIRCLE);
    return chart;
  }
}
