package io.github.dl4jx.studies.samplers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.updaters.Sghmc;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

class CyclicalNoiseTest {

  private static final CyclicalNoise NOISE = new CyclicalNoise(0.5, 10, 0.8, 0.02);

  @Test
  void valueAt_firstPartOfEveryCycle_isZero() {
    for (int t : new int[] {0, 7, 10, 17, 1_000, 1_007}) {
      assertThat(NOISE.valueAt(t, 0)).as("iteration %s", t).isZero();
    }
  }

  /** The step size of iteration 8 of 10 is 0.25 (1 + cos 0.8 pi) = 0.0477457514. */
  @Test
  void valueAt_lastPartOfEveryCycle_isThatOfTheStepSize() {
    double expected = Math.sqrt(0.02 / 0.0477457514);
    assertThat(NOISE.valueAt(8, 0)).isCloseTo(expected, within(1e-8));
    assertThat(NOISE.valueAt(1_008, 3)).isCloseTo(expected, within(1e-8));
    assertThat(NOISE.stepSize().valueAt(1_008, 3)).isCloseTo(0.0477457514, within(1e-10));
  }

  /** One step from velocity 0 on a gradient of 0: only the noise is left. */
  @Test
  void gradientNoise_aroundSghmcWithoutTemperature_addsWhatSghmcWouldAdd() {
    double rate = 0.05;
    long examples = 1_000;
    double friction = 0.1;
    CyclicalNoise always = new CyclicalNoise(rate, 1, 0, 2 * friction * 1 / examples);
    IUpdater composed =
        GradientNoise.around(
                Sghmc.of(always.stepSize(), examples)
                    .friction(friction)
                    .temperature(0)
                    .seed(7)
                    .build())
            .standardDeviation(always)
            .seed(7)
            .build();
    IUpdater sghmc = Sghmc.of(rate, examples).friction(friction).seed(7).build();
    INDArray expected = step(sghmc);
    assertThat(step(composed).distance2(expected))
        .isLessThan(1e-6 * expected.norm2Number().doubleValue());
  }

  private static INDArray step(IUpdater updater) {
    INDArray gradient = Nd4j.zeros(100);
    GradientUpdater<?> running = updater.instantiate(Nd4j.zeros(updater.stateSize(100)), true);
    running.applyUpdater(gradient, 0, 0);
    return gradient;
  }

  @Test
  void configuration_asJson_isTheSame() {
    MultiLayerConfiguration conf =
        MnistNetwork.penalized(
            1, GradientNoise.around(new Sghmc(0.1, 10)).standardDeviation(NOISE).build(), 0.01);
    MultiLayerNetwork net = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(conf.toJson()));
    assertThat(net.getLayerWiseConfigurations()).isEqualTo(conf);
  }

  @Test
  void constructor_argumentOutOfRange_namesIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CyclicalNoise(0, 10, 0.8, 1))
        .withMessage("rate must be > 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CyclicalNoise(1, 0, 0.8, 1))
        .withMessage("length must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CyclicalNoise(1, 10, 1.5, 1))
        .withMessage("exploration must be in [0, 1], got 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CyclicalNoise(1, 10, 0.8, -1))
        .withMessage("variance must be >= 0, got -1.0");
  }
}
