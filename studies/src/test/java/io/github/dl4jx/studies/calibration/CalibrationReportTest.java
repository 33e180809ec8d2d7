package io.github.dl4jx.studies.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationReportTest {

  /** Two networks: means of 0.1 and 0.3, and of coverages 0.89 and 0.91 with their deviations. */
  @Test
  void markdown_twoNetworks_hasTheirMeans() {
    CalibrationReport report =
        new CalibrationReport(
            "Calibration",
            "",
            List.of(
                new CalibrationLine("MNIST", Split.NONE, 1, Split.NLL, 0.1, 0),
                new CalibrationLine("MNIST", Split.NONE, 1, Split.ECE, 0.02, 0),
                new CalibrationLine("MNIST", Split.NONE, 1, Split.CLASS_WISE, 0.01, 0),
                new CalibrationLine("MNIST", Split.NONE, 2, Split.NLL, 0.3, 0),
                new CalibrationLine("MNIST", Split.NONE, 2, Split.ECE, 0.04, 0),
                new CalibrationLine("MNIST", Split.NONE, 2, Split.CLASS_WISE, 0.02, 0),
                new CalibrationLine("MNIST", "plain sets", 1, Split.COVERED, 0.89, 0.004),
                new CalibrationLine("MNIST", "plain sets", 1, Split.SIZE, 1, 0),
                new CalibrationLine("MNIST", "plain sets", 2, Split.COVERED, 0.91, 0.006),
                new CalibrationLine("MNIST", "plain sets", 2, Split.SIZE, 2, 0)));
    assertThat(report.markdown())
        .isEqualTo(
            """
            | | NLL | ECE | class-wise ECE |
            |---|---|---|---|
            | none | 0.2000 | 0.0300 | 0.0150 |

            | | coverage | set size |
            |---|---|---|
            | plain sets | 90.00 % ± 0.50 | 1.50 |
            """);
  }
}
