package io.github.dl4jx.studies.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.studies.log.Run;
import io.github.dl4jx.studies.log.RunLog;
import io.github.dl4jx.studies.report.Report;
import io.github.dl4jx.training.chart.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryStudyTest {

  @TempDir Path folder;

  @Test
  void withTable_placeOfTheStudy_isWrittenAnew() {
    String text = "a\n<!-- results: x -->\nold\n<!-- end -->\nb\n<!-- results: y -->\n<!-- end -->";
    assertThat(SummaryStudy.withTable(text, "x", "new\n"))
        .isEqualTo(
            "a\n<!-- results: x -->\n\nnew\n\n<!-- end -->\nb\n<!-- results: y -->\n<!-- end -->");
    assertThat(SummaryStudy.withTable(text, "z", "new\n")).isEqualTo(text);
    assertThatIllegalStateException()
        .isThrownBy(() -> SummaryStudy.withTable("<!-- results: x --> ..", "x", ""))
        .withMessageContaining("there is no <!-- end --> after <!-- results: x -->");
  }

  /** {@code -Dstudy=summary} draws them anew. */
  @Test
  void pictures_keptResults_areThoseOfTheNumbersBesideThem() throws IOException {
    Path kept = Path.of("..", "docs", "results");
    Map<String, Picture> pictures = SummaryStudy.pictures(kept);
    assertThat(pictures).hasSize(12);
    for (Map.Entry<String, Picture> picture : pictures.entrySet()) {
      assertThat(kept.resolve(picture.getKey() + ".svg")).hasContent(picture.getValue().svg());
    }
  }

  @Test
  void results_pictures_areAllThereAndShown() throws IOException {
    String results = Files.readString(Path.of("..", "docs", "results.md"));
    try (Stream<Path> files = Files.list(Path.of("..", "docs", "results"))) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".svg"))
          .forEach(name -> assertThat(results).contains("](results/" + name + ")"));
    }
  }

  @Test
  void report_fileWithoutAurc_leavesThatColumnOut() throws IOException {
    Path file = folder.resolve("old.csv");
    Files.writeString(
        file,
        """
        data,technique,seed,accuracy,nll,brier,ece,train_seconds,infer_micros_per_example
        MNIST,a,1,0.90,0.30,0.1,0.01,2.00,1.00
        MNIST,a,2,0.92,0.20,0.1,0.01,4.00,1.00
        """);
    List<Run> runs = RunLog.read(file);
    assertThat(new Report("t", "s", List.of("a"), runs).markdown())
        .isEqualTo(
            """
            | | accuracy % | NLL | Brier | ECE | training s |
            |---|---|---|---|---|---|
            | a | 91.00 ± 1.41 | 0.2500 ± 0.0707 | 0.1000 ± 0.0000 | 0.0100 ± 0.0000 | 3.0 ± 1.4 |
            """);
  }
}
