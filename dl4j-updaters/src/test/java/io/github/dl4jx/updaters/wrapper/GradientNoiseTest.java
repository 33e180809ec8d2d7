package io.github.dl4jx.updaters.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

class GradientNoiseTest {

  private static final int N = 1_000_000;

  /** The bare noise: a gradient of zeros, passed through an updater that leaves it as it is. */
  private static INDArray noise(GradientNoise config, int n, int iteration) {
    INDArray g = Nd4j.zeros(n);
    config.instantiate((INDArray) null, true).applyUpdater(g, iteration, 0);
    return g;
  }

  private static GradientNoise.Builder bare() {
    return GradientNoise.around(new NoOp());
  }

  private static int count(INDArray array, float value) {
    return (int)
        IntStream.range(0, (int) array.length()).filter(i -> array.getFloat(i) == value).count();
  }

  @ParameterizedTest
  @CsvSource({
    // eta, gamma, t, sqrt(eta / (1 + t)^gamma) by hand
    "0.01, 0.55, 0, 0.1",
    "1.0, 0.55, 0, 1.0",
    "0.36, 1.0, 3, 0.3",
    "4.0, 2.0, 1, 1.0",
    "0.25, 0.0, 999, 0.5",
  })
  void standardDeviation_ofIteration_isThePapers(double eta, double gamma, int t, double sigma) {
    GradientNoise noise = bare().eta(eta).gamma(gamma).build();
    assertThat(noise.standardDeviation(t, 0)).isCloseTo(sigma, within(1e-12));
  }

  @Test
  void build_defaults_areThePapers() {
    assertThat(bare().build()).isEqualTo(bare().eta(0.01).gamma(0.55).seed(0).build());
  }

  @Test
  void noise_ofMillionElements_hasMeanZeroAndTheVarianceEta() {
    // n = 10^6 at eta = 0.36. The bounds are 6 standard errors: of the mean sigma/sqrt(n), of the
    // variance sigma^2 * sqrt(2/n); the chance of a false alarm is 2e-9 each.
    INDArray noise = noise(bare().eta(0.36).seed(11).build(), N, 0);
    double[] x = noise.toDoubleVector();
    double mean = 0;
    double square = 0;
    for (double v : x) {
      mean += v / N;
      square += v * v / N;
    }
    assertThat(mean).isCloseTo(0, within(6 * 0.6 / Math.sqrt(N)));
    assertThat(square).isCloseTo(0.36, within(6 * 0.36 * Math.sqrt(2.0 / N)));
  }

  @Test
  void noise_ofIterationsAndSeeds_isUncorrelated() {
    // n = 10^6: the sample correlation of independent normals has standard error 1/sqrt(n); 6 of
    // them are exceeded with chance 2e-9
    INDArray a = noise(bare().eta(1).gamma(0).seed(1).build(), N, 0);
    INDArray nextIteration = noise(bare().eta(1).gamma(0).seed(1).build(), N, 1);
    INDArray nextSeed = noise(bare().eta(1).gamma(0).seed(2).build(), N, 0);
    double bound = 6 / Math.sqrt(N);
    assertThat(a.mul(nextIteration).meanNumber().doubleValue()).isCloseTo(0, within(bound));
    assertThat(a.mul(nextSeed).meanNumber().doubleValue()).isCloseTo(0, within(bound));
  }

  @Test
  void noise_ofAnotherIteration_isTheSameAgain() {
    GradientNoise config = bare().seed(5).build();
    INDArray first = noise(config, 1000, 17);
    noise(config, 1000, 18);
    assertThat(noise(config, 1000, 17).toFloatVector()).isEqualTo(first.toFloatVector());
  }

  @Test
  void noise_ofBlocksSplitDifferently_isTheSame() {
    GradientNoise config = bare().seed(5).build();
    INDArray whole = Nd4j.zeros(1000);
    config.instantiate((INDArray) null, true).applyUpdater(whole, 3, 0);
    INDArray split = Nd4j.zeros(1000);
    for (int[] block : new int[][] {{0, 1}, {1, 338}, {338, 999}, {999, 1000}}) {
      INDArray view = split.get(NDArrayIndex.interval(block[0], block[1]));
      config.instantiate((INDArray) null, true).applyUpdater(view, 3, 0);
    }
    assertThat(split.toFloatVector()).isEqualTo(whole.toFloatVector());
  }

  @Test
  void noise_isAddedToTheGradient_beforeTheLearningRate() {
    INDArray noise = noise(bare().seed(5).build(), 10, 0);
    INDArray g = Nd4j.valueArrayOf(10, 2.0f);
    GradientNoise.around(new Sgd(0.5))
        .seed(5)
        .build()
        .instantiate((INDArray) null, true)
        .applyUpdater(g, 0, 0);
    assertThat(g.equalsWithEps(noise.add(2).mul(0.5), 1e-7)).isTrue();
  }

  @Test
  void around_signAndNoise_theOuterOneIsFirst() {
    INDArray noiseThenSign = Nd4j.valueArrayOf(1000, 1e-3f);
    INDArray signThenNoise = noiseThenSign.dup();
    GradientNoise.around(SignGradient.around(new NoOp()))
        .build()
        .instantiate((INDArray) null, true)
        .applyUpdater(noiseThenSign, 0, 0);
    SignGradient.around(bare().build())
        .instantiate((INDArray) null, true)
        .applyUpdater(signThenNoise, 0, 0);
    // the sign of the noisy gradient: noise of deviation 0.1 turns about half of the signs
    assertThat(count(noiseThenSign, -1) + count(noiseThenSign, 1)).isEqualTo(1000);
    assertThat(count(noiseThenSign, -1)).isBetween(300, 700);
    // noise around the sign 1
    assertThat(signThenNoise.meanNumber().doubleValue())
        .isCloseTo(1, within(6 * 0.1 / Math.sqrt(1000)));
    assertThat(count(signThenNoise, 1)).isLessThan(10);
  }

  @Test
  void build_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bare().eta(-0.1))
        .withMessage("eta must be finite and >= 0, got -0.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bare().gamma(-1))
        .withMessage("gamma must be finite and >= 0, got -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bare().eta(Double.NaN))
        .withMessage("eta must be finite and >= 0, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientNoise.around(null))
        .withMessage("inner updater must not be null");
  }
}
