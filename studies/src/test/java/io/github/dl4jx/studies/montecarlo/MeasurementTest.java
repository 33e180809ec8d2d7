package io.github.dl4jx.studies.montecarlo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.log.CurveLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementTest {

  @TempDir Path folder;

  private static Measurement measurement(long seed, double value) {
    return new Measurement(
        "MNIST", seed, "letters, or so", "Monte-Carlo", 50, 3, "AUROC of entropy", value);
  }

  @Test
  void form_throughALog_givesTheSameAgain() throws IOException {
    CurveLog<Measurement> log = CurveLog.open(folder, "full", Measurement.FORM);
    log.add("net", 2, List.of(measurement(2, 0.5)));
    log.add("net", 1, List.of(measurement(1, 0.25), measurement(1, 0.75)));
    CurveLog<Measurement> again = CurveLog.open(folder, "full", Measurement.FORM);
    assertThat(again.contains("net", 2)).isTrue();
    assertThat(again.complete(List.of("net"), 2))
        .containsExactly(measurement(1, 0.25), measurement(1, 0.75), measurement(2, 0.5));
  }

  @Test
  void form_inACsv_isALine() throws IOException {
    CurveLog<Measurement> log = CurveLog.open(folder, "full", Measurement.FORM);
    log.add("net", 1, List.of(measurement(1, 0.25)));
    log.complete(List.of("net"), 1);
    assertThat(Files.readAllLines(folder.resolve("results.csv")))
        .containsExactly(
            "data,seed,images,prediction,samples,masks,measure,value",
            "MNIST,1,\"letters, or so\",Monte-Carlo,50,3,AUROC of entropy,0.250000");
  }
}
