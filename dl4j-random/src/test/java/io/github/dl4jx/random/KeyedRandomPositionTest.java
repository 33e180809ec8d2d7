package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class KeyedRandomPositionTest {

  private static final KeyedRandom RANDOM = KeyedRandom.of(11, 12);
  private static final Reference REFERENCE = new Reference(11, 12);

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1000, 1023, 2047, 5_000_000_000L, 8_589_934_000L, 1L << 62})
  void fillGaussian_anyPosition_isTheDocumentedFormula(long position) {
    INDArray x = Nd4j.create(DataType.FLOAT, 5000);

    RANDOM.fillGaussian(x, position);

    float[] numbers = x.data().asFloat();
    for (int i = 0; i < numbers.length; i++) {
      assertThat((double) numbers[i]).isCloseTo(REFERENCE.normal(position + i), within(2e-6));
    }
  }

  @Test
  void fillGaussian_extremeWords_isTheDocumentedFormula() {
    Scratch s = Scratch.ofThread();
    int[] extremes = {0, 1, -1, 1 << 31, 1 << 30, Integer.MAX_VALUE, 512, 511, ~511, 0xFFFFFE00};
    for (int i = 0; i < Scratch.HALF; i++) {
      s.xa[i] = extremes[i % 10];
      s.ya[i] = extremes[i / 10 % 10];
    }

    NormalKernel.fromWords(s.xa, s.ya, s);

    for (int i = 0; i < 100; i++) {
      int k = Integer.numberOfTrailingZeros(s.xa[i]);
      double u = Math.pow(2, -(k + 1)) * (1 + (s.xa[i] >>> 9) * 0x1p-23);
      double r = Math.sqrt(-2 * Math.log(u));
      double t = Math.PI * ((s.ya[i] >>> 9) * 0x1p-22 - 1);
      assertThat((double) s.first[i]).isCloseTo(r * Math.cos(t), within(3e-6));
      assertThat((double) s.second[i]).isCloseTo(r * Math.sin(t), within(3e-6));
    }
    assertThat((double) Math.abs(s.first[0])).isCloseTo(6.7637, within(1e-3));
  }

  @Test
  void fillUniform_anyPosition_isTheDocumentedFormula() {
    INDArray x = Nd4j.create(DataType.FLOAT, 10_000);

    RANDOM.fillUniform(x, 777);

    float[] numbers = x.data().asFloat();
    for (int i = 0; i < numbers.length; i++) {
      assertThat((double) numbers[i]).isEqualTo(REFERENCE.uniform(777 + i));
    }
  }

  @Test
  void addGaussian_floats_addsSigmaTimesTheNumbersOfFillGaussian() {
    INDArray x = Nd4j.rand(DataType.FLOAT, 100_000);
    INDArray noise = x.ulike();
    RANDOM.fillGaussian(noise, 99);
    float[] before = x.data().asFloat();

    RANDOM.addGaussian(x, 0.25, 99);

    float[] after = x.data().asFloat();
    float[] numbers = noise.data().asFloat();
    for (int i = 0; i < after.length; i++) {
      assertThat(after[i]).isEqualTo(before[i] + 0.25f * numbers[i]);
    }
  }

  @Test
  void addGaussian_tenPartsOfAView_getTheNumbersOfTheWhole() {
    INDArray buffer = Nd4j.zeros(DataType.FLOAT, 1_234_567);
    INDArray whole = buffer.dup();
    RANDOM.addGaussian(whole, 0.1, 0);

    long[] cuts = {
      0, 1, 1023, 1024, 2048, 100_000, 100_001, 345_678, 900_000, 1_234_566, 1_234_567
    };
    for (int i = 0; i < 10; i++) {
      INDArray part = buffer.get(NDArrayIndex.interval(cuts[i], cuts[i + 1]));
      assertThat(part.offset()).isEqualTo(cuts[i]);
      RANDOM.addGaussian(part, 0.1, part.offset());
    }

    assertThat(buffer.data().asFloat()).isEqualTo(whole.data().asFloat());
  }

  @Test
  void addGaussian_doubles_getTheNumbersOfFloats() {
    INDArray floats = Nd4j.zeros(DataType.FLOAT, 10_000);
    INDArray doubles = Nd4j.zeros(DataType.DOUBLE, 10_000);

    RANDOM.fillGaussian(floats, 5);
    RANDOM.addGaussian(doubles, 0.1, 5);

    double[] added = doubles.data().asDouble();
    float[] numbers = floats.data().asFloat();
    for (int i = 0; i < added.length; i++) {
      assertThat(added[i]).isEqualTo(0.1 * numbers[i]);
    }
  }

  @Test
  void fill_doublesAndHalves_areTheNumbersOfFloats() {
    INDArray floats = Nd4j.zeros(DataType.FLOAT, 10_000);
    INDArray doubles = Nd4j.zeros(DataType.DOUBLE, 10_000);
    INDArray halves = Nd4j.zeros(DataType.FLOAT16, 10_000);

    RANDOM.fillGaussian(floats, 5);
    RANDOM.fillGaussian(doubles, 5);
    RANDOM.fillGaussian(halves, 5);

    assertThat(doubles.castTo(DataType.FLOAT).data().asFloat()).isEqualTo(floats.data().asFloat());
    float[] rounded = halves.castTo(DataType.FLOAT).data().asFloat();
    float[] numbers = floats.data().asFloat();
    for (int i = 0; i < numbers.length; i++) {
      assertThat(rounded[i]).isCloseTo(numbers[i], within(2e-3f));
    }
    RANDOM.fillUniform(floats, 5);
    RANDOM.fillUniform(doubles, 5);
    assertThat(doubles.castTo(DataType.FLOAT).data().asFloat()).isEqualTo(floats.data().asFloat());
  }

  @Test
  void fill_otherOrdersAndStrides_countElementsInCOrder() {
    INDArray c = Nd4j.zeros(DataType.FLOAT, 50, 70);
    INDArray f = Nd4j.zeros(DataType.FLOAT, 50, 70).dup('f');
    INDArray strided =
        Nd4j.zeros(DataType.FLOAT, 100, 80)
            .get(NDArrayIndex.interval(0, 2, 100), NDArrayIndex.interval(3, 73));

    RANDOM.fillGaussian(c, 5);
    RANDOM.fillGaussian(f, 5);
    RANDOM.fillGaussian(strided, 5);

    assertThat(f).isEqualTo(c);
    assertThat(strided).isEqualTo(c);
    RANDOM.addGaussian(c, 0.5, 0);
    RANDOM.addGaussian(f, 0.5, 0);
    RANDOM.addGaussian(strided, 0.5, 0);
    assertThat(f).isEqualTo(c);
    assertThat(strided).isEqualTo(c);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void fill_anyNumberOfThreads_areTheSameNumbers(int threads) {
    KeyedRandom random = RANDOM.on(new CpuBackend(new Workers(threads)));
    INDArray expected = Nd4j.zeros(DataType.FLOAT, 1_000_000);
    INDArray x = expected.dup();
    for (int i = 0; i < 100; i++) {
      RANDOM.fillGaussian(
          expected.get(NDArrayIndex.interval(i * 10_000, (i + 1) * 10_000)), 3 + i * 10_000);
    }

    random.fillGaussian(x, 3);

    assertThat(x.data().asFloat()).isEqualTo(expected.data().asFloat());
  }

  @Test
  void addGaussian_sigmaZero_changesNothing() {
    INDArray x = Nd4j.ones(DataType.FLOAT, 100);

    RANDOM.addGaussian(x, 0, 0);

    assertThat(x).isEqualTo(Nd4j.ones(DataType.FLOAT, 100));
  }
}
