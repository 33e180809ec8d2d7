package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ElementsTest {

  private static final INDArray NUMBERS = Nd4j.arange(1000).castTo(DataType.FLOAT);

  @Test
  void floats_severalWindows_copiesAcrossThem() {
    INDArray x = NUMBERS.dup().get(NDArrayIndex.interval(100, 900));
    Elements elements = new DirectElements.Floats(x, 4).share();
    float[] copy = new float[110];

    elements.get(333, copy, 10, 100);

    assertThat(copy[9]).isZero();
    for (int i = 0; i < 100; i++) {
      assertThat(copy[10 + i]).isEqualTo(433 + i);
    }
    elements.put(0, copy, 10, 100);
    elements.get(750, copy, 0, 50);
    assertThat(x.getFloat(0)).isEqualTo(433);
    assertThat(x.getFloat(99)).isEqualTo(532);
    assertThat(x.getFloat(100)).isEqualTo(200);
    assertThat(copy[49]).isEqualTo(899);
  }

  @Test
  void doubles_severalWindows_copiesAcrossThem() {
    INDArray x = NUMBERS.castTo(DataType.DOUBLE).get(NDArrayIndex.interval(100, 900));
    Elements elements = new DirectElements.Doubles(x, 4).share();
    double[] copy = new double[110];

    elements.get(333, copy, 10, 100);
    elements.put(0, copy, 10, 100);

    assertThat(x.getDouble(0)).isEqualTo(433);
    assertThat(x.getDouble(99)).isEqualTo(532);
    assertThat(x.getDouble(100)).isEqualTo(200);
  }

  @Test
  void inCOrder_arraysInCOrder_areDirect() {
    assertThat(Elements.inCOrder(NUMBERS.dup().reshape(10, 100)))
        .isInstanceOf(DirectElements.Floats.class);
    assertThat(Elements.inCOrder(NUMBERS.castTo(DataType.DOUBLE)))
        .isInstanceOf(DirectElements.Doubles.class);
    assertThat(Elements.inCOrder(Nd4j.create(DataType.FLOAT, new long[] {1, 7}, 'f')))
        .isInstanceOf(DirectElements.Floats.class);
  }

  @Test
  void inCOrder_otherArrays_areStrided() {
    assertThat(Elements.inCOrder(Nd4j.create(DataType.FLOAT, new long[] {2, 3}, 'f')))
        .isInstanceOf(StridedElements.class);
    assertThat(Elements.inCOrder(NUMBERS.castTo(DataType.FLOAT16)))
        .isInstanceOf(StridedElements.class);
  }

  @Test
  void get_ofTheOtherPrecision_throws() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Elements.inMemoryOrder(NUMBERS).get(0, new double[1], 0, 1));
    assertThatIllegalStateException()
        .isThrownBy(() -> Elements.inMemoryOrder(NUMBERS).put(0, new double[1], 0, 1));
  }
}
