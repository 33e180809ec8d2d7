package io.github.dl4jx.updaters.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.apache.commons.lang3.SerializationUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

class SkipNonFiniteTest {

  private static INDArray bad() {
    return Nd4j.createFromArray(1f, Float.NaN, 3f);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void step_nonFinite_updateIsZeroAndInnerStateUntouched(float value) {
    INDArray state = Nd4j.zeros(DataType.FLOAT, 6);
    SkipNonFinite config = SkipNonFinite.around(new Adam(0.1), 3);
    GradientUpdater<?> running = config.instantiate(state, true);
    running.applyUpdater(Nd4j.createFromArray(1f, 2f, 3f), 0, 0);
    float[] before = state.toFloatVector();

    INDArray g = Nd4j.createFromArray(1f, value, 3f);
    running.applyUpdater(g, 1, 0);

    assertThat(g.toFloatVector()).containsOnly(0);
    assertThat(state.toFloatVector()).isEqualTo(before);
    assertThat(config.skippedSteps()).isEqualTo(1);
  }

  @Test
  void step_moreInARowThanAllowed_throwsWithAdvice() {
    SkipNonFinite config = SkipNonFinite.around(new Sgd(0.1), 2);
    GradientUpdater<?> running = config.instantiate((INDArray) null, true);
    running.applyUpdater(bad(), 0, 0);
    running.applyUpdater(bad(), 1, 0);
    assertThatIllegalStateException()
        .isThrownBy(() -> running.applyUpdater(bad(), 2, 0))
        .withMessageContaining("in 3 iterations in a row, up to iteration 2; 2 are allowed")
        .withMessageContaining("lower the learning rate");
  }

  @Test
  void step_goodOneBetween_startsTheCountAnew() {
    SkipNonFinite config = SkipNonFinite.around(new Sgd(0.1), 1);
    GradientUpdater<?> running = config.instantiate((INDArray) null, true);
    for (int t = 0; t < 10; t += 2) {
      running.applyUpdater(bad(), t, 0);
      running.applyUpdater(Nd4j.ones(3), t + 1, 0);
    }
    assertThat(config.skippedSteps()).isEqualTo(5);
  }

  @Test
  void step_severalBlocksOfOneIteration_countOnce() {
    SkipNonFinite config = SkipNonFinite.around(new Sgd(0.1), 1);
    GradientUpdater<?> first = config.instantiate((INDArray) null, true);
    GradientUpdater<?> second = config.instantiate((INDArray) null, true);
    first.applyUpdater(bad(), 7, 0);
    assertThatCode(() -> second.applyUpdater(bad(), 7, 0)).doesNotThrowAnyException();
    assertThat(config.skippedSteps()).isEqualTo(1);
  }

  @Test
  void step_firstIterationAfterSerialization_isCounted() {
    SkipNonFinite config = SerializationUtils.roundtrip(SkipNonFinite.around(new Sgd(0.1), 0));
    GradientUpdater<?> running = config.instantiate((INDArray) null, true);
    assertThatIllegalStateException().isThrownBy(() -> running.applyUpdater(bad(), 0, 0));
  }

  @Test
  void outsideOneBit_nan_staysOutOfTheResidual() {
    INDArray residual = Nd4j.zeros(DataType.FLOAT, 3);
    SkipNonFinite.around(OneBitGradient.around(new Sgd(0.1)).build(), 1)
        .instantiate(residual, true)
        .applyUpdater(bad(), 0, 0);
    assertThat(residual.toFloatVector()).containsOnly(0);
  }

  @Test
  void around_negative_saysWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SkipNonFinite.around(new Sgd(0.1), -1))
        .withMessage("maxConsecutive must be >= 0, got -1");
  }
}
