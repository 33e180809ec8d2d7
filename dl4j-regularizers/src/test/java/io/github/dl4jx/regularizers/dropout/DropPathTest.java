package io.github.dl4jx.regularizers.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DropPathTest {

  private static INDArray dropped(DropPath dropout, INDArray x) {
    return dropout.applyDropout(x, x.ulike(), 0, 0, LayerWorkspaceMgr.noWorkspaces());
  }

  static List<INDArray> activations() {
    return List.of(
        Nd4j.rand(DataType.FLOAT, 200, 3).addi(1),
        Nd4j.rand(DataType.FLOAT, 3, 200).addi(1).transpose(),
        Nd4j.rand(DataType.DOUBLE, 200, 3, 4).addi(1).dup('f'),
        Nd4j.rand(DataType.FLOAT, 200, 3, 4, 2).addi(1).permute(0, 3, 1, 2),
        Nd4j.rand(DataType.FLOAT16, 200, 3, 1, 2, 2).addi(1));
  }

  @ParameterizedTest
  @MethodSource("activations")
  void applyDropout_anyShape_keepsOrDropsWholeExamples(INDArray x) {
    DropPath dropout = new DropPath(0.5, 7);
    INDArray y = dropped(dropout, x);
    int kept = 0;
    for (int b = 0; b < 200; b++) {
      boolean keep = y.slice(b).getDouble(0) != 0;
      assertThat(y.slice(b)).isEqualTo(x.slice(b).mul(keep ? 2 : 0)); // exact: times 1 / 0.5
      kept += keep ? 1 : 0;
    }
    // of 200 with chance 1/2: outside is 6 standard deviations, chance 2e-9
    assertThat(kept).isBetween(58, 142);
    INDArray back = dropout.backprop(x, x.ulike(), 0, 0);
    assertThat(back).isEqualTo(y);
  }

  /** Six standard errors of 10^5 draws: exceeded by a right mean with chance 2e-9. */
  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.5, 0.9})
  void applyDropout_manyExamples_haveTheMeanOfTheInput(double p) {
    INDArray mean = dropped(new DropPath(p, 1), Nd4j.ones(DataType.DOUBLE, 100_000, 1)).mean(0);
    double bound = 6 * Math.sqrt((1 - p) / p / 100_000);
    assertThat(mean.getDouble(0)).isCloseTo(1, within(bound));
  }

  @Test
  void applyDropout_perMinibatch_keepsAllOrNone() {
    INDArray x = Nd4j.ones(DataType.DOUBLE, 8, 3);
    int kept = 0;
    for (int iteration = 0; iteration < 400; iteration++) {
      INDArray y =
          new DropPath(0.25, 3)
              .perMinibatch()
              .applyDropout(x, x.ulike(), iteration, 0, LayerWorkspaceMgr.noWorkspaces());
      boolean keep = y.getDouble(0) != 0;
      assertThat(y).isEqualTo(x.mul(keep ? 4 : 0));
      kept += keep ? 1 : 0;
    }
    assertThat(kept).isBetween(48, 152); // 6 standard deviations of 8.7: chance 2e-9
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.5, Double.NaN})
  void construct_pOutOfRange_saysWhatIsAllowed(double p) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DropPath(p))
        .withMessage("p (the probability of retaining) must be in (0, 1], got " + p);
  }
}
