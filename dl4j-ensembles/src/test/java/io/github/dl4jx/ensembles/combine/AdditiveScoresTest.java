package io.github.dl4jx.ensembles.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AdditiveScoresTest {

  private static INDArray row(double... values) {
    return Nd4j.createFromArray(new double[][] {values});
  }

  @Test
  void combine_identity_isTheSumOfStartAndSteps() {
    INDArray y =
        new AdditiveScores(new double[] {10, -1}, 0.5, 2).combine(List.of(row(4, 6), row(-1, 3)));
    // 10 + 2 - 2 and -1 + 3 + 6
    assertThat(y.toDoubleVector()).containsExactly(new double[] {10, 8}, within(1e-12));
  }

  @Test
  void combine_softmax_isTheSoftmaxOfTheSum() {
    INDArray y = AdditiveScores.softmax(new double[] {0, 1}, 2).combine(List.of(row(1, -1)));
    // scores 2 and -1
    double p = 1 / (1 + Math.exp(-3));
    assertThat(y.toDoubleVector()).containsExactly(new double[] {p, 1 - p}, within(1e-12));
  }

  @Test
  void combine_softmaxOfLargeScores_doesNotOverflow() {
    INDArray y = AdditiveScores.softmax(new double[] {1e4, 0}, 1).combine(List.of(row(0, 0)));
    assertThat(y.toDoubleVector()).containsExactly(1, 0);
  }

  @Test
  void named_ownNames_comeBack() {
    for (AdditiveScores rule :
        List.of(
            new AdditiveScores(new double[] {-Double.MIN_NORMAL}, 0.1, -2, 3e200),
            AdditiveScores.softmax(new double[] {-0.7, -0.1 - 0.2}, 1, 2))) {
      assertThat(CombinationRule.named(rule.name())).isEqualTo(rule);
    }
    assertThat(AdditiveScores.softmax(new double[] {-1, 2}, 0.5).name())
        .isEqualTo("additive-softmax(-1.0,2.0;0.5)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"()", "(1)", "(1;2", "(;)", "(1;)", "(;1)", "(1;2;3)", "(NaN;1)", "(--1;1)"})
  void named_noNumbers_isRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> CombinationRule.named("additive" + text));
  }

  @Test
  void named_hugeText_isRefusedWithAShortMessage() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CombinationRule.named("additive(1;" + "9,".repeat(1_000_000) + "9)"))
        .withMessage(
            "an additive rule must have (start;steps), each at most 10000 numbers, got 2000005"
                + " characters");
  }

  @Test
  void of_badValues_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdditiveScores(new double[] {Double.NaN}, 1))
        .withMessage("start must be finite, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdditiveScores(new double[] {1}))
        .withMessage("steps must be 1 to 10000 values, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdditiveScores(new double[] {1}, 1, 2).combine(List.of(row(1))))
        .withMessage("there must be one step for each member, got 2 steps and 1 members");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdditiveScores(new double[] {1}, 1).combine(List.of(row(1, 2))))
        .withMessage("outputs must have the 1 columns of the start, got 2");
  }
}
