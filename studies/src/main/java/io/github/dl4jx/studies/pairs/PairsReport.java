package io.github.dl4jx.studies.pairs;

import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.report.Findings;
import io.github.dl4jx.studies.report.Page;
import io.github.dl4jx.studies.report.Summarized;
import io.github.dl4jx.studies.report.Table;
import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The pairs as tables and as a page with a picture. */
public final class PairsReport implements Findings, Summarized {

  private static final int PAGE_WIDTH = 78;

  private static final List<String> HEADS =
      List.of("", "measure", "without", "with", "gain", "seeds");

  private static final String MEASURES =
      "Of every measure less is better. NaN is an error. Seeds: in how many the technique is"
          + " better.";

  private final String title;
  private final String notes;
  private final List<PairResult> helps;
  private final List<PairResult> doesNotHelp;

  /**
   * A report.
   *
   * @param notes on all pairs, plain text
   * @param scores of all trials, in the order of the seeds
   */
  PairsReport(String title, String notes, List<Score> scores) {
    this.title = title;
    this.notes = notes;
    this.helps = results(Pair.HELPS, scores);
    this.doesNotHelp = results(Pair.DOES_NOT_HELP, scores);
  }

  /** Of a {@code results.csv}, without notes. */
  public static PairsReport read(Path file) throws IOException {
    return new PairsReport("pairs", "", CurveLog.read(file, Score.FORM));
  }

  private static List<PairResult> results(List<Pair> pairs, List<Score> scores) {
    return pairs.stream().map(pair -> PairResult.of(pair, scores)).collect(Collectors.toList());
  }

  private static Table table(List<PairResult> results, Map<String, Integer> settings) {
    Table table = new Table(HEADS);
    for (PairResult result : results) {
      Pair pair = result.pair();
      table.add(
          List.of(
              pair.technique() + " [" + settings.get(pair.setting()) + "]",
              pair.measure().title(),
              result.withoutText(),
              result.withText(),
              result.gain(),
              result.better() + " of " + result.seeds()));
    }
    return table;
  }

  /** The settings in the order of the pairs, numbered from 1. */
  private Map<String, Integer> settings() {
    Map<String, Integer> settings = new LinkedHashMap<>();
    for (List<PairResult> results : List.of(helps, doesNotHelp)) {
      results.forEach(r -> settings.putIfAbsent(r.pair().setting(), settings.size() + 1));
    }
    return settings;
  }

  @Override
  public String table() {
    Map<String, Integer> settings = settings();
    StringBuilder text = new StringBuilder("\n" + title + "\n" + notes + "\n" + MEASURES + "\n\n");
    text.append(table(helps, settings).text());
    text.append("\nIn settings that they are not made for, or by another measure:\n\n")
        .append(table(doesNotHelp, settings).text());
    text.append('\n');
    settings.forEach((setting, number) -> text.append("[" + number + "] " + setting + "\n"));
    return text.toString();
  }

  /** The same as Markdown, without title and notes. */
  @Override
  public String markdown() {
    Map<String, Integer> settings = settings();
    StringBuilder text = new StringBuilder(table(helps, settings).markdown());
    text.append("\nIn settings that they are not made for, or by another measure:\n\n")
        .append(table(doesNotHelp, settings).markdown());
    text.append('\n');
    settings.forEach((setting, number) -> text.append("- [" + number + "] " + setting + "\n"));
    return text.toString();
  }

  /** What each technique leaves of the measure: a line from 100 % to there. */
  Chart chart() {
    String[] names =
        helps.stream()
            .map(r -> r.pair().technique() + ": " + r.pair().measure().title())
            .toArray(String[]::new);
    double[] before = helps.stream().mapToDouble(r -> 100).toArray();
    double[] after = helps.stream().mapToDouble(PairResult::left).toArray();
    return Chart.titled("What a technique leaves of the measure, in its setting")
        .x(Axis.linear("% of what it is without"))
        .slopes("without", "with", names, before, after)
        .description(
            "A line a technique, from 100 % without it to what is left of the measure with it")
        .build();
  }

  /** Writes {@code pairs.svg}, and {@code report.html}, which has it inside. */
  @Override
  public String write(Path folder) throws IOException {
    Path image = folder.resolve("pairs.svg");
    chart().writeSvg(image);
    Page page = new Page(title, PAGE_WIDTH).text(notes);
    addTo(page);
    Path file = folder.resolve("report.html");
    page.write(file);
    return "Runs:   " + folder.resolve("results.csv") + "\nCharts: " + file + ", " + image;
  }

  /** Adds the tables, the picture and the settings to a page. */
  @Override
  public void addTo(Page page) {
    Map<String, Integer> settings = settings();
    page.text(MEASURES)
        .add(table(helps, settings).html())
        .add("<p>" + chart().svg() + "</p>\n")
        .text("In settings that they are not made for, or by another measure:")
        .add(table(doesNotHelp, settings).html());
    settings.forEach((setting, number) -> page.text("[" + number + "] " + setting));
  }
}
