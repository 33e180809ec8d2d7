package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LogLikelihoodTest {

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void logLikelihood_anyOrder_followsTheFormula(DataType type) {
    INDArray y = Nd4j.rand(type, 300, 7).gt(0.7).castTo(type);
    INDArray p = Nd4j.rand(type, 300, 7).dup('f');
    double expected = 0;
    for (int i = 0; i < 300; i++) {
      for (int j = 0; j < 7; j++) {
        expected += y.getDouble(i, j) * Math.log(Math.max(p.getDouble(i, j), 1e-10));
      }
    }
    assertThat(Reductions.logLikelihood(y, p, 1e-10)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void logLikelihood_probabilityZero_countsAsTheLeast() {
    INDArray y = Nd4j.createFromArray(1f, 0f);
    INDArray p = Nd4j.createFromArray(0f, 0f);
    assertThat(Reductions.logLikelihood(y, p, 1e-3)).isEqualTo(Math.log(1e-3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reductions.logLikelihood(y, p, 0))
        .withMessage("least must be > 0 and finite, got 0.0");
  }
}
