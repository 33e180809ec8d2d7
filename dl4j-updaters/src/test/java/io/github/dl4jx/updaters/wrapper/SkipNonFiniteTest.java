package io.github.dl4jx.updaters.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import org.apache.commons.lang3.SerializationUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
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
    INDArray state = Nd4j.zeros(DataType.FLOAT, 9); // 3 counts, then Adam's
    SkipNonFinite config = SkipNonFinite.around(new Adam(0.1), 3);
    GradientUpdater<?> running = config.instantiate(state, true);
    running.applyUpdater(Nd4j.createFromArray(1f, 2f, 3f), 0, 0);
    float[] before = state.toFloatVector();
    Arrays.fill(before, 0, 3, 1); // one step skipped

    INDArray g = Nd4j.createFromArray(1f, value, 3f);
    running.applyUpdater(g, 1, 0);

    assertThat(g.toFloatVector()).containsOnly(0);
    assertThat(state.toFloatVector()).isEqualTo(before);
  }

  @Test
  void step_moreInARowThanAllowed_throwsWithAdvice() {
    SkipNonFinite config = SkipNonFinite.around(new Sgd(0.1), 2);
    GradientUpdater<?> running = config.instantiate(state(), true);
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
    INDArray state = state();
    GradientUpdater<?> running = config.instantiate(state, true);
    for (int t = 0; t < 10; t += 2) {
      running.applyUpdater(bad(), t, 0);
      running.applyUpdater(Nd4j.ones(3), t + 1, 0);
    }
    assertThat(state.toFloatVector()).containsOnly(5);
  }

  /** A configuration outlives its networks, and memory comes again. */
  @Test
  void step_otherNetworkAtTheSameAddress_startsTheCountAnew() {
    SkipNonFinite config = SkipNonFinite.around(new Sgd(0.1), 2);
    INDArray state = state();
    GradientUpdater<?> first = config.instantiate(state, true);
    first.applyUpdater(bad(), 0, 0);
    first.applyUpdater(bad(), 1, 0);
    GradientUpdater<?> second = config.instantiate(state, true);
    second.applyUpdater(bad(), 2, 0);
    second.applyUpdater(bad(), 3, 0);
    assertThatIllegalStateException().isThrownBy(() -> second.applyUpdater(bad(), 4, 0));
  }

  @Test
  void step_severalBlocks_countForThemselves() {
    SkipNonFinite config = SkipNonFinite.around(new Sgd(0.1), 1);
    INDArray state = Nd4j.zeros(DataType.FLOAT, 6); // of one network, or of two
    GradientUpdater<?> first = config.instantiate(part(state, 0), true);
    GradientUpdater<?> second = config.instantiate(part(state, 3), true);
    first.applyUpdater(bad(), 7, 0);
    second.applyUpdater(bad(), 7, 0);
    first.applyUpdater(Nd4j.ones(3), 8, 0);
    first.applyUpdater(bad(), 9, 0);
    assertThatIllegalStateException().isThrownBy(() -> second.applyUpdater(bad(), 8, 0));
    assertThat(state.toFloatVector()).containsExactly(2, 2, 2, 1, 1, 1);
  }

  private static INDArray state() {
    return Nd4j.zeros(DataType.FLOAT, 3);
  }

  private static INDArray part(INDArray state, int from) {
    return state.get(NDArrayIndex.interval(from, from + 3));
  }

  @Test
  void step_firstIterationAfterSerialization_isCounted() {
    SkipNonFinite config = SerializationUtils.roundtrip(SkipNonFinite.around(new Sgd(0.1), 0));
    GradientUpdater<?> running = config.instantiate(state(), true);
    assertThatIllegalStateException().isThrownBy(() -> running.applyUpdater(bad(), 0, 0));
  }

  @Test
  void outsideOneBit_nan_staysOutOfTheResidual() {
    INDArray state = Nd4j.zeros(DataType.FLOAT, 6);
    SkipNonFinite.around(OneBitGradient.around(new Sgd(0.1)).build(), 1)
        .instantiate(state, true)
        .applyUpdater(bad(), 0, 0);
    assertThat(part(state, 3).toFloatVector()).containsOnly(0);
  }

  @Test
  void around_negative_saysWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SkipNonFinite.around(new Sgd(0.1), -1))
        .withMessage("maxConsecutive must be >= 0, got -1");
  }
}
