package io.github.dl4jx.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class RawArrayTest {

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE", "HALF", "INT", "LONG", "UBYTE", "BOOL"})
  void toArray_anyNumbers_areTheSame(DataType type) {
    INDArray array = Nd4j.createFromArray(new double[][] {{0, 1, 2}, {0, -3, 4}}).castTo(type);
    INDArray back = RawArray.of(array, "x").toArray();
    assertThat(back.dataType()).isEqualTo(type);
    assertThat(back).isEqualTo(array);
  }

  @Test
  void toArray_infiniteNanAndTinyNumbers_keepTheirBits() {
    float[] numbers = {Float.NaN, Float.NEGATIVE_INFINITY, -0f, Float.MIN_VALUE, 0.1f};
    INDArray back = RawArray.of(Nd4j.createFromArray(numbers), "x").toArray();
    assertThat(back.toFloatVector()).containsExactly(numbers);
  }

  @Test
  void toArray_fOrderAndViews_haveTheSameValues() {
    INDArray array = Nd4j.arange(24).reshape(2, 3, 4);
    assertThat(RawArray.of(array.dup('f'), "x").toArray()).isEqualTo(array);
    INDArray view = array.get(NDArrayIndex.all(), NDArrayIndex.interval(1, 3), NDArrayIndex.all());
    assertThat(RawArray.of(view, "x").toArray()).isEqualTo(view.dup());
    INDArray row = array.slice(1);
    assertThat(RawArray.of(row, "x").toArray()).isEqualTo(row.dup());
  }

  @ParameterizedTest
  @CsvSource({"0 2 1", "2 1 0", "1 0 2", "0 3 1 2", "0 2 3 1", "3 1 0 2"})
  void toArray_permuted_hasTheSameValues(String order) {
    int[] axes = Arrays.stream(order.split(" ")).mapToInt(Integer::parseInt).toArray();
    long[] shape = {2, 3, 4, 5};
    shape = Arrays.copyOf(shape, axes.length);
    long length = Arrays.stream(shape).reduce(1L, (x, y) -> x * y);
    INDArray permuted = Nd4j.arange((double) length).reshape(shape).permute(axes);
    INDArray back = RawArray.of(permuted, "x").toArray();
    assertThat(back.shape()).containsExactly(permuted.shape());
    for (int i = 0; i < length; i++) {
      long rest = i; // the place in c order, from its last index on
      long value = 0;
      for (int k = axes.length - 1; k >= 0; k--) {
        long index = rest % shape[axes[k]];
        rest /= shape[axes[k]];
        value += index * Arrays.stream(shape).skip(axes[k] + 1L).reduce(1L, (x, y) -> x * y);
      }
      assertThat(back.data().getLong(i)).isEqualTo(value);
    }
  }

  @Test
  void toArray_moreThanOneChunk_isWhole() {
    INDArray array = Nd4j.arange((1 << 22) + 3); // 16 MiB and 12 bytes
    RawArray raw = RawArray.of(array, "x");
    assertThat(raw.bytes()).isEqualTo((1L << 24) + 12);
    assertThat(raw.toArray()).isEqualTo(array);
  }

  @Test
  void of_text_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RawArray.of(Nd4j.create("a", "b"), "labels"))
        .withMessage("labels must hold numbers, got UTF8");
  }
}
