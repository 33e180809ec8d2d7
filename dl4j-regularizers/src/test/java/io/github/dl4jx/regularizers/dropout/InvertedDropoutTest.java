package io.github.dl4jx.regularizers.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class InvertedDropoutTest {

  private static INDArray apply(InvertedDropout dropout, INDArray x, int iteration) {
    return dropout.applyDropout(x, x.ulike(), iteration, 0, LayerWorkspaceMgr.noWorkspaces());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.8, 0.999})
  void applyDropout_millionActivations_keepsAFractionPScaledByItsInverse(double p) {
    int n = 1_000_000;
    float[] y =
        apply(new InvertedDropout(p, 7), Nd4j.valueArrayOf(1000, 1000, 3.0), 0)
            .reshape(n)
            .toFloatVector();
    int kept = 0;
    for (float v : y) {
      if (v != 0) {
        kept++;
        assertThat(v).isCloseTo((float) (3.0 / p), within(1e-5f));
      }
    }
    // n = 10^6 Bernoulli(p): 6 standard errors of the fraction, exceeded with chance 2e-9
    assertThat(kept / (double) n).isCloseTo(p, within(6 * Math.sqrt(p * (1 - p) / n)));
  }

  @Test
  void backprop_permutedShape_isRefused() {
    InvertedDropout dropout = new InvertedDropout(0.5);
    apply(dropout, Nd4j.ones(DataType.FLOAT, 2, 3), 0);
    INDArray gradient = Nd4j.ones(DataType.FLOAT, 3, 2);
    assertThatIllegalStateException()
        .isThrownBy(() -> dropout.backprop(gradient, gradient, 0, 0))
        .withMessageContaining("[2, 3], got [3, 2]");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.5, Double.NaN})
  void construct_pOutOfRange_saysWhatIsAllowed(double p) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InvertedDropout(p))
        .withMessage("p (the probability of retaining) must be in (0, 1], got " + p);
  }

  @Test
  void applyDropout_scheduleOutOfRange_saysWhatIsAllowed() {
    InvertedDropout dropout =
        new InvertedDropout(new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.0).build());
    INDArray x = Nd4j.ones(DataType.FLOAT, 2, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> apply(dropout, x, 0))
        .withMessageContaining("must be in (0, 1], got 0.0");
  }
}
