package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RectifierTest {

  @Test
  void backward_manyElements_keepsTheGradientWhereTheyArePositive() {
    INDArray z = Nd4j.randn(DataType.FLOAT, 701, 100);
    INDArray gradient = Nd4j.randn(DataType.FLOAT, 701, 100);
    float[] of = z.reshape(70_100).toFloatVector();
    float[] expected = gradient.reshape(70_100).toFloatVector();
    for (int i = 0; i < expected.length; i++) {
      expected[i] = of[i] > 0 ? expected[i] : 0;
    }
    Rectifier.backward(gradient, z);
    assertThat(gradient.reshape(70_100).toFloatVector()).isEqualTo(expected);
    assertThat(z.reshape(70_100).toFloatVector()).isEqualTo(of);
  }

  @Test
  void backward_edgesOfFloat_areAsTheirSignsSay() {
    INDArray z =
        Nd4j.createFromArray(
            0f,
            -0f,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY);
    INDArray gradient = Nd4j.createFromArray(1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f);
    Rectifier.backward(gradient, z);
    assertThat(gradient.toFloatVector()).containsExactly(0, 0, 3, 0, 5, 0, 7, 0);
  }

  @Test
  void backward_otherArrays_refuses() {
    INDArray x = Nd4j.ones(DataType.FLOAT, 3, 4);
    for (INDArray other :
        new INDArray[] {x.dup('f'), x.castTo(DataType.DOUBLE), x.transpose(), x.reshape(12)}) {
      assertThat(Rectifier.takes(x, other)).isFalse();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Rectifier.backward(x, other))
          .withMessageStartingWith("gradient and z must be FLOAT arrays of one shape");
    }
  }
}
