package io.github.dl4jx.studies.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.log.Run;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @TempDir Path folder;

  private BufferedImage charts(List<Report.Column> columns) throws IOException {
    List<Run> runs = List.of(new Run("MNIST", "a", 1, 0.9, 0.1, 0.2, 0.01, 0.002, 3.25, 8.5));
    new Report("t", "s", List.of("a"), runs, columns).write(folder, "some.html");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("some.html", "some.png");
    return ImageIO.read(folder.resolve("some.png").toFile());
  }

  @Test
  void write_sixCharts_drawsThemInTwoColumns() throws IOException {
    BufferedImage image = charts(Report.COLUMNS);
    assertThat(image.getWidth()).isEqualTo(2 * 900);
    assertThat(image.getHeight()).isEqualTo(3 * 420);
  }

  @Test
  void write_fiveCharts_drawsThemInOneColumn() throws IOException {
    BufferedImage image = charts(Report.SCORES);
    assertThat(image.getWidth()).isEqualTo(900);
    assertThat(image.getHeight()).isEqualTo(5 * 420);
  }
}
