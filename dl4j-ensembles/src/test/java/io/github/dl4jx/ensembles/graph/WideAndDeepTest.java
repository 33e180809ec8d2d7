package io.github.dl4jx.ensembles.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class WideAndDeepTest {

  private static ComputationGraph init(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  private static double[][] values(INDArray array) {
    return array.castTo(DataType.DOUBLE).toDoubleMatrix();
  }

  /** {@code x W + b}, without a bias if there is none. */
  private static double[] linear(double[] x, double[][] w, double... b) {
    double[] y = new double[w[0].length];
    for (int j = 0; j < y.length; j++) {
      y[j] = b.length == 0 ? 0 : b[j];
      for (int i = 0; i < x.length; i++) {
        y[j] += x[i] * w[i][j];
      }
    }
    return y;
  }

  @Test
  void output_twoInputs_isThePapersFormula() {
    ComputationGraph graph = init(WideAndDeep.of(4, 2).deepInputs(3).hidden(5).seed(1).build());
    graph.getParam("wide-scores_W").assign(Nd4j.rand(DataType.FLOAT, 4, 2));
    graph.getParam("deep-scores_b").assign(Nd4j.rand(DataType.FLOAT, 1, 2));
    INDArray wide = Nd4j.rand(DataType.FLOAT, 6, 4);
    INDArray deep = Nd4j.randn(DataType.FLOAT, 6, 3);
    double[][] actual = values(graph.outputSingle(wide, deep));
    double[] hiddenBias = graph.getParam("hidden-1_b").toDoubleVector();
    double[] bias = graph.getParam("deep-scores_b").toDoubleVector();
    for (int i = 0; i < 6; i++) {
      double[] a = linear(values(deep)[i], values(graph.getParam("hidden-1_W")), hiddenBias);
      for (int j = 0; j < a.length; j++) {
        a[j] = Math.max(0, a[j]);
      }
      double[] fromDeep = linear(a, values(graph.getParam("deep-scores_W")), bias);
      double[] fromWide = linear(values(wide)[i], values(graph.getParam("wide-scores_W")));
      double difference = fromDeep[0] + fromWide[0] - fromDeep[1] - fromWide[1];
      assertThat(actual[i][0]).isCloseTo(1 / (1 + Math.exp(-difference)), within(1e-6));
    }
  }

  @Test
  void fit_oneStep_movesBothPartsByTheJointGradient() {
    // all features 1: both parts' biases move by the one error of the one loss
    ComputationGraph graph =
        init(
            WideAndDeep.of(1, 1)
                .deepInputs(1)
                .hidden(1)
                .regression()
                .wideUpdater(new Sgd(0.1))
                .deepUpdater(new Sgd(0.01))
                .build());
    graph.getParam("hidden-1_W").assign(1);
    graph.getParam("hidden-1_b").assign(0);
    graph.getParam("deep-scores_W").assign(2);
    graph.getParam("deep-scores_b").assign(0);
    INDArray one = Nd4j.ones(DataType.FLOAT, 1, 1);
    INDArray[] inputs = {one, one};
    graph.fit(inputs, new INDArray[] {Nd4j.scalar(DataType.FLOAT, 5).reshape(1, 1)});
    // score 2 + 0, error -3, gradient of (5 - y)^2 by y: -6
    assertThat(graph.getParam("wide-scores_W").getDouble(0)).isCloseTo(0.6, within(1e-6));
    assertThat(graph.getParam("deep-scores_b").getDouble(0)).isCloseTo(0.06, within(1e-6));
    assertThat(graph.getParam("deep-scores_W").getDouble(0)).isCloseTo(2.06, within(1e-6));
    assertThat(graph.getParam("hidden-1_W").getDouble(0)).isCloseTo(1.12, within(1e-6));
  }

  @Test
  void fit_crossedProduct_isRemembered() {
    // the label is the exclusive or of two bits, which is linear in their crossed product
    Random random = new Random(1);
    INDArray features = Nd4j.zeros(DataType.FLOAT, 400, 3);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 400, 2);
    for (int i = 0; i < 400; i++) {
      int a = random.nextInt(2);
      int b = random.nextInt(2);
      features.putRow(i, Nd4j.createFromArray(a, b, (float) (a * b)));
      labels.putScalar(i, a ^ b, 1);
    }
    ComputationGraph graph = init(WideAndDeep.of(3, 2).hidden(4, 4).seed(3).build());
    DataSet data = new DataSet(features, labels);
    for (int step = 0; step < 300; step++) {
      graph.fit(data);
    }
    assertThat(graph.outputSingle(features).argMax(1)).isEqualTo(labels.argMax(1));
  }

  @Test
  void build_json_comesBackEqual() {
    ComputationGraphConfiguration configuration =
        WideAndDeep.of(4, 1).deepInputs(3).wideL1(1e-3).hidden(7, 5).build();
    assertThat(ComputationGraphConfiguration.fromJson(configuration.toJson()))
        .isEqualTo(configuration);
  }

  @Test
  void of_badSizes_saysWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WideAndDeep.of(0, 1))
        .withMessageContaining("inputs must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WideAndDeep.of(4, 1).deepInputs(0))
        .withMessageContaining("columns must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WideAndDeep.of(4, 1).hidden(3, -1))
        .withMessageContaining("hidden must be >= 1, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WideAndDeep.of(4, 1).wideL1(-1))
        .withMessageContaining("wideL1 must be finite and >= 0, got -1.0");
  }
}
