package io.github.dl4jx.studies.calibration;

import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.report.Findings;
import io.github.dl4jx.studies.report.Page;
import io.github.dl4jx.studies.report.Summarized;
import io.github.dl4jx.studies.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Calibration as two tables: of probabilities, and of sets. */
public final class CalibrationReport implements Findings, Summarized {

  private static final int PAGE_WIDTH = 60;
  private static final List<String> OF_PROBABILITIES =
      List.of(Split.NLL, Split.ECE, Split.CLASS_WISE);
  private static final List<String> OF_SETS = List.of(Split.COVERED, Split.SIZE);

  private final String title;
  private final String settings;
  private final List<CalibrationLine> lines;

  CalibrationReport(String title, String settings, List<CalibrationLine> lines) {
    this.title = title;
    this.settings = settings;
    this.lines = lines;
  }

  /** Of a {@code results.csv}. */
  public static CalibrationReport read(Path file) throws IOException {
    return new CalibrationReport("Calibration", "", CurveLog.read(file, CalibrationLine.FORM));
  }

  /** Means over the networks; of the coverage the deviation between splits, too. */
  private Table table(List<String> measures) {
    List<String> heads = new ArrayList<>(List.of(""));
    heads.addAll(measures);
    Table table = new Table(heads);
    List<String> methods =
        lines.stream()
            .filter(line -> measures.contains(line.measure()))
            .map(CalibrationLine::method)
            .distinct()
            .collect(Collectors.toList());
    for (String method : methods) {
      List<String> row = new ArrayList<>(List.of(method));
      measures.forEach(measure -> row.add(cell(method, measure)));
      table.add(row);
    }
    return table;
  }

  private String cell(String method, String measure) {
    List<CalibrationLine> chosen =
        lines.stream()
            .filter(line -> line.method().equals(method) && line.measure().equals(measure))
            .collect(Collectors.toList());
    double mean = chosen.stream().mapToDouble(CalibrationLine::mean).average().orElseThrow();
    if (!measure.equals(Split.COVERED)) {
      return String.format(Locale.ROOT, measure.equals(Split.SIZE) ? "%.2f" : "%.4f", mean);
    }
    double deviation =
        chosen.stream().mapToDouble(CalibrationLine::deviation).average().orElseThrow();
    return String.format(Locale.ROOT, "%.2f %% ± %.2f", 100 * mean, 100 * deviation);
  }

  @Override
  public String table() {
    return "\n"
        + title
        + "\n"
        + settings
        + "\n\n"
        + table(OF_PROBABILITIES).text()
        + "\n"
        + table(OF_SETS).text();
  }

  /** Both tables as Markdown. */
  @Override
  public String markdown() {
    return table(OF_PROBABILITIES).markdown() + "\n" + table(OF_SETS).markdown();
  }

  /** Adds both tables to a page. */
  @Override
  public void addTo(Page page) {
    page.add(table(OF_PROBABILITIES).html()).add(table(OF_SETS).html());
  }

  /** Writes {@code report.html}. */
  @Override
  public String write(Path folder) throws IOException {
    Page page = new Page(title, PAGE_WIDTH).text(settings);
    addTo(page);
    Path file = folder.resolve("report.html");
    page.write(file);
    return "Runs: " + folder.resolve("results.csv") + "\nPage: " + file;
  }
}
