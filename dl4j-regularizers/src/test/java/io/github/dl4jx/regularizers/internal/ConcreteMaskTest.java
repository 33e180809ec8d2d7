package io.github.dl4jx.regularizers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.random.KeyedRandom;
import io.github.dl4jx.regularizers.layers.Moments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ConcreteMaskTest {

  private static final KeyedRandom RANDOM = KeyedRandom.of(5, 6);

  private static INDArray drawn(DataType type, double p, double temperature, long... shape) {
    INDArray mask = Nd4j.createUninitialized(type, shape);
    ConcreteMask.draw(RANDOM, Math.log(p / (1 - p)), temperature, mask);
    return mask;
  }

  @ParameterizedTest
  @CsvSource({"0.9, 0.1", "0.5, 0.1", "0.3, 0.6666", "0.99, 1"})
  void draw_doubles_areTheAuthorsFormula(double p, double temperature) {
    INDArray uniform = Nd4j.createUninitialized(DataType.DOUBLE, 40, 50);
    RANDOM.fillUniform(uniform, 0);
    INDArray mask = drawn(DataType.DOUBLE, p, temperature, 40, 50);
    double droppedP = 1 - p; // theirs is the probability of dropping; 1 - u is as uniform as u
    for (int i = 0; i < 2000; i++) {
      double u = 1 - (uniform.getDouble(i) + 0x1p-25);
      double z = Math.log(droppedP) - Math.log(1 - droppedP) + Math.log(u) - Math.log(1 - u);
      double kept = 1 - 1 / (1 + Math.exp(-z / temperature));
      assertThat(mask.getDouble(i)).isCloseTo(kept / (1 - droppedP), within(1e-9));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "HALF", "BFLOAT16"})
  void draw_otherTypes_areTheSameRounded(DataType type) {
    INDArray mask = drawn(type, 0.7, 0.5, 300, 100).castTo(DataType.DOUBLE);
    INDArray expected = drawn(DataType.DOUBLE, 0.7, 0.5, 300, 100);
    // half precision rounds u, too, which moves the logit of u near 0 and 1
    double bound = type == DataType.FLOAT ? 1e-6 : 0.05;
    assertThat(mask.sub(expected).amaxNumber().doubleValue()).isLessThan(bound);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE", "HALF"})
  void draw_extremeProbabilities_areFinite(DataType type) {
    for (double p : new double[] {1e-4, 1 - 1e-12}) {
      INDArray mask = drawn(type, p, 0.01, 300, 1000);
      assertThat(mask.isNaN().any()).isFalse();
      assertThat(mask.minNumber().doubleValue()).isNotNegative();
      assertThat(mask.maxNumber().doubleValue()).isLessThanOrEqualTo(1.001 / p);
    }
  }

  /** The derivative of sum of c s(l), by central differences. */
  @ParameterizedTest
  @CsvSource({"0.9, 0.1", "0.5, 0.3", "0.2, 0.6666"})
  void derivative_anySum_agreesWithDifferences(double p, double temperature) {
    double l = Math.log(p / (1 - p));
    double h = 1e-6;
    INDArray c = Nd4j.linspace(-1, 2, 600, DataType.DOUBLE).reshape(20, 30);
    INDArray up = Nd4j.createUninitialized(DataType.DOUBLE, 20, 30);
    INDArray down = up.ulike();
    ConcreteMask.draw(RANDOM, l + h, temperature, up);
    ConcreteMask.draw(RANDOM, l - h, temperature, down);
    double expected = up.sub(down).muli(c).sumNumber().doubleValue() / (2 * h);
    INDArray mask = drawn(DataType.DOUBLE, p, temperature, 20, 30);
    double derivative = ConcreteMask.derivative(c.mul(mask), mask, l, temperature);
    assertThat(derivative).isCloseTo(expected, within(1e-6 * Math.abs(expected)));
    double single =
        ConcreteMask.derivative(
            c.mul(mask).castTo(DataType.FLOAT), mask.castTo(DataType.FLOAT), l, temperature);
    assertThat(single).isCloseTo(expected, within(1e-3));
  }

  /** {@code 1 - (pi t)^2 / 6 (1 - p) (2p - 1)}, as the documentation says. */
  @Test
  void draw_expectation_isAsDocumented() {
    for (double t : new double[] {0.05, 0.1, 0.2}) {
      for (double p : new double[] {0.2, 0.5, 0.9}) {
        double claimed = 1 - Math.pow(Math.PI * t, 2) / 6 * (1 - p) * (2 * p - 1);
        double exact = Moments.of(p, t).mean / p;
        assertThat(exact).isCloseTo(claimed, within(10 * Math.pow(t, 4)));
      }
    }
    assertThat(Moments.of(0.9, 0.1).mean / 0.9).isCloseTo(0.9987, within(5e-5));
  }

  /** 4 10^5 numbers; six standard errors, beyond which a right mean is with chance 2e-9. */
  @ParameterizedTest
  @CsvSource({"0.9, 0.1", "0.5, 0.1", "0.3, 0.6666"})
  void draw_manyNumbers_haveTheExactMean(double p, double temperature) {
    Moments m = Moments.of(p, temperature);
    INDArray mask = drawn(DataType.DOUBLE, p, temperature, 400, 1000);
    double error = Math.sqrt((m.square - m.mean * m.mean) / 400_000) / p;
    assertThat(mask.meanNumber().doubleValue()).isCloseTo(m.mean / p, within(6 * error));
  }
}
