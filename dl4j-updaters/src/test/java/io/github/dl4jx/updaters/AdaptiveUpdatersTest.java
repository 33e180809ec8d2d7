package io.github.dl4jx.updaters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.updaters.wrapper.Lookahead;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Limits of the adaptive updaters and of Lookahead; the formulas are in GoldenStepsTest. */
class AdaptiveUpdatersTest {

  private static GradientUpdater<?> running(IUpdater updater, DataType type, long n) {
    long size = updater.stateSize(n);
    return updater.instantiate(size == 0 ? null : Nd4j.zeros(type, size), true);
  }

  /** The gradients of some steps, fed to both; compares the updates. */
  private static void assertClose(IUpdater updater, IUpdater expected, double error) {
    GradientUpdater<?> a = running(updater, DataType.FLOAT, 1000);
    GradientUpdater<?> b = running(expected, DataType.FLOAT, 1000);
    for (int t = 0; t < 12; t++) {
      Nd4j.getRandom().setSeed(t);
      INDArray g = Nd4j.randn(DataType.FLOAT, 1000);
      INDArray h = g.dup();
      a.applyUpdater(g, t, 0);
      b.applyUpdater(h, t, 0);
      assertThat(g.distance2(h)).isLessThanOrEqualTo(error * h.norm2Number().doubleValue());
    }
  }

  @Test
  void lookahead_alphaOne_isTheInnerUpdaterBitForBit() {
    assertClose(Lookahead.around(new Adam(0.1)).alpha(1).build(), new Adam(0.1), 0);
  }

  @Test
  void lookahead_oneStep_isASmallerStepAndHasNoMemory() {
    // 0.1 * 0.25 and 0.1 minus three quarters of it round apart
    assertClose(Lookahead.around(new Sgd(0.1)).steps(1).alpha(0.25).build(), new Sgd(0.025), 1e-6);
  }

  @Test
  void adEmaMix_alphaZero_isAdam() {
    // ND4J adds epsilon before the bias correction, and takes 1 - beta in single precision
    assertClose(
        AdEMAMix.of(0.1).alpha(0).epsilon(1e-30).build(), new Adam(0.1, 0.9, 0.999, 1e-30), 1e-5);
  }

  @Test
  void adEmaMix_betasZeroInWarmup_isFinite() {
    IUpdater updater = AdEMAMix.of(0.1).beta1(0).beta3(0).warmup(4).build();
    GradientUpdater<?> running = running(updater, DataType.DOUBLE, 1);
    for (int t = 0; t < 6; t++) {
      INDArray g = Nd4j.createFromArray(2.0);
      running.applyUpdater(g, t, 0);
      // m1 = m2 = g, so that the step is lr (1 + alpha min(1, t / T)), t from 1
      double weight = 1 + 5 * Math.min(1, (t + 1) / 4.0);
      assertThat(g.getDouble(0)).isCloseTo(0.1 * weight, within(1e-8));
    }
  }

  static List<IUpdater> adaptive() {
    return List.of(new AdaBelief(0.01), new Adan(0.01), new AdEMAMix(0.01));
  }

  @ParameterizedTest
  @MethodSource("adaptive")
  void step_zeroGradients_staysZero(IUpdater updater) {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16}) {
      GradientUpdater<?> running = running(updater, type, 3);
      for (int t = 0; t < 3; t++) {
        INDArray g = Nd4j.zeros(type, 3);
        running.applyUpdater(g, t, 0);
        assertThat(g.toDoubleVector()).containsOnly(0);
      }
    }
  }

  /** Gradients whose squares HALF can hold: the same steps as in FLOAT, within HALF's rounding. */
  @ParameterizedTest
  @MethodSource("adaptive")
  void step_halfPrecision_isCloseToSinglePrecision(IUpdater updater) {
    GradientUpdater<?> half = running(updater, DataType.FLOAT16, 4);
    GradientUpdater<?> single = running(updater, DataType.FLOAT, 4);
    for (int t = 0; t < 4; t++) {
      INDArray g = Nd4j.createFromArray(1f, -2f + t, 3f, 0.5f - t);
      INDArray h = g.castTo(DataType.FLOAT16);
      single.applyUpdater(g, t, 0);
      half.applyUpdater(h, t, 0);
      for (int i = 0; i < 4; i++) {
        assertThat(h.getDouble(i)).isCloseTo(g.getDouble(i), within(2e-4));
      }
    }
  }

  /** As after transfer learning: no state, but the iterations count on. */
  @ParameterizedTest
  @MethodSource("adaptive")
  void step_lateWithoutState_isOfTheLearningRatesSize(IUpdater updater) {
    GradientUpdater<?> running = running(updater, DataType.FLOAT, 1);
    INDArray g = Nd4j.createFromArray(3f);
    running.applyUpdater(g, 10_000, 0);
    assertThat(g.getDouble(0)).isBetween(0.0001, 0.1);
  }

  @Test
  void make_badArguments_sayWhatIsAllowed() {
    assertMessage(() -> new AdaBelief(-1), "learningRate must be finite and >= 0, got -1.0");
    assertMessage(() -> AdaBelief.of(1).beta1(1), "beta1 must be in [0, 1), got 1.0");
    assertMessage(
        () -> AdaBelief.of(1).epsilon(1e-50),
        "epsilon must be finite and >= 1.2E-38, or it is 0 in single precision, got 1.0E-50");
    assertMessage(() -> new Adan(null), "learningRateSchedule must not be null");
    assertMessage(() -> Adan.of(1).beta3(-0.1), "beta3 must be in [0, 1), got -0.1");
    assertMessage(() -> AdEMAMix.of(1).alpha(Double.NaN), "alpha must be finite and >= 0, got NaN");
    assertMessage(() -> AdEMAMix.of(1).warmup(-1), "warmup must be >= 0, got -1");
    assertMessage(() -> Lookahead.around(null), "inner updater must not be null");
    assertMessage(() -> Lookahead.around(new Sgd(1)).steps(0), "k must be >= 1, got 0");
    assertMessage(() -> Lookahead.around(new Sgd(1)).alpha(0), "alpha must be in (0, 1], got 0.0");
  }

  private static void assertMessage(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }
}
