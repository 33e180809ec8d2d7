package io.github.dl4jx.studies.neuralgpu;

import io.github.dl4jx.studies.report.Findings;
import io.github.dl4jx.studies.report.Page;
import io.github.dl4jx.studies.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The successes of every arm as a table. */
final class GpuReport implements Findings {

  private static final String TITLE = "Gradient noise in a Neural GPU";
  private static final int PAGE_WIDTH = 60;

  private final String settings;
  private final List<GpuRun> runs;

  GpuReport(String settings, List<GpuRun> runs) {
    this.settings = settings;
    this.runs = runs;
  }

  @Override
  public String table() {
    return "\n" + TITLE + "\n" + settings + "\n\n" + counts().text();
  }

  String markdown() {
    return counts().markdown();
  }

  private Table counts() {
    Table table =
        new Table(List.of("", "successes", "left the plateau", "at step, median", "right %, mean"));
    for (String arm : runs.stream().map(GpuRun::arm).distinct().toList()) {
      List<GpuRun> of = runs.stream().filter(run -> run.arm().equals(arm)).toList();
      int[] escaped = of.stream().mapToInt(GpuRun::escaped).filter(t -> t > 0).sorted().toArray();
      table.add(
          List.of(
              arm,
              of.stream().filter(r -> r.right() >= GpuRun.SUCCESS).count() + " of " + of.size(),
              escaped.length + " of " + of.size(),
              escaped.length == 0 ? "-" : median(escaped),
              String.format(
                  Locale.ROOT,
                  "%.1f",
                  100 * of.stream().mapToDouble(GpuRun::right).average().orElse(0))));
    }
    return table;
  }

  private static String median(int[] sorted) {
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    return String.format(Locale.ROOT, median % 1 == 0 ? "%.0f" : "%.1f", median);
  }

  @Override
  public String write(Path folder) throws IOException {
    Path page = folder.resolve("report.html");
    new Page(TITLE, PAGE_WIDTH).text(settings).add(counts().html()).write(page);
    return "Runs: " + folder.resolve("results.csv") + "\nPage: " + page;
  }
}
