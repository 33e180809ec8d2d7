package io.github.dl4jx.updaters.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

class GradientClippingTest {

  private static INDArray clipped(IUpdater config, float... gradient) {
    INDArray g = Nd4j.createFromArray(gradient);
    config.instantiate((INDArray) null, true).applyUpdater(g, 0, 0);
    return g;
  }

  @Test
  void byValue_valuesBeyond_areTheThreshold() {
    IUpdater config = GradientClipping.around(new NoOp()).byValue(0.5);
    assertThat(clipped(config, 0.4f, -0.6f, 7f, 0f, -0.5f).toFloatVector())
        .containsExactly(0.4f, -0.5f, 0.5f, 0f, -0.5f);
  }

  @Test
  void byNorm_above_isScaledToTheThreshold() {
    IUpdater config = GradientClipping.around(new NoOp()).byNorm(1);
    assertThat(clipped(config, 3f, -4f).toFloatVector())
        .containsExactly(new float[] {0.6f, -0.8f}, within(1e-6f));
  }

  @Test
  void byNorm_atOrBelow_isUnchangedBitForBit() {
    float[] g = {0.1234567f, -3e-39f, 0.98f};
    IUpdater config = GradientClipping.around(new NoOp()).byNorm(1);
    assertThat(clipped(config, g).toFloatVector()).containsExactly(g);
  }

  @Test
  void byNorm_millionValues_hasTheNorm() {
    INDArray g = Nd4j.randn(DataType.FLOAT, 1_000_000);
    GradientClipping.around(new NoOp())
        .byNorm(5)
        .instantiate((INDArray) null, true)
        .applyUpdater(g, 0, 0);
    assertThat(g.castTo(DataType.DOUBLE).norm2Number().doubleValue()).isCloseTo(5, within(5e-5));
  }

  @Test
  void nesting_withNoise_theOuterOneIsFirst() {
    GradientNoise noise = GradientNoise.around(new NoOp()).eta(4).build();
    IUpdater noiseLast = GradientClipping.around(noise).byValue(0.1);
    IUpdater noiseFirst =
        GradientNoise.around(GradientClipping.around(new NoOp()).byValue(0.1)).eta(4).build();
    float[] g = new float[1000];
    assertThat(clipped(noiseFirst, g).amaxNumber().floatValue()).isEqualTo(0.1f);
    assertThat(clipped(noiseLast, g)).isEqualTo(clipped(noise, g));
  }

  @Test
  void around_badThreshold_saysWhatIsAllowed() {
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> GradientClipping.around(new NoOp()).byNorm(bad))
          .withMessage("threshold must be finite and > 0, got " + bad);
    }
  }
}
