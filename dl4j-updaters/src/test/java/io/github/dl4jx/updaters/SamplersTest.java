package io.github.dl4jx.updaters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sampling Gaussian posteriors whose moments are known. */
class SamplersTest {

  private static final Logger log = LoggerFactory.getLogger(SamplersTest.class);

  /** Number of examples: the gradient of the mean loss is the potential's, divided by it. */
  private static final int EXAMPLES = 100;

  /** Covariance ((1, 0.8), (0.8, 1)): eigenvalues 1.8 and 0.2 along the diagonals. */
  private static final double COVARIANCE = 0.8;

  private static final int CHAINS = 20_000;
  private static final int STEPS = 1500;

  /** Step in the sense of the potential: lr / EXAMPLES. */
  private static final double H = 0.02;

  /**
   * The last states of many chains that start at the origin: independent, and normal, because every
   * step is linear with normal noise. Mode k is the state along diagonal k.
   */
  private static INDArray[] lastStates(IUpdater updater) {
    INDArray w = Nd4j.zeros(DataType.FLOAT, 2 * CHAINS);
    INDArray x = w.get(NDArrayIndex.interval(0, CHAINS));
    INDArray y = w.get(NDArrayIndex.interval(CHAINS, 2 * CHAINS));
    INDArray g = Nd4j.zeros(DataType.FLOAT, 2 * CHAINS);
    INDArray gx = g.get(NDArrayIndex.interval(0, CHAINS));
    INDArray gy = g.get(NDArrayIndex.interval(CHAINS, 2 * CHAINS));
    INDArray scratch = Nd4j.zeros(DataType.FLOAT, CHAINS);
    double determinant = 1 - COVARIANCE * COVARIANCE;
    double own = 1 / determinant / EXAMPLES;
    double other = -COVARIANCE / determinant / EXAMPLES;
    long size = updater.stateSize(2L * CHAINS);
    GradientUpdater<?> running =
        updater.instantiate(size == 0 ? null : Nd4j.zeros(DataType.FLOAT, size), true);
    for (int t = 0; t < STEPS; t++) {
      gx.assign(x).muli(own).addi(scratch.assign(y).muli(other));
      gy.assign(y).muli(own).addi(scratch.assign(x).muli(other));
      running.applyUpdater(g, t, 0);
      w.subi(g);
    }
    return new INDArray[] {x, y};
  }

  /** Stationary variance of the chain with curvature lambda, by iterating its covariance. */
  private static double stationary(double lambda, double friction, boolean momentum) {
    double s2 = 2 * friction * H;
    double keep = 1 - friction;
    double a11 = 1 - H * lambda;
    double a12 = momentum ? -keep : 0;
    double a21 = H * lambda;
    double a22 = momentum ? keep : 0;
    double ww = 0;
    double wv = 0;
    double vv = 0;
    for (int t = 0; t < 100_000; t++) {
      double nextWw = a11 * a11 * ww + 2 * a11 * a12 * wv + a12 * a12 * vv + s2;
      double nextWv = a11 * a21 * ww + (a11 * a22 + a12 * a21) * wv + a12 * a22 * vv - s2;
      vv = a21 * a21 * ww + 2 * a21 * a22 * wv + a22 * a22 * vv + s2;
      ww = nextWw;
      wv = nextWv;
    }
    return ww;
  }

  /**
   * Bounds: 6 standard errors of a mean or variance of n = 20,000 independent normal numbers; the
   * chance of a false alarm is 2e-9 each. Against the exact moments of the discrete chain, and
   * against the target's, from which those are 6 % away at most.
   */
  private static void assertSamplesTheGaussian(
      IUpdater updater, double friction, boolean momentum) {
    INDArray[] states = lastStates(updater);
    INDArray sum = states[0].add(states[1]).muli(Math.sqrt(0.5));
    INDArray difference = states[0].sub(states[1]).muli(Math.sqrt(0.5));
    double[] target = {1 + COVARIANCE, 1 - COVARIANCE};
    INDArray[] modes = {sum, difference};
    for (int k = 0; k < 2; k++) {
      double expected = stationary(1 / target[k], friction, momentum);
      double mean = modes[k].meanNumber().doubleValue();
      double variance = modes[k].mul(modes[k]).meanNumber().doubleValue();
      log.info(
          "{}: mode {}: mean {}, variance {}, chain {}, target {}",
          updater.getClass().getSimpleName(),
          k,
          mean,
          variance,
          expected,
          target[k]);
      assertThat(mean).isCloseTo(0, within(6 * Math.sqrt(expected / CHAINS)));
      double error = 6 * expected * Math.sqrt(2.0 / CHAINS);
      assertThat(variance).isCloseTo(expected, within(error));
      assertThat(variance).isCloseTo(target[k], within(0.06 * target[k] + error));
    }
    double covariance = sum.mul(difference).meanNumber().doubleValue();
    assertThat(covariance)
        .isCloseTo(0, within(6 * Math.sqrt(target[0] * target[1] * 1.1 / CHAINS)));
  }

