package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class KeyedRandomMaskTest {

  private static final long[][] SHAPES = {
    {},
    {1},
    {7},
    {3, 5},
    {1, 9000},
    {9000, 1},
    {64, 256},
    {257, 33},
    {10_000, 3},
    {2, 10_001},
    {3, 20_001},
    {2, 3000, 7},
    {17, 17},
    {100, 100},
    {5, 20, 30},
    {33, 7, 129},
    {4, 8, 9, 10},
    {2, 3, 130, 7},
    {2, 2, 2, 2, 2},
    {1, 1, 5000},
    {3, 1, 3000, 1},
  };

  @Test
  void applyMask_anyShapeInCOrder_isTheDocumentedFormula() {
    for (long[] shape : SHAPES) {
      for (double p : new double[] {0.3, 0.5, 0.999}) {
        INDArray x = ones(shape, 'c');

        KeyedRandom.of(3, 4).applyMask(x, x, p);

        assertThat(x.data().asFloat()).as(Arrays.toString(shape)).isEqualTo(expected(shape, p));
      }
    }
  }

  @Test
  void applyMask_fOrder_isTheMaskOfCOrder() {
    for (long[] shape : SHAPES) {
      INDArray x = ones(shape, 'f');

      KeyedRandom.of(3, 4).applyMask(x, x, 0.3);

      assertThat(x.dup('c').data().asFloat())
          .as(Arrays.toString(shape))
          .isEqualTo(expected(shape, 0.3));
    }
  }

  @Test
  void applyMask_permutedDimensions_isTheMaskOfCOrder() {
    int[][] permutations = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int[] permutation : permutations) {
      for (char order : new char[] {'c', 'f'}) {
        long[] shape = {40, 70, 30};
        long[] stored = new long[3];
        for (int d = 0; d < 3; d++) {
          stored[permutation[d]] = shape[d];
        }
        INDArray x = Nd4j.ones(DataType.FLOAT, stored).dup(order).permute(permutation);
        assertThat(x.shape()).isEqualTo(shape);

        KeyedRandom.of(3, 4).applyMask(x, x, 0.3);

        assertThat(x.dup('c').data().asFloat())
            .as(Arrays.toString(permutation) + order)
            .isEqualTo(expected(shape, 0.3));
      }
    }
  }

  @Test
  void applyMask_stridedViews_isTheMaskOfCOrderAndLeavesTheRest() {
    for (char order : new char[] {'c', 'f'}) {
      INDArray whole = Nd4j.ones(DataType.FLOAT, 60, 50).dup(order);
      INDArray view = whole.get(NDArrayIndex.interval(3, 2, 53), NDArrayIndex.interval(5, 45));
      INDArray outside = whole.dup();
      outside.get(NDArrayIndex.interval(3, 2, 53), NDArrayIndex.interval(5, 45)).assign(0);

      KeyedRandom.of(3, 4).applyMask(view, view, 0.3);

      assertThat(view.dup('c').data().asFloat()).isEqualTo(expected(view.shape(), 0.3));
      whole.get(NDArrayIndex.interval(3, 2, 53), NDArrayIndex.interval(5, 45)).assign(0);
      assertThat(whole).isEqualTo(outside);
    }
  }

  @Test
  void applyMask_slicesOfABuffer_isTheMaskOfTheirShape() {
    INDArray whole = Nd4j.ones(DataType.FLOAT, 5, 40, 30);
    INDArray slice = whole.get(NDArrayIndex.point(2), NDArrayIndex.all(), NDArrayIndex.all());
    INDArray viewOfView = slice.get(NDArrayIndex.interval(10, 30), NDArrayIndex.all());

    KeyedRandom.of(3, 4).applyMask(viewOfView, viewOfView, 0.3);

    assertThat(viewOfView.dup('c').data().asFloat()).isEqualTo(expected(new long[] {20, 30}, 0.3));
    assertThat(whole.sumNumber().doubleValue() - viewOfView.sumNumber().doubleValue())
        .isCloseTo(6000 - 600, within(0.1));
  }

  @Test
  void applyMask_inAndOutInDifferentOrders_isTheMaskOfCOrder() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16}) {
      INDArray in = Nd4j.ones(type, 40, 300).dup('f');
      INDArray out = Nd4j.zeros(type, 40, 300).dup('c');

      KeyedRandom.of(3, 4).applyMask(in, out, 0.5);

      assertThat(out.castTo(DataType.FLOAT).data().asFloat())
          .isEqualTo(expected(new long[] {40, 300}, 0.5));
      assertThat(in).isEqualTo(Nd4j.ones(type, 40, 300));
    }
  }

  @Test
  void applyMask_doubleHalfAndBfloat_isTheMaskOfFloat() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT16, DataType.BFLOAT16}) {
      for (char order : new char[] {'c', 'f'}) {
        INDArray x = Nd4j.ones(type, 64, 300).dup(order);

        KeyedRandom.of(3, 4).applyMask(x, x, 0.5);

        assertThat(x.castTo(DataType.FLOAT).dup('c').data().asFloat())
            .isEqualTo(expected(new long[] {64, 300}, 0.5));
      }
    }
  }

  @Test
  void applyMask_doubles_scalesInDoublePrecision() {
    INDArray x = Nd4j.ones(DataType.DOUBLE, 1000);

    KeyedRandom.of(3, 4).applyMask(x, x, 0.3);

    assertThat(x.maxNumber().doubleValue()).isEqualTo(1 / 0.3);
  }

  @Test
  void applyMask_forwardAndBackward_dropTheSameElements() {
    INDArray activations = Nd4j.rand(DataType.FLOAT, 32, 500).addi(1).dup('f');
    INDArray epsilon = Nd4j.rand(DataType.FLOAT, 500, 32).addi(1).transpose();
    INDArray out = Nd4j.create(DataType.FLOAT, new long[] {32, 500}, 'f');
    KeyedRandom random = KeyedRandom.of(1, 2);

    random.applyMask(activations, out, 0.7);
    random.applyMask(epsilon, epsilon, 0.7);

    assertThat(out.gt(0)).isEqualTo(epsilon.gt(0));
    assertThat(out.gt(0).castTo(DataType.INT32).sumNumber().intValue()).isBetween(10_900, 11_500);
  }

  @Test
  void applyMask_keptElements_areDividedByP() {
    INDArray in = Nd4j.rand(DataType.FLOAT, 100, 100).addi(1);
    INDArray out = in.ulike();

    KeyedRandom.of(1, 2).applyMask(in, out, 0.8);

    float[] before = in.data().asFloat();
    float[] after = out.data().asFloat();
    for (int i = 0; i < before.length; i++) {
      if (after[i] != 0) {
        assertThat(after[i]).isEqualTo(before[i] * (float) (1 / 0.8));
      }
    }
  }

  @Test
  void applyMask_pOne_copiesExactly() {
    INDArray in = Nd4j.rand(DataType.FLOAT, 13, 17).dup('f');
    INDArray out = Nd4j.zeros(DataType.FLOAT, 13, 17);
    INDArray before = in.dup();

    KeyedRandom.of(1, 2).applyMask(in, out, 1);
    KeyedRandom.of(1, 2).applyMask(in, in, 1);

    assertThat(out).isEqualTo(before);
    assertThat(in).isEqualTo(before);
  }

  @Test
  void applyMask_pNextToTheLimits_keepsNearlyNoneOrNearlyAll() {
    INDArray x = Nd4j.ones(DataType.FLOAT, 1000, 1000);
    KeyedRandom.of(1, 2).applyMask(x, x, Math.nextDown(1.0));
    assertThat(x.sumNumber().doubleValue()).isEqualTo(1e6);

    KeyedRandom.of(1, 2).applyMask(x, x, Double.MIN_NORMAL);
    assertThat(x.neq(0).castTo(DataType.INT32).sumNumber().intValue()).isZero();
  }

  @Test
  void applyMask_emptyArray_doesNothing() {
    INDArray empty = Nd4j.empty(DataType.FLOAT);

    KeyedRandom.of(1, 2).applyMask(empty, empty, 0.5);

    assertThat(empty.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void applyMask_anyNumberOfThreads_isTheSameMask(int threads) {
    INDArray in = Nd4j.ones(DataType.FLOAT, 300, 1000);
    KeyedRandom random = KeyedRandom.of(3, 4).on(new CpuBackend(new Workers(threads)));
    float[] expected = expected(in.shape(), 0.3);
    for (char order : new char[] {'c', 'f'}) {
      INDArray x = in.dup(order);

      random.applyMask(x, x, 0.3);

      assertThat(x.dup('c').data().asFloat()).isEqualTo(expected);
    }
  }

  private static INDArray ones(long[] shape, char order) {
    return shape.length == 0
        ? Nd4j.scalar(1f)
        : Nd4j.create(DataType.FLOAT, shape, order).assign(1);
  }

  private static float[] expected(long[] shape, double p) {
    Reference reference = new Reference(3, 4);
    long length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    float[] mask = new float[(int) length];
    for (int i = 0; i < length; i++) {
      long[] index = new long[shape.length];
      long rest = i;
      for (int d = shape.length - 1; d >= 0; d--) {
        index[d] = rest % shape[d];
        rest /= shape[d];
      }
      boolean kept =
          shape.length == 0 ? scalarKept(reference, p) : reference.keeps(shape, index, p);
      mask[i] = kept ? (float) (1 / p) : 0;
    }
    return mask;
  }

  /** A scalar has the mask of an array of one element. */
  private static boolean scalarKept(Reference reference, double p) {
    return reference.keeps(new long[] {1}, new long[] {0}, p);
  }
}
