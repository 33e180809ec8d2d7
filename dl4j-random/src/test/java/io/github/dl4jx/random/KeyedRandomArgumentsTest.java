package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class KeyedRandomArgumentsTest {

  private final KeyedRandom random = KeyedRandom.of(1, 2);
  private final INDArray x = Nd4j.ones(DataType.FLOAT, 2, 3);

  @AfterEach
  void nothingIsWritten() {
    assertThat(x).isEqualTo(Nd4j.ones(DataType.FLOAT, 2, 3));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY})
  void applyMask_pOutOfRange_throws(double p) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.applyMask(x, x, p))
        .withMessage("p must be in (0, 1], got " + p);
  }

  @Test
  void applyMask_otherShape_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.applyMask(Nd4j.ones(DataType.FLOAT, 3, 2), x, 0.5))
        .withMessage("out must have the shape of in, [3, 2], got [2, 3]");
  }

  @Test
  void applyMask_otherType_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.applyMask(Nd4j.ones(DataType.DOUBLE, 2, 3), x, 0.5))
        .withMessage("out must have the type of in, DOUBLE, got FLOAT");
  }

  @Test
  void applyMask_integers_throws() {
    INDArray integers = Nd4j.ones(DataType.INT32, 2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.applyMask(integers, integers, 0.5))
        .withMessage("in must be of a floating-point type, got INT");
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without null checking can do
  void applyMask_null_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.applyMask(null, x, 0.5))
        .withMessage("in must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.applyMask(x, null, 0.5))
        .withMessage("out must not be null");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void addGaussian_sigmaOutOfRange_throws(double sigma) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.addGaussian(x, sigma, 0))
        .withMessage("sigma must be finite and >= 0, got " + sigma);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, (1L << 62) + 1})
  void position_outOfRange_throws(long position) {
    String message = "position must be in [0, 2^62], got " + position;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.addGaussian(x, 1, position))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.fillGaussian(x, position))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.fillUniform(x, position))
        .withMessage(message);
  }

  @Test
  void fill_integers_throws() {
    INDArray integers = Nd4j.ones(DataType.INT64, 2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.fillUniform(integers, 0))
        .withMessage("x must be of a floating-point type, got LONG");
  }
}
