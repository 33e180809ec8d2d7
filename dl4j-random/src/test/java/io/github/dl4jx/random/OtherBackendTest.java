package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/** What a backend such as CUDA gets, tried on the CPU: it is made of ND4J operations only. */
class OtherBackendTest {

  private final KeyedRandom random = KeyedRandom.of(1, 2).on(OtherBackend.INSTANCE);
  private final KeyedRandom another = KeyedRandom.of(1, 3).on(OtherBackend.INSTANCE);

  @Test
  void of_executionerTypes_choosesTheBackend() {
    assertThat(Backend.of(ExecutionerType.NATIVE_CPU)).isSameAs(CpuBackend.SHARED);
    assertThat(Backend.of(ExecutionerType.CUDA)).isSameAs(OtherBackend.INSTANCE);
    assertThat(Backend.of(Nd4j.getExecutioner().type())).isSameAs(CpuBackend.SHARED);
  }

  @Test
  void applyMask_anyOrder_isTheSameMaskAgain() {
    INDArray c = Nd4j.ones(DataType.FLOAT, 100, 200);
    INDArray f = c.dup('f');
    INDArray other = c.dup();
    INDArray out = c.ulike();

    random.applyMask(c, out, 0.8);
    random.applyMask(c, c, 0.8);
    random.applyMask(f, f, 0.8);
    another.applyMask(other, other, 0.8);

    assertThat(f).isEqualTo(c);
    assertThat(out).isEqualTo(c);
    assertThat(other).isNotEqualTo(c);
    assertThat(c.meanNumber().doubleValue()).isCloseTo(1, within(0.02));
    assertThat(c.maxNumber().doubleValue()).isCloseTo(1.25, within(1e-6));
    assertThat(c.minNumber().doubleValue()).isZero();
  }

  @Test
  void addGaussian_sameArguments_addsTheSameNoise() {
    INDArray x = Nd4j.zeros(DataType.FLOAT, 100_000);
    INDArray y = x.dup();
    INDArray elsewhere = x.dup();

    random.addGaussian(x, 0.5, 7);
    random.addGaussian(y, 0.5, 7);
    random.addGaussian(elsewhere, 0.5, 8);

    assertThat(y).isEqualTo(x);
    assertThat(elsewhere).isNotEqualTo(x);
    assertThat(x.meanNumber().doubleValue()).isCloseTo(0, within(0.01));
    assertThat(x.stdNumber().doubleValue()).isCloseTo(0.5, within(0.01));
  }

  @Test
  void fill_distributions_haveTheirMoments() {
    INDArray x = Nd4j.zeros(DataType.FLOAT, 100_000);

    random.fillGaussian(x, 7);
    assertThat(x.meanNumber().doubleValue()).isCloseTo(0, within(0.02));
    assertThat(x.stdNumber().doubleValue()).isCloseTo(1, within(0.02));

    random.fillUniform(x, 7);
    assertThat(x.meanNumber().doubleValue()).isCloseTo(0.5, within(0.01));
    assertThat(x.stdNumber().doubleValue()).isCloseTo(Math.sqrt(1.0 / 12), within(0.01));
  }
}
