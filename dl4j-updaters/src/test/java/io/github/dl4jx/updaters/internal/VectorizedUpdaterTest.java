package io.github.dl4jx.updaters.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.updaters.wrapper.Vectorized;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** What ND4J's generic binaries for x86-64 compute is the reference, bit for bit. */
@EnabledOnOs(architectures = {"amd64", "x86_64"})
class VectorizedUpdaterTest {

  /** More than two chunks, and not a multiple of any vector's length. */
  private static final int N = 2_501;

  static Stream<IUpdater> known() {
    return Stream.of(
        new Adam(1e-3),
        new Adam(0.1, 0.5, 0.8, 1e-3),
        new Adam(3e-4, 0, 0.9999, 0),
        new Adam(0),
        new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.99)),
        new AMSGrad(1e-3),
        new AMSGrad(0.01, 0.8, 0.95, 1e-6),
        new Nadam(1e-3),
        new Nadam(0.01, 0.8, 0.95, 1e-6),
        new RmsProp(0.01),
        new RmsProp(0.1, 0.5, 1e-4),
        new AdaGrad(0.1),
        new AdaGrad(0.01, 1e-3));
  }

  private static GradientUpdater<?> running(IUpdater config, INDArray state) {
    return config.instantiate(state, true);
  }

  private static INDArray state(IUpdater config, DataType type) {
    return Nd4j.zeros(type, 1, config.stateSize(N));
  }

  /** Of many magnitudes, with zeros, infinities and NaN. */
  private static INDArray gradient(Random random, DataType type, boolean finite) {
    float[] values = new float[N];
    for (int i = 0; i < N; i++) {
      values[i] = (float) (random.nextGaussian() * Math.exp(8 * random.nextGaussian() - 4));
    }
    values[0] = 0;
    values[N - 1] = -0f;
    if (!finite) {
      values[1] = Float.NaN;
      values[2] = Float.POSITIVE_INFINITY;
      values[3] = Float.NEGATIVE_INFINITY;
    }
    return Nd4j.createFromArray(values).castTo(type);
  }

  private static void assertSameBits(INDArray actual, INDArray expected) {
    assertThat(actual.data().asDouble()).isEqualTo(expected.data().asDouble());
  }

  @ParameterizedTest
  @MethodSource("known")
  void applyUpdater_manySteps_bitsOfNd4j(IUpdater config) {
    INDArray expectedState = state(config, DataType.FLOAT);
    INDArray actualState = state(config, DataType.FLOAT);
    GradientUpdater<?> exact = running(config, expectedState);
    GradientUpdater<?> vectorized = VectorizedUpdater.of(running(config, actualState));
    assertThat(vectorized).isInstanceOf(VectorizedUpdater.class);
    assertThat(vectorized.getConfig()).isEqualTo(config);
    Random random = new Random(3);
    for (int t = 0; t < 120; t++) {
      int iteration = t < 100 ? t : t * 40_009 - 4_000_000; // to beyond 2^24, not all floats
      INDArray expected = gradient(random, DataType.FLOAT, t < 110);
      INDArray actual = expected.dup();
      exact.applyUpdater(expected, iteration, 0);
      vectorized.applyUpdater(actual, iteration, 0);
      assertSameBits(actual, expected);
      assertSameBits(actualState, expectedState);
    }
  }

  @ParameterizedTest
  @MethodSource("known")
  void applyUpdater_doubles_asNd4j(IUpdater config) {
    INDArray expectedState = state(config, DataType.DOUBLE);
    INDArray actualState = state(config, DataType.DOUBLE);
    GradientUpdater<?> exact = running(config, expectedState);
    GradientUpdater<?> vectorized = VectorizedUpdater.of(running(config, actualState));
    INDArray expected = gradient(new Random(4), DataType.DOUBLE, true);
    INDArray actual = expected.dup();
    exact.applyUpdater(expected, 7, 0);
    vectorized.applyUpdater(actual, 7, 0);
    assertSameBits(actual, expected);
    assertSameBits(actualState, expectedState);
  }

  /** SameDiff's variables have any shape and order. */
  @ParameterizedTest
  @ValueSource(chars = {'c', 'f'})
  void applyUpdater_matrix_bitsOfNd4j(char order) {
    Adam config = new Adam(0.01);
    INDArray flat = gradient(new Random(5), DataType.FLOAT, true);
    INDArray expected = flat.reshape('c', 41, 61).dup(order);
    INDArray actual = expected.dup(order);
    GradientUpdater<?> exact = running(config, state(config, DataType.FLOAT));
    exact.setStateViewArray(state(config, DataType.FLOAT), new long[] {41, 61}, order, true);
    GradientUpdater<?> vectorized =
        VectorizedUpdater.of(running(config, state(config, DataType.FLOAT)));
    vectorized.setStateViewArray(state(config, DataType.FLOAT), new long[] {41, 61}, order, true);
    for (int t = 0; t < 3; t++) {
      exact.applyUpdater(expected, t, 0);
      vectorized.applyUpdater(actual, t, 0);
      assertThat(actual.toFloatMatrix()).isDeepEqualTo(expected.toFloatMatrix());
    }
  }

  /** A later change of the rate is seen: it is the configuration's. */
  @Test
  void applyUpdater_rateIsChanged_itCounts() {
    Adam config = new Adam(0.01);
    GradientUpdater<?> vectorized =
        VectorizedUpdater.of(running(config, state(config, DataType.FLOAT)));
    config.setLearningRate(0);
    config.setEpsilon(0.5);
    INDArray update = Nd4j.ones(DataType.FLOAT, N);
    vectorized.applyUpdater(update, 0, 0);
    // ND4J's Adam takes epsilon for a rate of 0: 0.1 * 0.5 / (sqrt(0.001) + 0.5)
    assertThat(update.getDouble(0)).isCloseTo(0.05 / (Math.sqrt(0.001) + 0.5), within(1e-7));
  }

  @Test
  void of_unknownOne_isLeftAsItIs() {
    Nesterovs config = new Nesterovs(0.1);
    GradientUpdater<?> running = running(config, state(config, DataType.FLOAT));
    assertThat(VectorizedUpdater.of(running)).isSameAs(running);
  }

  @Test
  void wrapper_hasTheStateAndBitsOfItsInner() {
    Adam inner = new Adam(0.01);
    Vectorized config = Vectorized.around(inner);
    assertThat(config.stateSize(N)).isEqualTo(inner.stateSize(N));
    INDArray expectedState = state(inner, DataType.FLOAT);
    INDArray actualState = state(inner, DataType.FLOAT);
    INDArray expected = gradient(new Random(6), DataType.FLOAT, true);
    INDArray actual = expected.dup();
    running(inner, expectedState).applyUpdater(expected, 0, 0);
    running(config, actualState).applyUpdater(actual, 0, 0);
    assertSameBits(actual, expected);
    assertSameBits(actualState, expectedState);
  }

  /** The steps in which a power lies between two floats, of Adam's usual decays. */
  @ParameterizedTest
  @ValueSource(doubles = {0.99, 0.999, 0.9999})
  void applyUpdater_doubtfulPowers_bitsOfNd4j(double decay) {
    Adam config = new Adam(1e-3, 0.9, decay, 1e-8);
    GradientUpdater<?> exact = running(config, Nd4j.zeros(DataType.FLOAT, 1, 2));
    GradientUpdater<?> vectorized =
        VectorizedUpdater.of(running(config, Nd4j.zeros(DataType.FLOAT, 1, 2)));
    int doubtful = 0;
    for (int t = 0; t < 20_000; t++) {
      double power = Math.pow((float) decay, t + 1);
      float nearest = (float) power;
      if (Math.abs(power - nearest) > 0.45 * Math.ulp(nearest)) {
        doubtful++;
        INDArray expected = Nd4j.createFromArray(1 + t * 1e-4f);
        INDArray actual = expected.dup();
        exact.applyUpdater(expected, t, 0);
        vectorized.applyUpdater(actual, t, 0);
        assertSameBits(actual, expected);
      }
    }
    assertThat(doubtful).isGreaterThan(100);
  }
}
