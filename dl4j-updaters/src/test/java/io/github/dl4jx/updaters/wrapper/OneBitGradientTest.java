package io.github.dl4jx.updaters.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.updaters.wrapper.OneBitGradient.Reconstruction;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;

class OneBitGradientTest {

  private static GradientUpdater<?> running(OneBitGradient config, INDArray state) {
    return config.instantiate(state, true);
  }

  private static OneBitGradient.Builder bare() {
    return OneBitGradient.around(new NoOp());
  }

  @Test
  void step_byHand_twoMeansAndTheResidual() {
    INDArray residual = Nd4j.zeros(DataType.FLOAT, 5);
    INDArray g = Nd4j.createFromArray(1f, -2f, 3f, -4f, 0f);
    running(bare().columnLength(5).build(), residual).applyUpdater(g, 0, 0);
    // (1 + 3 + 0) / 3 and (-2 - 4) / 2
    float up = 4f / 3;
    assertThat(g.toFloatVector()).containsExactly(up, -3, up, -3, up);
    assertThat(residual.toFloatVector())
        .containsExactly(new float[] {1 - up, 1, 3 - up, -1, -up}, within(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 64, 65, 512, 513, 1500})
  void step_anyColumnLength_isSeidesRule(int length) {
    int n = 4000;
    Random random = new Random(length);
    double[] values = random.doubles(n, -1, 1.5).toArray();
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      INDArray g = Nd4j.createFromArray(values).castTo(type);
      INDArray residual = Nd4j.zeros(type, n);
      running(bare().columnLength(length).build(), residual).applyUpdater(g, 0, 0);
      for (int start = 0; start < n; start += length) {
        int end = Math.min(n, start + length);
        double[] sum = new double[2];
        int[] count = new int[2];
        for (int i = start; i < end; i++) {
          int bit = values[i] >= 0 ? 1 : 0;
          sum[bit] += values[i];
          count[bit]++;
        }
        for (int i = start; i < end; i++) {
          int bit = values[i] >= 0 ? 1 : 0;
          double q = sum[bit] / count[bit];
          assertThat(g.getDouble(i)).isCloseTo(q, within(1e-6));
          assertThat(residual.getDouble(i)).isCloseTo(values[i] - q, within(1e-6));
        }
      }
    }
  }

  @Test
  void step_zerosAndTinyRanges_becomeZeroAndStayFinite() {
    float[] tiny = {1e-38f, -1e-38f, 3e-37f, 0f};
    INDArray residual = Nd4j.zeros(DataType.FLOAT, 8);
    INDArray g = Nd4j.createFromArray(0f, 0f, 0f, 0f, tiny[0], tiny[1], tiny[2], tiny[3]);
    running(bare().columnLength(4).build(), residual).applyUpdater(g, 0, 0);
    assertThat(g.toFloatVector()).containsOnly(0f);
    assertThat(residual.toFloatVector())
        .containsExactly(0f, 0f, 0f, 0f, tiny[0], tiny[1], tiny[2], tiny[3]);
  }

  @Test
  void step_oneHalfEmpty_isExactWhereAllAreEqual() {
    INDArray residual = Nd4j.zeros(DataType.FLOAT, 4);
    INDArray g = Nd4j.createFromArray(-2f, -2f, 5f, 5f);
    running(bare().columnLength(2).build(), residual).applyUpdater(g, 0, 0);
    assertThat(g.toFloatVector()).containsExactly(-2, -2, 5, 5);
    assertThat(residual.toFloatVector()).containsOnly(0);
  }

  @Test
  void steps_withFeedback_loseNothingInTheSum() {
    // sum of all Q(v) + last residual = sum of all gradients, whatever the quantization
    int n = 300;
    Random random = new Random(3);
    INDArray residual = Nd4j.zeros(DataType.DOUBLE, n);
    GradientUpdater<?> running = running(bare().columnLength(100).build(), residual);
    INDArray sent = Nd4j.zeros(DataType.DOUBLE, n);
    INDArray exact = Nd4j.zeros(DataType.DOUBLE, n);
    for (int t = 0; t < 50; t++) {
      INDArray g = Nd4j.createFromArray(random.doubles(n, -1, 1).toArray());
      exact.addi(g);
      running.applyUpdater(g, t, 0);
      sent.addi(g);
    }
    assertThat(sent.add(residual).equalsWithEps(exact, 1e-12)).isTrue();
  }

  @Test
  void step_withoutFeedback_keepsNoState() {
    OneBitGradient config = bare().errorFeedback(false).build();
    assertThat(config.stateSize(10)).isZero();
    INDArray g = Nd4j.createFromArray(1f, -2f, 3f, -4f);
    config.instantiate((INDArray) null, true).applyUpdater(g, 0, 0);
    assertThat(g.toFloatVector()).containsExactly(2, -3, 2, -3);
  }

  @Test
  void step_scaledSign_isTheMeanOfAbsoluteValues() {
    INDArray residual = Nd4j.zeros(DataType.FLOAT, 4);
    INDArray g = Nd4j.createFromArray(1f, -2f, 3f, -4f);
    OneBitGradient config = bare().reconstruction(Reconstruction.SCALED_SIGN).build();
    running(config, residual).applyUpdater(g, 0, 0);
    assertThat(g.toFloatVector()).containsExactly(2.5f, -2.5f, 2.5f, -2.5f);
  }

  @Test
  void step_exactIterations_passTheGradientOn() {
    INDArray residual = Nd4j.zeros(DataType.FLOAT, 3);
    GradientUpdater<?> running = running(bare().exactIterations(2).build(), residual);
    for (int t = 0; t < 3; t++) {
      INDArray g = Nd4j.createFromArray(1f, 2f, 6f);
      running.applyUpdater(g, t, 0);
      assertThat(g.toFloatVector())
          .containsExactly(t < 2 ? new float[] {1, 2, 6} : new float[] {3, 3, 3});
    }
  }

  @Test
  void step_nan_spoilsItsColumnOnly() {
    INDArray residual = Nd4j.zeros(DataType.FLOAT, 4);
    INDArray g = Nd4j.createFromArray(1f, Float.NaN, 3f, -4f);
    running(bare().columnLength(2).build(), residual).applyUpdater(g, 0, 0);
    assertThat(g.getFloat(0)).isNaN();
    assertThat(g.getFloat(1)).isNaN();
    assertThat(g.getFloat(2)).isEqualTo(3);
    assertThat(g.getFloat(3)).isEqualTo(-4);
  }

  @Test
  void step_manyColumns_eachHasTwoValues() {
    int n = 1_000_000;
    INDArray state = Nd4j.zeros(DataType.FLOAT, 3L * n);
    INDArray g = Nd4j.rand(DataType.FLOAT, n).subi(0.5);
    OneBitGradient config = OneBitGradient.around(new Adam(1e-3)).columnLength(1000).build();
    config.instantiate(state, true).applyUpdater(g, 0, 0);
    assertThat(config.stateSize(n)).isEqualTo(3L * n);
    TreeSet<Float> first = new TreeSet<>();
    for (int i = 0; i < 1000; i++) {
      first.add(g.getFloat(i));
    }
    assertThat(first).hasSize(2);
  }

  @Test
  void build_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bare().columnLength(0).build())
        .withMessage("columnLength must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bare().exactIterations(-1).build())
        .withMessage("exactIterations must be >= 0, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bare().reconstruction(null).build())
        .withMessage("reconstruction must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bare().build().instantiate((INDArray) null, true))
        .withMessageContaining("needs a state view array, got null");
  }
}
