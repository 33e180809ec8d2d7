package io.github.dl4jx.studies.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

class NoiseRowTest {

  /**
   * The deviation of 39,200 normal weights is within 5 % of the true one: 14 of its standard errors
   * 1/sqrt(2n).
   */
  @ParameterizedTest
  @CsvSource({
    "0, 0.1, 0.1",
    "2, 0.1, 0.1",
    "3, 0.050585, 0.205117", // sqrt(2 / n) exp(1.2 / (n - 2.4)) for n = 784, 50
    "4, 0.050508, 0.2", // sqrt(2 / n)
    "5, 0, 0"
  })
  void network_ofARow_hasItsWeights(int row, double first, double second) {
    MultiLayerNetwork net = NoiseRow.TABLE.get(row).network(1, new Sgd(0.1));
    assertThat(net.numParams()).isEqualTo(784 * 50 + 50 + 19 * (50 * 50 + 50) + 50 * 10 + 10);
    INDArray weights = net.getLayer(0).getParam("W");
    assertThat(weights.stdNumber().doubleValue()).isCloseTo(first, within(0.05 * first));
    double squares = 0;
    for (int layer = 1; layer < 20; layer++) {
      double norm = net.getLayer(layer).getParam("W").norm2Number().doubleValue();
      squares += norm * norm / (19 * 50 * 50);
      assertThat(net.getLayer(layer).getParam("b").maxNumber().doubleValue()).isZero();
    }
    assertThat(Math.sqrt(squares)).isCloseTo(second, within(0.05 * second));
    net.close();
  }
}
