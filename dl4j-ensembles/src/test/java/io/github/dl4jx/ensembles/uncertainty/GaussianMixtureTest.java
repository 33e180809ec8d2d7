package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GaussianMixtureTest {

  private static final GaussianNll LOSS = new GaussianNll(0.5);

  /** The s whose variance is v: ln(exp(v - 0.5) - 1). */
  private static double s(double variance) {
    return Math.log(Math.exp(variance - 0.5) - 1);
  }

  @Test
  void of_twoMembers_isAsByHand() {
    // means 1 and 3, variances 1 and 2: mean 2, noise 1.5, model 1
    GaussianMixture mixture =
        GaussianMixture.of(
            LOSS,
            List.of(
                Nd4j.createFromArray(new double[][] {{1, s(1)}}),
                Nd4j.createFromArray(new double[][] {{3, s(2)}})));
    assertThat(mixture.mean().toDoubleVector()).containsExactly(2);
    assertThat(mixture.noiseVariance().getDouble(0)).isCloseTo(1.5, within(1e-12));
    assertThat(mixture.modelVariance().getDouble(0)).isEqualTo(1);
    assertThat(mixture.variance().getDouble(0)).isCloseTo(2.5, within(1e-12));
    assertThat(mixture.standardDeviation().getDouble(0)).isCloseTo(Math.sqrt(2.5), within(1e-12));
    assertThat(mixture).hasToString("GaussianMixture(1 x 1)");
  }

  @Test
  void of_oneNetworkOfTwoLabels_isItsOutput() {
    INDArray output =
        Nd4j.createFromArray(new double[][] {{1, 2, s(1), s(4)}}).castTo(DataType.FLOAT);
    GaussianMixture mixture = GaussianMixture.of(LOSS, List.of(output));
    assertThat(mixture.mean().toDoubleVector()).containsExactly(1, 2);
    assertThat(mixture.mean().dataType()).isEqualTo(DataType.FLOAT);
    assertThat(mixture.standardDeviation().toDoubleVector())
        .containsExactly(new double[] {1, 2}, within(1e-6));
    assertThat(mixture.modelVariance().toDoubleVector()).containsExactly(0, 0);
  }

  @Test
  void of_badOutputs_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GaussianMixture.of(LOSS, List.of(Nd4j.ones(2, 3))))
        .withMessageEndingWith("for each label along axis 1, got [2, 3]");
  }
}
