package io.github.dl4jx.studies.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.log.CurvePoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurveReportTest {

  @TempDir Path folder;

  private static CurvePoint point(String network, int epoch, String curve, double accuracy) {
    return new CurvePoint("MNIST", network, 1, epoch, curve, false, accuracy, 0.125);
  }

  @Test
  void markdown_twoNetworks_hasARowForEveryCurveOfEach() {
    List<CurvePoint> points =
        List.of(
            point("dense", 1, "raw", 0.5),
            point("dense", 2, "raw", 0.75),
            point("dense", 2, "ema", 0.8),
            point("deep", 2, "raw", 0.9),
            point("deep", 2, "ema", 1));
    assertThat(new CurveReport("t", "s", "epoch", "", points).markdown())
        .isEqualTo(
            """
            | | NLL | accuracy % |
            |---|---|---|
            | dense: raw | 0.1250 | 75.00 |
            | dense: ema | 0.1250 | 80.00 |
            | deep: raw | 0.1250 | 90.00 |
            | deep: ema | 0.1250 | 100.00 |
            """);
  }

  @Test
  void markdown_publishedErrors_areBesideOurs() throws IOException {
    List<CurvePoint> points =
        List.of(
            point("net", 1, "a", 0.5),
            point("net", 2, "a", 0.98),
            point("net", 1, "b", 0.9),
            point("net", 2, "b", 0.99));
    CurveReport report =
        new CurveReport(
            "t",
            "s",
            "epoch",
            "",
            points,
            Map.of("net: a", 1.6, "net: b", Double.NaN, "other: b", 3.0));
    assertThat(report.markdown())
        .isEqualTo(
            """
            | | NLL | error % | published error % |
            |---|---|---|---|
            | a | 0.1250 | 2.00 | 1.60 |
            | b | 0.1250 | 1.00 | - |
            """);
    report.write(folder);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("curves.svg", "report.html");
    assertThat(Files.readString(folder.resolve("report.html")))
        .contains("<svg", "Dashed: published errors");
  }
}
