package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class MovingAverageTest {

  @ParameterizedTest
  @CsvSource({
    "FLOAT, FLOAT, 6e-8",
    "DOUBLE, FLOAT, 2e-16",
    "DOUBLE, DOUBLE, 2e-16",
    "FLOAT, HALF, 6e-8",
    "DOUBLE, HALF, 2e-16"
  })
  void update_anyTypes_followsTheFormula(DataType average, DataType type, double ulp) {
    int n = 70_001; // several pieces, and a chunk that is not full
    INDArray a = Nd4j.rand(DataType.FLOAT, n).castTo(average);
    INDArray x = Nd4j.rand(DataType.FLOAT, n).castTo(type);
    double[] before = a.toDoubleVector();
    double[] towards = x.toDoubleVector();
    MovingAverage.update(a, x, 0.125);
    double[] after = a.toDoubleVector();
    for (int i = 0; i < n; i++) {
      // numbers below 1: the difference, the product (an exact 1/8) and the sum round once each
      assertThat(after[i])
          .isCloseTo(before[i] + 0.125 * (towards[i] - before[i]), within(1.2 * ulp));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 0.3, 0.999})
  void update_equalArrays_changesNoBit(double weight) {
    INDArray x = Nd4j.randn(DataType.FLOAT, 5000);
    INDArray a = x.dup();
    MovingAverage.update(a, x, weight);
    assertThat(a.toFloatVector()).isEqualTo(x.toFloatVector());
  }

  @Test
  void update_weightOne_copies() {
    INDArray x = Nd4j.randn(DataType.FLOAT, 5000);
    INDArray a = Nd4j.randn(DataType.FLOAT, 5000).muli(1e6);
    MovingAverage.update(a, x, 1);
    assertThat(a.toFloatVector()).isEqualTo(x.toFloatVector());
  }

  @Test
  void update_viewWithGaps_readsItsElementsInCOrder() {
    INDArray whole = Nd4j.arange(200).castTo(DataType.FLOAT).reshape(10, 20);
    INDArray x = whole.get(NDArrayIndex.all(), NDArrayIndex.interval(3, 9));
    INDArray a = Nd4j.zeros(DataType.FLOAT, 10, 6);
    MovingAverage.update(a, x, 0.5);
    assertThat(a).isEqualTo(x.mul(0.5));
    assertThat(whole.sumNumber().doubleValue()).isEqualTo(199 * 200 / 2.0);
  }

  @Test
  void update_badArguments_saysWhatIsAllowed() {
    INDArray a = Nd4j.zeros(DataType.FLOAT, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MovingAverage.update(a, a, 0))
        .withMessage("weight must be in (0, 1], got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MovingAverage.update(a, Nd4j.zeros(DataType.DOUBLE, 4), 0.5))
        .withMessage("average must be FLOAT, or DOUBLE if x is, got FLOAT for x of DOUBLE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MovingAverage.update(a, Nd4j.zeros(DataType.FLOAT, 5), 0.5))
        .withMessageStartingWith(
            "x must be of a floating-point type and the average's shape, got ");
  }
}
