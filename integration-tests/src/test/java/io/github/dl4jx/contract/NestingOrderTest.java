package io.github.dl4jx.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.random.KeyedRandom;
import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import io.github.dl4jx.updaters.wrapper.SignGradient;
import io.github.dl4jx.updaters.wrapper.SkipNonFinite;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** {@code A.around(B.around(inner))} is A first, then B: each pair both ways, by hand. */
class NestingOrderTest {

  private static final double NAN = Double.NaN;

  /** What an updater makes of gradients, one after the other. */
  private static double[][] updates(IUpdater updater, double[]... gradients) {
    int n = gradients[0].length;
    long state = updater.stateSize(n);
    INDArray view = state == 0 ? null : Nd4j.zeros(DataType.DOUBLE, state);
    GradientUpdater<?> running = updater.instantiate(view, true);
    double[][] updates = new double[gradients.length][];
    for (int t = 0; t < gradients.length; t++) {
      INDArray gradient = Nd4j.createFromArray(gradients[t].clone());
      running.applyUpdater(gradient, t, 0);
      updates[t] = gradient.toDoubleVector();
    }
    return updates;
  }

  private static double[] of(double... values) {
    return values;
  }

  private static void assertClose(double[] actual, double... expected) {
    // a few roundings of numbers up to 10
    assertThat(actual).containsExactly(expected, within(1e-12));
  }

  /** Noise of standard deviation 0.5 in iteration 0, on its own. */
  private static double[] noise(int n) {
    INDArray zeros = Nd4j.zeros(DataType.DOUBLE, n);
    KeyedRandom.of(7, 0).addGaussian(zeros, 0.5, 0);
    return zeros.toDoubleVector();
  }

  private static GradientNoise noisy(IUpdater inner) {
    return GradientNoise.around(inner).eta(0.25).gamma(0).seed(7).build();
  }

  private static double clip(double value) {
    return Math.max(-1, Math.min(1, value));
  }

  @Test
  void clippingAroundNoise_addsTheNoiseToTheClippedGradient() {
    double[] n = noise(3);
    IUpdater updater = GradientClipping.around(noisy(new Sgd(1))).byValue(1);
    assertClose(updates(updater, of(3, -0.2, -9))[0], 1 + n[0], -0.2 + n[1], -1 + n[2]);
  }

  @Test
  void noiseAroundClipping_clipsTheNoiseToo() {
    double[] n = noise(3);
    IUpdater updater = noisy(GradientClipping.around(new Sgd(1)).byValue(1));
    assertClose(
        updates(updater, of(3, -0.2, -9))[0], clip(3 + n[0]), clip(-0.2 + n[1]), clip(-9 + n[2]));
  }

  @Test
  void signAroundNoise_addsTheNoiseToTheSign() {
    double[] n = noise(3);
    IUpdater updater = SignGradient.around(noisy(new Sgd(1)));
    assertClose(updates(updater, of(3, -0.2, 0))[0], 1 + n[0], -1 + n[1], n[2]);
  }

  @Test
  void noiseAroundSign_takesTheSignOfTheNoisyGradient() {
    double[] n = noise(3);
    IUpdater updater = noisy(SignGradient.around(new Sgd(1)));
    assertClose(
        updates(updater, of(3, -0.2, 0))[0],
        Math.signum(3 + n[0]),
        Math.signum(-0.2 + n[1]),
        Math.signum(n[2]));
  }

  @Test
  void signAroundClippingByNorm_scalesTheSigns() {
    IUpdater updater = SignGradient.around(GradientClipping.around(new Sgd(1)).byNorm(1));
    // four signs have norm 2
    assertClose(updates(updater, of(3, -0.1, 5, -9))[0], 0.5, -0.5, 0.5, -0.5);
  }

  @Test
  void clippingByNormAroundSign_takesTheSignsOfTheScaled() {
    IUpdater updater = GradientClipping.around(SignGradient.around(new Sgd(1))).byNorm(1);
    assertClose(updates(updater, of(3, -0.1, 5, -9))[0], 1, -1, 1, -1);
  }

  @Test
  void oneBitAroundClipping_clipsTheBitsAndLosesWhatIsClipped() {
    IUpdater updater =
        OneBitGradient.around(GradientClipping.around(new Sgd(1)).byValue(2.5)).build();
    double[][] updates = updates(updater, of(4, 2, -3, -1), of(0, 0, 0, 0));
    // halves' means 3 and -2, clipped to 2.5 and -2; residual of 3 and -2: (1, -1, -1, 1)
    assertClose(updates[0], 2.5, 2.5, -2, -2);
    assertClose(updates[1], 1, -1, -1, 1);
  }

  @Test
  void clippingAroundOneBit_quantizesTheClippedGradient() {
    IUpdater updater =
        GradientClipping.around(OneBitGradient.around(new Sgd(1)).build()).byValue(2.5);
    double[][] updates = updates(updater, of(4, 2, -3, -1), of(0, 0, 0, 0));
    // (2.5, 2, -2.5, -1) has the means 2.25 and -1.75: residual (0.25, -0.25, -0.75, 0.75)
    assertClose(updates[0], 2.25, 2.25, -1.75, -1.75);
    assertClose(updates[1], 0.5, -0.5, -0.5, 0.5);
  }

  @Test
  void oneBitAroundNoise_addsTheNoiseToTheBits() {
    double[] n = noise(4);
    IUpdater updater =
        OneBitGradient.around(
                GradientNoise.around(new Sgd(1)).eta(0.25).stopAfter(1).seed(7).build())
            .build();
    double[][] updates = updates(updater, of(4, 2, -3, -1), of(0, 0, 0, 0));
    assertClose(updates[0], 3 + n[0], 3 + n[1], -2 + n[2], -2 + n[3]);
    assertClose(updates[1], 1, -1, -1, 1); // the residual knows no noise
  }

  @Test
  void noiseAroundOneBit_quantizesTheNoisyGradient() {
    double[] n = noise(4);
    IUpdater updater = noisy(OneBitGradient.around(new Sgd(1)).build());
    // far enough from 0 that the noise turns no sign: 8 standard deviations
    double[] update = updates(updater, of(8, 6, -7, -4))[0];
    double up = 7 + (n[0] + n[1]) / 2;
    double down = -5.5 + (n[2] + n[3]) / 2;
    assertClose(update, up, up, down, down);
  }

  @Test
  void skipNonFiniteAroundOneBit_keepsTheResidual() {
    IUpdater updater = SkipNonFinite.around(OneBitGradient.around(new Sgd(1)).build(), 1);
    double[][] updates = updates(updater, of(4, 2, -3, -1), of(1, NAN, 1, 1), of(0, 0, 0, 0));
    assertClose(updates[1], 0, 0, 0, 0);
    assertClose(updates[2], 1, -1, -1, 1);
  }

  @Test
  void oneBitAroundSkipNonFinite_losesTheColumnForGood() {
    IUpdater updater = OneBitGradient.around(SkipNonFinite.around(new Sgd(1), 2)).build();
    double[][] updates = updates(updater, of(4, 2, -3, -1), of(1, NAN, 1, 1), of(0, 0, 0, 0));
    assertClose(updates[1], 0, 0, 0, 0);
    assertClose(updates[2], 0, 0, 0, 0);
  }
}
