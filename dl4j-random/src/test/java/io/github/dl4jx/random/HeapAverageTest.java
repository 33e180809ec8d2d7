package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class HeapAverageTest {

  private static INDArray values(HeapAverage average, INDArray like) {
    INDArray values = Nd4j.createUninitialized(DataType.FLOAT, like.shape());
    average.copyTo(values);
    return values;
  }

  @ParameterizedTest
  @CsvSource({"1, FLOAT", "4096, FLOAT", "70001, FLOAT", "262144, FLOAT", "5000, HALF"})
  void update_anyLength_hasTheBitsOfMovingAverage(int n, DataType type) {
    INDArray first = Nd4j.randn(DataType.FLOAT, n).castTo(type);
    HeapAverage average = new HeapAverage(first);
    INDArray expected = first.castTo(DataType.FLOAT).dup();
    for (double weight : new double[] {0.3, 1e-3, 1, 0.125}) {
      INDArray x = Nd4j.randn(DataType.FLOAT, n).castTo(type);
      average.update(x, weight);
      MovingAverage.update(expected, x, weight);
      assertThat(values(average, x).toFloatVector()).isEqualTo(expected.toFloatVector());
    }
  }

  @Test
  void update_viewWithGaps_readsItsElementsInCOrder() {
    INDArray whole = Nd4j.arange(200).castTo(DataType.FLOAT).reshape(10, 20);
    INDArray x = whole.get(NDArrayIndex.all(), NDArrayIndex.interval(3, 9));
    HeapAverage average = new HeapAverage(Nd4j.zeros(DataType.FLOAT, 10, 6));
    average.update(x, 0.5);
    assertThat(values(average, x)).isEqualTo(x.mul(0.5));
  }

  @Test
  void badArguments_saysWhatIsAllowed() {
    INDArray x = Nd4j.zeros(DataType.FLOAT, 4);
    HeapAverage average = new HeapAverage(x);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> average.update(x, 0))
        .withMessage("weight must be in (0, 1], got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> average.update(x.castTo(DataType.DOUBLE), 0.5))
        .withMessage("x must not be DOUBLE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> average.update(Nd4j.zeros(DataType.FLOAT, 5), 0.5))
        .withMessage("x must have the shape of the average, [4], got [5]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeapAverage(Nd4j.zeros(DataType.FLOAT, HeapAverage.MAX_LENGTH + 1)))
        .withMessage("first must have 1 to 262144 elements, got 262145");
  }
}
