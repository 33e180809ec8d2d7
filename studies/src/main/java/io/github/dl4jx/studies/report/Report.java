package io.github.dl4jx.studies.report;

import io.github.dl4jx.studies.log.Run;
import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import io.github.dl4jx.training.chart.ChartGrid;
import io.github.dl4jx.training.chart.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A study's table, for the console, and its page with charts, which needs no other file. */
public final class Report implements Findings, Summarized {

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

  /** Two charts side by side are as wide as a page of text. */
  private static final int NARROW = 440;

  private static final int WIDE = 660;
  private static final int PAGE_WIDTH = 78;

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
  @Override
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

  /** Writes {@code report.html}, and its charts as {@code report.svg}, too. */
  @Override
  public String write(Path folder) throws IOException {
    return write(folder, "report.html");
  }

  /** The same under another name. */
  public String write(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    Page page =
        new Page(title, PAGE_WIDTH).text(settings + " Mean ± standard deviation over the seeds.");
    addTo(page);
    page.write(file);
    Path image = folder.resolve(name.replace(".html", ".svg"));
    charts().writeSvg(image);
    return "Runs:   " + folder.resolve("results.csv") + "\nCharts: " + file + ", " + image;
  }

  /** Adds the table and the charts to a page. */
  @Override
  public void addTo(Page page) {
    page.add(numbers().html()).charts(charts());
  }

  /** A chart for each column with a number of decimals. */
  public Picture charts() {
    List<Column> charted = columns.stream().filter(Column::charted).toList();
    int across = charted.size() % 2 == 0 ? 2 : 1; // an odd number does not fill two columns
    int width = across == 2 ? NARROW : WIDE;
    return ChartGrid.of(
        title + ": by technique", across, charted.stream().map(c -> chart(c, width)).toList());
  }

  /** One point a technique, with the deviation as its error bar. */
  private Chart chart(Column column, int width) {
    List<Summary> summaries =
        techniques.stream().map(name -> Summary.of(runs, name, column.measure())).toList();
    return Chart.titled(column.title() + " (" + column.better() + ")")
        .x(Axis.linear(column.title()))
        .width(width)
        .dots(
            column.title(),
            techniques.toArray(new String[0]),
            summaries.stream().mapToDouble(Summary::mean).toArray(),
            summaries.stream().mapToDouble(Summary::deviation).toArray())
        .build();
  }

  @Override
  public Optional<Picture> picture() {
    return Optional.of(charts());
  }
}
