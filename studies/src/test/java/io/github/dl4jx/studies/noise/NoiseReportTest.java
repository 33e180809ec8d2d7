package io.github.dl4jx.studies.noise;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.log.CurveLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoiseReportTest {

  @TempDir Path folder;

  /** Without noise the runs reach 50 and 30 %, with noise 90 and 60 %. */
  private static List<NoiseRun> runs() {
    List<NoiseRun> runs = new ArrayList<>();
    for (NoiseRow row : NoiseRow.TABLE) {
      runs.add(new NoiseRun(row.label(), false, 0.1, 1, 10, 0.5, 0.25));
      runs.add(new NoiseRun(row.label(), false, 0.01, 1, 10, 0.3, 0.25));
      if (!row.dropout()) {
        runs.add(new NoiseRun(row.label(), true, 0.1, 1, 10, 0.9, 0.25));
        runs.add(new NoiseRun(row.label(), true, 0.01, 1, 10, 0.6, 0.25));
      }
    }
    return runs;
  }

  @Test
  void table_ofRuns_hasBestAndAverageBesideThePapers() {
    assertThat(new NoiseReport("Noise", "the settings", runs()).table().lines())
        .contains(
            "simple init                     89.9 / 43.1  50.0 / 40.0        96.7 / 52.7  90.0 / 75.0",
            "zero init, clip 10              11.4 / 10.1  50.0 / 40.0        94.5 / 49.7  90.0 / 75.0",
            "simple init, dropout            11.3 / 10.8  50.0 / 40.0                  -            -");
  }

  @Test
  void write_ofRuns_drawsThem() throws IOException {
    new NoiseReport("Noise", "the settings", runs()).write(folder);
    assertThat(folder.resolve("noise.svg")).isNotEmptyFile();
    assertThat(Files.readString(folder.resolve("report.html")))
        .contains("the settings", "<td>94.5 / 49.7</td>", "<svg");
  }

  @Test
  void form_aRun_isReadBack() throws IOException {
    NoiseRun run = new NoiseRun("1-dropout", false, 0.01, 3, 10, 0.9675, 0.125);
    CurveLog<NoiseRun> log = CurveLog.open(folder, "full", NoiseRun.FORM);
    log.add(run.kind(), 3, List.of(run));
    Path file =
        folder.resolve(
            "results-a18b869b2e81c0c529552a3c4fa5c92e.partial/1-dropout-plain-0.01-3.csv");
    assertThat(file)
        .hasContent(
            "row,noise,learning_rate,seed,epochs,best_accuracy,final_accuracy\n"
                + "1-dropout,false,0.01,3,10,0.9675,0.1250");
    assertThat(log.read(file)).containsExactly(run);
  }
}
