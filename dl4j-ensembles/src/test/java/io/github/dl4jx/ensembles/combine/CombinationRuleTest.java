package io.github.dl4jx.ensembles.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CombinationRuleTest {

  private static INDArray rows(float[]... rows) {
    return Nd4j.createFromArray(rows);
  }

  private static float[] row(float... values) {
    return values;
  }

  private static void assertRow(INDArray output, int row, double... expected) {
    assertThat(output.getRow(row).toDoubleVector()).containsExactly(expected, within(1e-6));
  }

  @Test
  void softVote_threeMembers_isTheMeanProbability() {
    INDArray y =
        new SoftVote()
            .combine(
                List.of(
                    rows(row(0.6f, 0.3f, 0.1f)),
                    rows(row(0.0f, 0.9f, 0.1f)),
                    rows(row(0.3f, 0.3f, 0.4f))));
    assertRow(y, 0, 0.3, 0.5, 0.2);
  }

  @Test
  void hardVote_majorityAgainstMean_followsTheMajority() {
    // two of three say class 0, though class 1 has the higher mean
    INDArray y =
        new HardVote()
            .combine(List.of(rows(row(0.51f, 0.49f)), rows(row(0.51f, 0.49f)), rows(row(0f, 1f))));
    assertRow(y, 0, 2 / 3.0, 1 / 3.0);
  }

  @Test
  void hardVote_tie_goesToTheTiedClassWithTheHigherMean() {
    // one vote each for 0 and 1; class 2 has none, though the highest mean of all
    INDArray y =
        new HardVote()
            .combine(
                List.of(
                    rows(row(0.42f, 0.18f, 0.40f), row(1, 0, 0)),
                    rows(row(0.05f, 0.50f, 0.45f), row(0.9f, 0.1f, 0))));
    assertRow(y, 0, 1 / 2.001, 1.001 / 2.001, 0);
    assertRow(y, 1, 1, 0, 0);
    assertThat(y.sum(1).toDoubleVector()).containsExactly(new double[] {1, 1}, within(1e-6));
  }

  @Test
  void hardVote_sequences_votesAtEveryStep() {
    // [examples 1, classes 2, steps 3]
    INDArray a = Nd4j.createFromArray(0.9f, 0.2f, 0.6f, 0.1f, 0.8f, 0.4f).reshape(1, 2, 3);
    INDArray b = Nd4j.createFromArray(0.8f, 0.7f, 0.7f, 0.2f, 0.3f, 0.3f).reshape(1, 2, 3);
    INDArray c = Nd4j.createFromArray(0.7f, 0.1f, 0.1f, 0.3f, 0.9f, 0.9f).reshape(1, 2, 3);
    INDArray y = new HardVote().combine(List.of(a, b.dup('f'), c));
    assertThat(y.shape()).containsExactly(1, 2, 3);
    assertThat(y.slice(0).getRow(0).toDoubleVector())
        .containsExactly(new double[] {1, 1 / 3.0, 2 / 3.0}, within(1e-6));
  }

  @Test
  void meanOutput_regression_isTheMeanAndKeepsTheType() {
    INDArray a = Nd4j.createFromArray(new double[][] {{1}, {-4}});
    INDArray b = Nd4j.createFromArray(new double[][] {{2}, {1}});
    INDArray y = new MeanOutput().combine(List.of(a, b));
    assertThat(y.dataType()).isEqualTo(DataType.DOUBLE);
    assertThat(y.toDoubleVector()).containsExactly(1.5, -1.5);
    assertThat(a.toDoubleVector()).containsExactly(1, -4);
  }

  @Test
  void named_everyRule_isFoundByItsName() {
    for (CombinationRule rule : List.of(new SoftVote(), new HardVote(), new MeanOutput())) {
      assertThat(CombinationRule.named(rule.name())).isEqualTo(rule).hasSameHashCodeAs(rule);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CombinationRule.named("loudest"))
        .withMessageContaining("soft-vote, hard-vote or mean, got loudest");
  }

  @Test
  void combine_badOutputs_sayWhatIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SoftVote().combine(List.of()))
        .withMessageContaining("at least 1 member, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SoftVote().combine(List.of(rows(row(1, 0)), rows(row(1, 0, 0)))))
        .withMessageContaining("outputs must have one shape");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HardVote().combine(List.of(rows(row(0.7f)))))
        .withMessage("a hard vote needs at least 2 classes on axis 1, got 1");
  }
}