  @Test
  void sgld_correlatedGaussian_hasItsMoments() {
    assertSamplesTheGaussian(new Sgld(H * EXAMPLES, EXAMPLES), 1, false);
  }

  @Test
  void sghmc_correlatedGaussian_hasItsMoments() {
    assertSamplesTheGaussian(new Sghmc(H * EXAMPLES, EXAMPLES), 0.1, true);
  }

  /**
   * Effective sample size of the flat direction of a Gaussian of curvatures 1 and 100, a step of
   * {@code h = 0.005}, 20,000 steps, and 64 chains side by side whose autocorrelations are
   * averaged; summed up to the first negative one.
   */
  private static double effectiveSampleSize(IUpdater updater) {
    int chains = 64;
    int steps = 20_000;
    double[] w = new double[2 * chains];
    double[][] path = new double[steps][chains];
    long size = updater.stateSize(2L * chains);
    GradientUpdater<?> running =
        updater.instantiate(size == 0 ? null : Nd4j.zeros(DataType.DOUBLE, size), true);
    for (int t = -2000; t < steps; t++) {
      double[] g = new double[2 * chains];
      for (int i = 0; i < 2 * chains; i++) {
        g[i] = (i < chains ? 1 : 100) * w[i] / EXAMPLES;
      }
      try (INDArray update = Nd4j.createFromArray(g)) {
        running.applyUpdater(update, t + 2000, 0);
        for (int i = 0; i < 2 * chains; i++) {
          w[i] -= update.getDouble(i);
        }
      }
      if (t >= 0) {
        System.arraycopy(w, 0, path[t], 0, chains);
      }
    }
    double time = 1;
    double variance = autocovariance(path, 0);
    for (int lag = 1; lag < steps / 4; lag++) {
      double correlation = autocovariance(path, lag) / variance;
      if (correlation < 0) {
        break;
      }
      time += 2 * correlation;
    }
    return steps / time;
  }

  private static double autocovariance(double[][] path, int lag) {
    double sum = 0;
    for (int t = lag; t < path.length; t++) {
      for (int c = 0; c < path[t].length; c++) {
        sum += path[t][c] * path[t - lag][c];
      }
    }
    return sum / (path.length - lag) / path[0].length;
  }

  @Test
  void sghmc_illConditionedGaussian_mixesFasterThanSgld() {
    double lr = 0.005 * EXAMPLES;
    double sgld = effectiveSampleSize(new Sgld(lr, EXAMPLES));
    double sghmc = effectiveSampleSize(new Sghmc(lr, EXAMPLES));
    log.info("effective samples of 20000 steps: Sgld {}, Sghmc {}", sgld, sghmc);
    assertThat(sghmc).isGreaterThan(3 * sgld);
  }

  @Test
  void sgld_temperatureZero_isSgdBitForBit() {
    Sgld cold = Sgld.of(0.3, 10).temperature(0).build();
    INDArray a = Nd4j.createFromArray(0.1f, -2.3f, 4.5f);
    INDArray b = a.dup();
    cold.instantiate((INDArray) null, true).applyUpdater(a, 0, 0);
    new Sgd(0.3).instantiate((INDArray) null, true).applyUpdater(b, 0, 0);
    assertThat(a.toFloatVector()).containsExactly(b.toFloatVector());
  }

  @Test
  void make_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sgld(0.1, 0))
        .withMessage("examples must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sgld(-0.1, 10))
        .withMessage("stepSize must be finite and >= 0, got -0.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sghmc.of(0.1, 10).friction(0))
        .withMessage("friction must be in (0, 1], got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sghmc.of(0.1, 10).temperature(-1))
        .withMessage("temperature must be finite and >= 0, got -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Signum(0.1, 1))
        .withMessage("beta must be in [0, 1), got 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Lion.of(0.1).beta2(-0.1))
        .withMessage("beta2 must be in [0, 1), got -0.1");
  }
}
