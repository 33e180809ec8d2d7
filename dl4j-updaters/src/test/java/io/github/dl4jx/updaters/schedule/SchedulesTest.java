package io.github.dl4jx.updaters.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.nd4j.linalg.schedule.ScheduleType.EPOCH;
import static org.nd4j.linalg.schedule.ScheduleType.ITERATION;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.StepSchedule;

class SchedulesTest {

  private static void assertValues(ISchedule schedule, double[][] expected) {
    for (double[] row : expected) {
      assertThat(schedule.valueAt((int) row[0], (int) row[1])).isCloseTo(row[2], within(1e-12));
    }
  }

  @Test
  void inversePower_values_areTheFormulas() {
    // 6 / (2 + t)^1, and the standard deviation sqrt(0.36 / (1 + t)^1) of noise
    assertValues(
        new InversePowerSchedule(ITERATION, 6, 2, 1),
        new double[][] {{0, 9, 3}, {1, 9, 2}, {10, 9, 0.5}});
    assertValues(
        InversePowerSchedule.standardDeviation(0.36, 1),
        new double[][] {{0, 9, 0.6}, {3, 9, 0.3}, {35, 9, 0.1}});
    assertValues(new InversePowerSchedule(EPOCH, 6, 2, 1), new double[][] {{10, 1, 2}});
  }

  @Test
  void cosineOnce_values_fallAndStay() {
    assertValues(
        CosineAnnealingSchedule.once(ITERATION, 1.0, 0.2, 4),
        new double[][] {
          {0, 0, 1},
          {1, 0, 0.2 + 0.4 * (1 + Math.sqrt(0.5))},
          {2, 0, 0.6},
          {3, 0, 0.2 + 0.4 * (1 - Math.sqrt(0.5))},
          {4, 0, 0.2},
          {1_000_000, 0, 0.2},
        });
  }

  @Test
  void cosineWithRestarts_values_startAgain() {
    // cycles of 2, 4, 8, .. epochs
    assertValues(
        CosineAnnealingSchedule.withRestarts(EPOCH, 1, 0, 2, 2),
        new double[][] {{9, 0, 1}, {9, 1, 0.5}, {9, 2, 1}, {9, 4, 0.5}, {9, 6, 1}, {9, 10, 0.5}});
    // the snapshot ensembles' formula: alpha / 2 (cos(pi mod(t - 1, c) / c) + 1), t from 1
    for (int t = 1; t < 50; t++) {
      double expected = 0.1 / 2 * (Math.cos(Math.PI * ((t - 1) % 10) / 10) + 1);
      assertThat(CosineAnnealingSchedule.withRestarts(ITERATION, 0.1, 0, 10, 1).valueAt(t - 1, 0))
          .isCloseTo(expected, within(1e-15));
    }
  }

  @Test
  void cosineWithRestarts_lastIteration_doesNotOverflow() {
    assertThat(
            CosineAnnealingSchedule.withRestarts(ITERATION, 1, 0, Integer.MAX_VALUE / 2, 3)
                .valueAt(Integer.MAX_VALUE, 0))
        .isBetween(0.0, 1.0);
  }

  @Test
  void warmup_values_riseIntoTheSchedule() {
    assertValues(
        new LinearWarmupSchedule(4, 8.0),
        new double[][] {{0, 0, 2}, {1, 0, 4}, {3, 0, 8}, {4, 0, 8}, {100, 0, 8}});
    assertValues(
        new LinearWarmupSchedule(4, new StepSchedule(ITERATION, 8, 0.5, 2)),
        new double[][] {{0, 0, 2}, {2, 0, 3}, {4, 0, 2}, {6, 0, 1}});
  }

  @Test
  void triangular_values_fallAndRise() {
    // cycles of 4 from 2 on: s = 1/4, 2/4, 3/4, 1
    assertValues(
        new TriangularSchedule(ITERATION, 1.0, 0.2, 4, 2),
        new double[][] {
          {0, 9, 1}, {1, 9, 1}, {2, 9, 0.6}, {3, 9, 0.2}, {4, 9, 0.6}, {5, 9, 1}, {6, 9, 0.6},
        });
    assertValues(new TriangularSchedule(EPOCH, 1.0, 0.2, 2, 0), new double[][] {{9, 0, 0.2}});
  }

  @Test
  void make_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TriangularSchedule(EPOCH, 1, 2, 4, 0))
        .withMessage("low must be finite and at most high, got 2.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TriangularSchedule(EPOCH, 1, 0, 3, 0))
        .withMessage("length must be even and >= 2, got 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TriangularSchedule(EPOCH, 1, 0, 4, -1))
        .withMessage("start must be >= 0, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InversePowerSchedule(ITERATION, 1, 0, 1))
        .withMessage("b must be finite and > 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InversePowerSchedule(null, 1, 1, 1))
        .withMessage("scheduleType must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CosineAnnealingSchedule.once(EPOCH, 1, 2, 10))
        .withMessage("minimum must be finite and at most initial, got 2.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CosineAnnealingSchedule.withRestarts(EPOCH, 1, 0, 10, 0))
        .withMessage("factor must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CosineAnnealingSchedule.once(EPOCH, 1, 0, 0))
        .withMessage("length must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LinearWarmupSchedule(0, 1))
        .withMessage("warmup must be >= 1, got 0");
  }
}
