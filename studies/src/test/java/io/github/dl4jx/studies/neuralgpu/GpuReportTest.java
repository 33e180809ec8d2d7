package io.github.dl4jx.studies.neuralgpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.log.CurveLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class GpuReportTest {

  @Test
  void markdown_runs_countsByArm() {
    List<GpuRun> runs =
        List.of(
            new GpuRun("a", 1, 0.99, 30),
            new GpuRun("a", 2, 0.95, 20),
            new GpuRun("a", 3, 1, 90),
            new GpuRun("b", 1, 0.01, 0));
    assertThat(new GpuReport("", runs).markdown())
        .isEqualTo(
            """
            | | successes | left the plateau | at step, median | right %, mean |
            |---|---|---|---|---|
            | a | 2 of 3 | 3 of 3 | 30 | 98.0 |
            | b | 0 of 1 | 0 of 1 | - | 1.0 |
            """);
  }

  /** {@code -Dstudy=neuralgpu} prints it. */
  @Test
  void markdown_keptResults_isTheTableOfThePage() throws IOException {
    Path docs = Path.of("..", "docs");
    Path kept = docs.resolve("results").resolve("neuralgpu.csv");
    GpuReport report = new GpuReport("", CurveLog.read(kept, GpuRun.FORM));
    assertThat(docs.resolve("results.md")).content().contains(report.markdown());
  }
}
