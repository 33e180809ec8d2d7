package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ElementwiseTest {

  /** x = x + 2 y, y = n of the chunk. */
  private static final Elementwise.Loop LOOP =
      new Elementwise.Loop() {
        @Override
        public void floats(float[][] x, int n) {
          for (int i = 0; i < n; i++) {
            x[0][i] += 2 * x[1][i];
            x[1][i] = n;
          }
        }

        @Override
        public void doubles(double[][] x, int n) {
          for (int i = 0; i < n; i++) {
            x[0][i] += 2 * x[1][i];
            x[1][i] = n;
          }
        }
      };

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE", "HALF", "BFLOAT16"})
  void run_anyType_changesEveryElement(DataType type) {
    double[] start = IntStream.range(0, 2000).mapToDouble(i -> i % 64).toArray();
    INDArray x = Nd4j.createFromArray(start).castTo(type);
    INDArray y = Nd4j.ones(type, 2000);
    Elementwise.run(LOOP, 7, x, y);
    for (int i = 0; i < 2000; i++) {
      assertThat(x.getDouble(i)).isEqualTo(i % 64 + 2);
      assertThat(y.getDouble(i)).isEqualTo(i < 1995 ? 7 : 5);
    }
  }

  /** The loop may be longer than the arrays. */
  @ParameterizedTest
  @ValueSource(ints = {1, 255, 256, 257, 1023, 1024, 1025, 40_000})
  void run_anyLength_changesEveryElementAndNoOther(int length) {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE, DataType.BFLOAT16}) {
      INDArray whole = Nd4j.ones(type, length + 600);
      INDArray x = whole.get(NDArrayIndex.interval(300, 300 + length));
      Elementwise.run(LOOP, x, Nd4j.ones(type, length));
      assertThat(x.minNumber().doubleValue()).isEqualTo(3);
      assertThat(x.maxNumber().doubleValue()).isEqualTo(3);
      assertThat(whole.castTo(DataType.DOUBLE).sumNumber().doubleValue())
          .isEqualTo(600 + 3.0 * length);
    }
  }

  @Test
  void run_manyElements_areAllVisitedOnce() {
    INDArray x = Nd4j.zeros(DataType.FLOAT, 1_000_003);
    INDArray y = Nd4j.ones(DataType.FLOAT, 1_000_003);
    Elementwise.run(LOOP, 512, x, y);
    assertThat(x.minNumber().doubleValue()).isEqualTo(2);
    assertThat(x.maxNumber().doubleValue()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(chars = {'c', 'f'})
  void run_ordersAndViews_pairElementsByIndex(char order) {
    INDArray whole = Nd4j.arange(30 * 40).castTo(DataType.FLOAT).reshape(30, 40).dup(order);
    INDArray x = whole.get(NDArrayIndex.interval(3, 20), NDArrayIndex.interval(5, 35));
    INDArray y = Nd4j.arange(17 * 30).castTo(DataType.FLOAT).reshape(17, 30).dup('c');
    INDArray expected = x.add(y.mul(2)).dup('c');
    double rest = whole.sumNumber().doubleValue() - x.sumNumber().doubleValue();

    Elementwise.run(LOOP, 11, x, y);

    assertThat(x).isEqualTo(expected);
    assertThat(whole.sumNumber().doubleValue() - x.sumNumber().doubleValue())
        .isCloseTo(rest, within(1.0));
  }

  @Test
  void run_chunksOfADenseArray_followMemory() {
    INDArray x = Nd4j.zeros(DataType.FLOAT, 3, 4).dup('f');
    INDArray y = Nd4j.zeros(DataType.FLOAT, 3, 4).dup('f');
    Elementwise.run(LOOP, 9, x, y);
    // nine elements of memory are three whole columns of an f-order array
    assertThat(y.getColumn(2).toFloatVector()).containsOnly(9);
    assertThat(y.getColumn(3).toFloatVector()).containsOnly(3);
  }

  @Test
  void run_typesOrShapesDiffer_saysSo() {
    INDArray x = Nd4j.zeros(DataType.FLOAT, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Elementwise.run(LOOP, 4, x, Nd4j.zeros(DataType.DOUBLE, 4)))
        .withMessage("arrays must be of one floating-point type, got FLOAT and DOUBLE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Elementwise.run(LOOP, 4, x, Nd4j.zeros(DataType.FLOAT, 2, 2)))
        .withMessage("arrays must be of one shape, got [4] and [2, 2]");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 1024, 1025, 100_003})
  void sum_anyLengthAndOrder_isTheSum(int n) {
    double[] values = new Random(n).doubles(2L * n, -1, 1).toArray();
    double expected = Arrays.stream(values).sum();
    INDArray x = Nd4j.createFromArray(values).reshape('f', n, 2);
    // of at most 200,006 numbers below 1, added in double precision or rounded to floats first
    assertThat(Reductions.sum(x)).isCloseTo(expected, within(1e-9));
    assertThat(Reductions.sum(x.castTo(DataType.FLOAT))).isCloseTo(expected, within(2e-3));
    assertThat(Reductions.sum(Nd4j.empty(DataType.FLOAT))).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 1024, 1025, 100_003})
  void norm2_anyLength_isTheRootOfTheSumOfSquares(int n) {
    Random random = new Random(n);
    double[] values = random.doubles(n, -1, 1).toArray();
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    double expected = Math.sqrt(squares);
    INDArray x = Nd4j.createFromArray(values);
    assertThat(Reductions.norm2(x)).isCloseTo(expected, within(1e-12 * expected));
    assertThat(Reductions.norm2(x.castTo(DataType.FLOAT)))
        .isCloseTo(expected, within(1e-6 * expected));
  }

  @Test
  void norm2_squaresOverflowOrUnderflow_isRight() {
    assertThat(Reductions.norm2(Nd4j.createFromArray(3e30f, 0f, -4e30f)))
        .isCloseTo(5e30, within(1e24));
    assertThat(Reductions.norm2(Nd4j.createFromArray(3e-30f, -4e-30f)))
        .isCloseTo(5e-30, within(1e-36));
    assertThat(Reductions.norm2(Nd4j.zeros(3))).isZero();
    assertThat(Reductions.norm2(Nd4j.createFromArray(1f, Float.NaN))).isNaN();
    assertThat(Reductions.norm2(Nd4j.createFromArray(1f, Float.NEGATIVE_INFINITY)))
        .isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void isFinite_anyPlace_isFound() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      INDArray x = Nd4j.valueArrayOf(new long[] {3000}, 3e38, type);
      assertThat(Reductions.isFinite(x)).isTrue();
      for (int i : new int[] {0, 1023, 1024, 2999}) {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1 / 0.0}) {
          INDArray y = x.dup();
          y.putScalar(i, bad);
          assertThat(Reductions.isFinite(y)).isFalse();
        }
      }
    }
  }

  @Test
  void scale_anyArray_multiplies() {
    INDArray x = Nd4j.arange(5).castTo(DataType.FLOAT);
    Elementwise.scale(x, 0.5);
    assertThat(x.toFloatVector()).containsExactly(0, 0.5f, 1, 1.5f, 2);
  }
}
