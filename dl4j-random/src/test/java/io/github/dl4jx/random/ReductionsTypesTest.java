package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ReductionsTypesTest {

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE", "HALF", "BFLOAT16"})
  void isFinite_oneThatIsNot_isFound(DataType type) {
    INDArray array = Nd4j.valueArrayOf(new long[] {300}, 1000, DataType.FLOAT).castTo(type);
    assertThat(Reductions.isFinite(array))
        .isTrue(); // their sum is beyond what a half can be, 65504
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      array.putScalar(7, wrong);
      assertThat(Reductions.isFinite(array)).isFalse();
    }
  }
}
