package io.github.dl4jx.studies.report;

import io.github.dl4jx.studies.log.Run;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A study's table, for the console, and its page with charts, which needs no other file. */
public final class Report implements Findings {

  /**
   * A column of the table.
   *
   * @param title heading
   * @param better what is good
   * @param format of a number, fixed-point as in {@code %.2f} or scientific as in {@code %.1e}; the
   *     latter spans too many powers of ten for a chart
   * @param measure of a run
   */
  public record Column(String title, String better, String format, ToDoubleFunction<Run> measure) {

    boolean charted() {
      return format.endsWith("f");
    }

    /** The axis has as many decimals as the table. */
    String axis() {
      return "0." + "0".repeat(format.charAt(format.length() - 2) - '0');
    }
  }

  /** How good predictions on MNIST are. */
  public static final List<Column> SCORES =
      List.of(
          new Column("accuracy %", "higher is better", "%.2f", run -> 100 * run.accuracy()),
          new Column("NLL", "lower is better", "%.4f", Run::nll),
          new Column("Brier", "lower is better", "%.4f", Run::brier),
          new Column("ECE", "lower is better", "%.4f", Run::ece),
          new Column("AURC", "lower is better", "%.5f", Run::aurc));

  /** What every run on MNIST measures. */
  public static final List<Column> COLUMNS =
      Stream.concat(
              SCORES.stream(),
              Stream.of(
                  new Column("training s", "wall time, one thread", "%.1f", Run::trainSeconds)))
          .toList();

  /** With more techniques than this, or longer names, the names stand upright under the charts. */
  private static final int MANY = 10;

  private static final int LONG = 40;

  private static final int PAGE_WIDTH = 60;

  private final String title;
  private final String settings;
  private final List<String> techniques;
  private final List<Run> runs;
  private final List<Column> columns;

  /** A report of what every run on MNIST measures. */
  public Report(String title, String settings, List<String> techniques, List<Run> runs) {
    this(title, settings, techniques, runs, COLUMNS);
  }

  /**
   * A report.
   *
   * @param settings what the runs have in common
   * @param columns those with numbers for all runs are shown
   */
  public Report(
      String title,
      String settings,
      List<String> techniques,
      List<Run> runs,
      List<Column> columns) {
    this.title = title;
    this.settings = settings;
    this.techniques = techniques;
    this.runs = runs;
    this.columns =
        columns.stream()
            .filter(
                c -> runs.stream().noneMatch(run -> Double.isNaN(c.measure().applyAsDouble(run))))
            .collect(Collectors.toList());
  }

  /** The table as Markdown. */
  public String markdown() {
    return numbers().markdown();
  }

  @Override
  public String table() {
    return "\n" + title + "\n" + settings + "\n\n" + numbers().text();
  }

  private Table numbers() {
    List<String> heads = new ArrayList<>(List.of(""));
    columns.forEach(c -> heads.add(c.title()));
    Table table = new Table(heads);
    for (String technique : techniques) {
      List<String> row = new ArrayList<>(List.of(technique));
      columns.forEach(c -> row.add(Summary.of(runs, technique, c.measure()).text(c.format())));
      table.add(row);
    }
    return table;
  }

  /** Writes {@code report.html}, and its charts as {@code report.png}, too. */
  @Override
  public String write(Path folder) throws IOException {
    return write(folder, "report.html");
  }

  /** The same under another name. */
  public String write(Path folder, String name) throws IOException {
    Path page = folder.resolve(name);
    page().write(page);
    List<CategoryChart> charts = new ArrayList<>();
    charted().forEach(column -> charts.add(chart(column)));
    Path image = folder.resolve(name.replace(".html", ".png"));
    int across = charts.size() % 2 == 0 ? 2 : 1; // an odd number does not fill two columns
    BitmapEncoder.saveBitmap(
        charts, charts.size() / across, across, image.toString(), BitmapFormat.PNG);
    return "Runs:   " + folder.resolve("results.csv") + "\nCharts: " + page + ", " + image;
  }

  private List<Column> charted() {
    return columns.stream().filter(Column::charted).collect(Collectors.toList());
  }

  private Page page() throws IOException {
    Page page =
        new Page(title, PAGE_WIDTH).text(settings + " Mean ± standard deviation over the seeds.");
    addTo(page);
    return page;
  }

  /** Adds the table and the charts to a page. */
  public void addTo(Page page) throws IOException {
    page.add(numbers().html());
    for (Column column : charted()) {
      page.image(
          column.title() + " by technique",
          BitmapEncoder.getBitmapBytes(chart(column), BitmapFormat.PNG));
    }
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
    chart.getStyler().setYAxisDecimalPattern(column.axis());
    CategorySeries series = chart.addSeries(column.title(), techniques, means, deviations);
    series.setMarker(SeriesMarkers.CIRCLE);
    return chart;
  }
}
