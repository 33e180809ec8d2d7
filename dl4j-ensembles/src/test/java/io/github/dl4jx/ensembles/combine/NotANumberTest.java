package io.github.dl4jx.ensembles.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** No rule makes an answer of a NaN that counts. */
class NotANumberTest {

  private static final float[][] SANE = {{0.7f, 0.2f, 0.1f}, {0.1f, 0.2f, 0.7f}};

  static Stream<CombinationRule> rules() {
    return Stream.of(
        new SoftVote(),
        new MeanOutput(),
        new MedianOutput(),
        new MedianVote(),
        new GeometricMean(),
        new WeightedVote(0.3, 0.3, 0.4),
        new AdditiveScores(new double[] {1, 2, 3}, 0.5, 0.5, 0.5),
        AdditiveScores.softmax(new double[] {1, 2, 3}, 0.5, 0.5, 0.5));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void combine_oneMemberSaysNaN_doesTooAndInThatRowOnly(CombinationRule rule) {
    INDArray sane = Nd4j.createFromArray(SANE);
    for (int member = 0; member < 3; member++) {
      for (int column = 0; column < 3; column++) {
        INDArray odd = sane.dup().putScalar(0, column, Float.NaN);
        List<INDArray> outputs =
            List.of(member == 0 ? odd : sane, member == 1 ? odd : sane, member == 2 ? odd : sane);
        INDArray combined = rule.combine(outputs);
        assertThat(combined.getDouble(0, column)).isNaN();
        assertThat(combined.getRow(1)).isEqualTo(rule.combine(List.of(sane, sane, sane)).getRow(1));
      }
    }
  }

  @Test
  void argMax_naN_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputRows.argMax(new double[] {Double.NaN, 1}))
        .withMessage("values must not be NaN, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputRows.argMax(new double[] {1, Double.NaN}));
    assertThat(OutputRows.argMax(new double[] {1, Double.POSITIVE_INFINITY})).isEqualTo(1);
  }

  @Test
  void softmax_naN_isAllNaN() {
    assertThat(OutputRows.softmax(new double[] {1, Double.NaN})).containsOnly(Double.NaN);
    assertThat(OutputRows.softmax(new double[] {Double.NaN, 1})).containsOnly(Double.NaN);
  }

  /** 40,000 + 40,000 is infinite in half precision, whose largest number is 65,504. */
  @Test
  void mean_halfPrecision_doesNotOverflow() {
    INDArray large = Nd4j.createFromArray(new float[][] {{40_000, -40_000}});
    INDArray half = large.castTo(DataType.FLOAT16);
    INDArray mean = new MeanOutput().combine(List.of(half, half, half));
    assertThat(mean.dataType()).isEqualTo(DataType.FLOAT16);
    assertThat(mean).isEqualTo(half);
  }
}
