package io.github.dl4jx.studies.biasvariance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BiasVarianceReportTest {

  @TempDir Path folder;

  /** Two samples each: error 20 and 30 %, of it bias 15, unbiased 6 and 16, biased 1. */
  @Test
  void read_twoMethods_meansOverTheSamples() throws IOException {
    Path file = folder.resolve("results.csv");
    Files.writeString(
        file,
        """
        # commit 0123456789ab
        data,members,method,sample,error,bias,unbiased_variance,biased_variance,brier,brier_bias2,brier_variance
        MNIST,weak,one network,1,0.2,0.15,0.06,0.01,0.3,0.2,0.1
        MNIST,weak,one network,2,0.3,0.15,0.16,0.01,0.5,0.2,0.3
        MNIST,weak,bagging,1,0.1,0.1,0,0,0.1,0.1,0
        MNIST,weak,bagging,2,0.1,0.1,0,0,0.1,0.1,0
        """);

    BiasVarianceReport report = BiasVarianceReport.read(file);

    assertThat(report.markdown())
        .contains(
            "| weak: one network | 25.00 | 15.00 | 10.00 | 11.00 | 1.00 | 0.4000 | 0.2000 | 0.2000 |")
        .contains(
            "| weak: bagging | 10.00 | 10.00 | 0.00 | 0.00 | 0.00 | 0.1000 | 0.1000 | 0.0000 |");
    assertThat(report.charts().svg()).contains("weak members", "net variance", "one network");
    assertThat(report.write(folder)).contains("report.html");
    assertThat(folder.resolve("report.html")).content().contains("bias²");
  }
}
