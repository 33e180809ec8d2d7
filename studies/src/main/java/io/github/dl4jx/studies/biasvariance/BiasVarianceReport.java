package io.github.dl4jx.studies.biasvariance;

import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.report.Findings;
import io.github.dl4jx.studies.report.Page;
import io.github.dl4jx.studies.report.Summarized;
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
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Bias and variance as a table, and as a page with charts. */
public final class BiasVarianceReport implements Findings, Summarized {

  private static final int PAGE_WIDTH = 78;

  /** Two charts side by side are as wide as a page of text. */
  private static final int CHART_WIDTH = 440;

  private static final List<String> HEADS =
      List.of(
          "",
          "error %",
          "bias",
          "net variance",
          "unbiased",
          "biased",
          "Brier",
          "bias²",
          "variance");

  private static final List<ToDoubleFunction<BiasVarianceLine>> COLUMNS =
      List.of(
          line -> 100 * line.error(),
          line -> 100 * line.bias(),
          line -> 100 * line.netVariance(),
          line -> 100 * line.unbiasedVariance(),
          line -> 100 * line.biasedVariance(),
          BiasVarianceLine::brier,
          BiasVarianceLine::brierBias,
          BiasVarianceLine::brierVariance);

  /** Columns before this one are percents. */
  private static final int FIRST_BRIER = 5;

  private final String title;
  private final String settings;
  private final List<BiasVarianceLine> lines;

  BiasVarianceReport(String title, String settings, List<BiasVarianceLine> lines) {
    this.title = title;
    this.settings = settings;
    this.lines = lines;
  }

  /** Of a {@code results.csv}. */
  public static BiasVarianceReport read(Path file) throws IOException {
    return new BiasVarianceReport(
        "Bias and variance", "", CurveLog.read(file, BiasVarianceLine.FORM));
  }

  private List<String> distinct(ToDistinct of) {
    return lines.stream().map(of::text).distinct().collect(Collectors.toList());
  }

  /** A column of texts. */
  private interface ToDistinct {
    String text(BiasVarianceLine line);
  }

  /** The mean over the samples; NaN if there is none. */
  double mean(String members, String method, ToDoubleFunction<BiasVarianceLine> of) {
    return lines.stream()
        .filter(line -> line.members().equals(members) && line.method().equals(method))
        .mapToDouble(of)
        .average()
        .orElse(Double.NaN);
  }

  private Table means() {
    Table table = new Table(HEADS);
    for (String members : distinct(BiasVarianceLine::members)) {
      for (String method : distinct(BiasVarianceLine::method)) {
        List<String> row = new ArrayList<>(List.of(members + ": " + method));
        for (int i = 0; i < COLUMNS.size(); i++) {
          double mean = mean(members, method, COLUMNS.get(i));
          row.add(String.format(Locale.ROOT, i < FIRST_BRIER ? "%.2f" : "%.4f", mean));
        }
        table.add(row);
      }
    }
    return table;
  }

  @Override
  public String table() {
    return "\n" + title + "\n" + settings + "\n\n" + means().text();
  }

  /** The same as Markdown, without title and settings. */
  @Override
  public String markdown() {
    return means().markdown();
  }

  /** Writes {@code biasvariance.svg}, and {@code report.html}, which has it inside. */
  @Override
  public String write(Path folder) throws IOException {
    Path image = folder.resolve("biasvariance.svg");
    charts().writeSvg(image);
    Page page = new Page(title, PAGE_WIDTH).text(settings);
    addTo(page);
    Path file = folder.resolve("report.html");
    page.write(file);
    return "Runs:   " + folder.resolve("results.csv") + "\nCharts: " + file + ", " + image;
  }

  /** Adds the table and the charts to a page. */
  @Override
  public void addTo(Page page) {
    page.text(
            "Error = bias + net variance; net variance = unbiased variance - biased variance. Brier"
                + " = squared bias + variance.")
        .add(means().html())
        .charts(charts());
  }

  /** Bias and variance beside each other: a column of charts for each size of the members. */
  public Picture charts() {
    List<String> sizes = distinct(BiasVarianceLine::members);
    List<Chart> charts = new ArrayList<>();
    for (String members : sizes) {
      charts.add(
          chart(
              members + " members: error in percent",
              members,
              "net variance",
              line -> 100 * line.bias(),
              line -> 100 * line.netVariance()));
    }
    for (String members : sizes) {
      charts.add(
          chart(
              members + " members: Brier score",
              members,
              "variance",
              BiasVarianceLine::brierBias,
              BiasVarianceLine::brierVariance));
    }
    return ChartGrid.of(title + " by method", sizes.size(), charts);
  }

  private Chart chart(
      String heading,
      String members,
      String variance,
      ToDoubleFunction<BiasVarianceLine> biasOf,
      ToDoubleFunction<BiasVarianceLine> varianceOf) {
    ChartBuilder chart =
        Chart.titled(heading + " (lower is better)").x(Axis.linear()).width(CHART_WIDTH);
    List<String> methods = distinct(BiasVarianceLine::method);
    add(chart, variance.equals("variance") ? "squared bias" : "bias", members, methods, biasOf);
    add(chart, variance, members, methods, varianceOf);
    return chart.build();
  }

  private void add(
      ChartBuilder chart,
      String name,
      String members,
      List<String> methods,
      ToDoubleFunction<BiasVarianceLine> of) {
    double[] values = methods.stream().mapToDouble(m -> mean(members, m, of)).toArray();
    chart.horizontalBars(name, methods.toArray(String[]::new), values);
  }

  @Override
  public Optional<Picture> picture() {
    return Optional.of(charts());
  }
}
