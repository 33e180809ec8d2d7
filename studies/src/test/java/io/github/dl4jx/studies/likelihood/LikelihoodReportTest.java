package io.github.dl4jx.studies.likelihood;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.training.chart.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LikelihoodReportTest {

  /** {@code -Dstudy=likelihood} draws and prints them. */
  @Test
  void pictures_keptResults_areThoseOfTheNumbersBesideThem() throws IOException {
    Path kept = Path.of("..", "docs", "results");
    LikelihoodReport report =
        new LikelihoodReport("", CurveLog.read(kept.resolve("likelihood.csv"), Measured.FORM));
    assertThat(report.pictures()).hasSize(4);
    for (Map.Entry<String, Picture> picture : report.pictures().entrySet()) {
      assertThat(kept.resolve(picture.getKey() + ".svg")).hasContent(picture.getValue().svg());
    }
    assertThat(Path.of("..", "docs", "results.md")).content().contains(report.markdown());
  }
}
