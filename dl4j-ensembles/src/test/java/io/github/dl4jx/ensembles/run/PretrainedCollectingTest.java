package io.github.dl4jx.ensembles.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.internal.StopWhenInterrupted;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** What collects weights, on a network that is pretrained layer by layer first. */
class PretrainedCollectingTest {

  private static final DataSet DATA = TestNetworks.rings(20, 5);

  @Test
  void listeners_pretrainThenFit_collectTheNetworksWeightsOnly() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Sgd(0.1))
                .list()
                .layer(new AutoEncoder.Builder().nIn(2).nOut(3).build())
                .layer(
                    new OutputLayer.Builder().nIn(3).nOut(3).activation(Activation.SOFTMAX).build())
                .build());
    net.init();
    PosteriorSamples samples = PosteriorSamples.every(1).keepLast(10).build();
    Swag swag = Swag.every(1).rank(2).build();
    net.setListeners(samples, swag, new StopWhenInterrupted());
    for (int i = 0; i < 3; i++) {
      net.pretrainLayer(0, DATA.getFeatures());
    }
    assertThat(samples.size()).isZero();
    assertThat(swag.size()).isZero();
    net.fit(DATA);
    net.fit(DATA);
    assertThat(samples.size()).isEqualTo(2);
    assertThat(swag.size()).isEqualTo(2);
    assertThat(samples.ensemble().member(1).params()).isEqualTo(net.params());
    samples.close();
    swag.close();
  }
}
