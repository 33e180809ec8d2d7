package io.github.dl4jx.studies.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.log.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @TempDir Path folder;

  private String charts(List<Report.Column> columns) throws IOException {
    List<Run> runs = List.of(new Run("MNIST", "a", 1, 0.9, 0.1, 0.2, 0.01, 0.002, 3.25, 8.5));
    new Report("t", "s", List.of("a"), runs, columns).write(folder, "some.html");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("some.html", "some.svg");
    return Files.readString(folder.resolve("some.svg"));
  }

  /** A chart of one row is 38 + 22 + 20 + 20 + 12 = 112 pixels high. */
  @Test
  void write_sixCharts_drawsThemInTwoColumns() throws IOException {
    assertThat(charts(Report.COLUMNS)).contains("viewBox=\"0 0 " + 2 * 440 + " " + 3 * 112 + "\"");
  }

  @Test
  void write_fiveCharts_drawsThemInOneColumn() throws IOException {
    assertThat(charts(Report.SCORES)).contains("viewBox=\"0 0 660 " + 5 * 112 + "\"");
  }
}
