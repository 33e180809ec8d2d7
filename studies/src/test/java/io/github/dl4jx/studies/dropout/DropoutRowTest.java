package io.github.dl4jx.studies.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class DropoutRowTest {

  @Test
  void label_ofEveryRow_isItsOwn() {
    assertThat(DropoutRow.TABLE)
        .extracting(DropoutRow::label)
        .containsExactly(
            "3 x 1024 ReLU", "3 x 1024 ReLU, dropout", "3 x 1024 ReLU, dropout, max-norm");
  }

  @Test
  void network_withDropout_hasTheParametersOfTheRow() {
    MultiLayerNetwork net = new DropoutRow(3, 16, true, false, 0.1, 1).network(1, 10);
    assertThat(net.numParams()).isEqualTo(785 * 16 + 2 * (17 * 16) + 17 * 10);
    assertThat(net.getLayerWiseConfigurations().getConfs())
        .extracting(conf -> conf.getLayer().getIDropout())
        .containsExactly(
            new InvertedDropout(0.8),
            new InvertedDropout(0.5),
            new InvertedDropout(0.5),
            new InvertedDropout(0.5));
    net.close();
  }

  /**
   * Weights that are far too large are cut back in the first step, each unit's inputs by itself.
   */
  @Test
  void network_withMaxNorm_boundsTheNormOfEveryUnitsInputs() {
    MultiLayerNetwork net = new DropoutRow(1, 5, false, true, 0.1, 1).network(1, 10);
    net.getParam("0_W").muli(100);
    net.fit(new DataSet(Nd4j.rand(3, 784), Nd4j.eye(10).getRows(0, 1, 2)));
    double[] twos = {2, 2, 2, 2, 2};
    assertThat(net.getParam("0_W").norm2(0).toDoubleVector()).containsExactly(twos, within(1e-3));
    net.close();
  }
}
