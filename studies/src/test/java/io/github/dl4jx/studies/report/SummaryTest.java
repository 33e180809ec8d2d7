package io.github.dl4jx.studies.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void text_severalRuns_hasTheDeviation() {
    assertThat(new Summary(1.25, 0.5, 3).text("%.2f")).isEqualTo("1.25 ± 0.50");
  }

  @Test
  void text_signedFormat_leavesTheDeviationUnsigned() {
    assertThat(new Summary(1.25, 0.5, 3).text("%+.2f")).isEqualTo("+1.25 ± 0.50");
  }

  @Test
  void text_oneRun_hasNone() {
    assertThat(new Summary(1.25, 0, 1).text("%.2f")).isEqualTo("1.25");
  }

  @Test
  void linear_accuracyToError_turnsTheSignOfTheMeanOnly() {
    assertThat(new Summary(0.75, 0.125, 3).linear(100, -100)).isEqualTo(new Summary(25, 12.5, 3));
  }
}
