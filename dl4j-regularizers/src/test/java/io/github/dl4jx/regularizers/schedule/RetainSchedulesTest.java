package io.github.dl4jx.regularizers.schedule;

import static io.github.dl4jx.regularizers.SmallNetworks.serialized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.nd4j.linalg.schedule.ScheduleType.EPOCH;
import static org.nd4j.linalg.schedule.ScheduleType.ITERATION;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.dropout.LockedDropout;
import io.github.dl4jx.regularizers.weightnoise.DropConnect;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.schedule.ISchedule;

class RetainSchedulesTest {

  private static void assertValues(ISchedule schedule, double[][] expected) {
    for (double[] row : expected) {
      assertThat(schedule.valueAt((int) row[0], (int) row[1])).isCloseTo(row[2], within(1e-12));
    }
  }

  @Test
  void annealed_values_riseToOneAndStay() {
    assertValues(
        new AnnealedRetainSchedule(EPOCH, 0.5, 4),
        new double[][] {{99, 0, 0.5}, {99, 1, 0.625}, {99, 2, 0.75}, {99, 3, 0.875}});
    // the paper's drop rate: max(0, 1 - t / N) times the first
    for (int t = 0; t < 50; t++) {
      double drop = Math.max(0, 1 - t / 30.0) * 0.7;
      assertThat(new AnnealedRetainSchedule(ITERATION, 1 - 0.7, 30).valueAt(t, 0))
          .isCloseTo(1 - drop, within(1e-15));
    }
    // above 1 by an ulp would be refused
    for (int length = 1; length < 1000; length++) {
      ISchedule schedule = new AnnealedRetainSchedule(ITERATION, 0.1, length);
      assertThat(schedule.valueAt(length, 0)).isEqualTo(1);
      assertThat(schedule.valueAt(Integer.MAX_VALUE, 0)).isEqualTo(1);
      assertThat(schedule.valueAt(length - 1, 0)).isBetween(0.0999, 1.0);
    }
  }

  @Test
  void annealed_fromOne_isTheLinearSchemeOfDropBlock() {
    assertValues(
        new AnnealedRetainSchedule(ITERATION, 1, 10).endingAt(0.9),
        new double[][] {{0, 5, 1}, {5, 5, 0.95}, {10, 5, 0.9}, {1000, 5, 0.9}});
  }

  @Test
  void curriculum_values_areTheFormulas() {
    // 0.5 exp(-0.1 t) + 0.5
    assertValues(
        new CurriculumRetainSchedule(ITERATION, 0.5, 0.1),
        new double[][] {
          {0, 3, 1},
          {1, 3, 0.952418709017980},
          {10, 3, 0.683939720585721},
          {1_000_000, 3, 0.5},
        });
    assertValues(
        CurriculumRetainSchedule.over(EPOCH, 0.8, 100),
        new double[][] {{3, 0, 1}, {3, 10, 0.873575888234288}, {3, 100, 0.800009079985952}});
  }

  static List<ISchedule> schedules() {
    return List.of(
        new AnnealedRetainSchedule(EPOCH, 0.5, 4),
        new AnnealedRetainSchedule(ITERATION, 1, 10).endingAt(0.9),
        new CurriculumRetainSchedule(ITERATION, 0.5, 0.1));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void configuration_throughJsonYamlAndClone_isEqual(ISchedule schedule) throws Exception {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(dense().dropOut(new InvertedDropout(schedule)).build())
            .layer(dense().dropOut(new LockedDropout(schedule)).build())
            .layer(dense().dropOut(new Dropout(schedule)).build())
            .layer(dense().weightNoise(new DropConnect(schedule)).build())
            .layer(new OutputLayer.Builder().nIn(2).nOut(2).activation(Activation.SOFTMAX).build())
            .build();
    assertThat(MultiLayerConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    assertThat(MultiLayerConfiguration.fromYaml(conf.toYaml())).isEqualTo(conf);
    assertThat(conf.clone()).isEqualTo(conf);
    assertThat(schedule.clone()).isEqualTo(schedule).hasSameHashCodeAs(schedule);
    assertThat(serialized(schedule)).isEqualTo(schedule);
  }

  private static DenseLayer.Builder dense() {
    return new DenseLayer.Builder().nIn(2).nOut(2);
  }

  @Test
  void equals_settings_decide() {
    assertThat(new AnnealedRetainSchedule(EPOCH, 0.5, 4))
        .isEqualTo(new AnnealedRetainSchedule(EPOCH, 0.5, 4).endingAt(1))
        .isNotEqualTo(new AnnealedRetainSchedule(ITERATION, 0.5, 4))
        .isNotEqualTo(new AnnealedRetainSchedule(EPOCH, 0.6, 4))
        .isNotEqualTo(new AnnealedRetainSchedule(EPOCH, 0.5, 4).endingAt(0.9))
        .isNotEqualTo(new AnnealedRetainSchedule(EPOCH, 0.5, 5));
    assertThat(new CurriculumRetainSchedule(EPOCH, 0.5, 1))
        .isEqualTo(CurriculumRetainSchedule.over(EPOCH, 0.5, 10))
        .isNotEqualTo(new CurriculumRetainSchedule(ITERATION, 0.5, 1))
        .isNotEqualTo(new CurriculumRetainSchedule(EPOCH, 0.6, 1))
        .isNotEqualTo(new CurriculumRetainSchedule(EPOCH, 0.5, 2));
  }

  @Test
  void make_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AnnealedRetainSchedule(null, 0.5, 4))
        .withMessage("scheduleType must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AnnealedRetainSchedule(EPOCH, 0, 4))
        .withMessage("initial must be in (0, 1], got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AnnealedRetainSchedule(EPOCH, 0.5, 4).endingAt(1.5))
        .withMessage("end must be in (0, 1], got 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AnnealedRetainSchedule(EPOCH, 0.5, 0))
        .withMessage("length must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CurriculumRetainSchedule(null, 0.5, 4))
        .withMessage("scheduleType must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CurriculumRetainSchedule(EPOCH, Double.NaN, 4))
        .withMessage("end must be in (0, 1], got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CurriculumRetainSchedule(EPOCH, 0.5, 0))
        .withMessage("gamma must be finite and > 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CurriculumRetainSchedule.over(EPOCH, 0.5, 0))
        .withMessage("length must be >= 1, got 0");
  }
}
