package io.github.dl4jx.studies.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The whole set of drawn digits: it takes seconds to draw and to learn. */
class DrawnDigitsIT {

  @TempDir Path dir;

  @Test
  void install_noSource_aNetworkLearnsTheDigitsButNotPerfectly() throws IOException {
    try (BaseDirectory moved = new BaseDirectory(dir)) {
      MnistData data =
          Mnist.install(
              MnistFile.MNIST, List.of(), DrawnDigits.DEFAULT_FILES, List.of(DrawnDigits.DEFAULT));
      assertThat(data.genuine()).isFalse();

      MultiLayerNetwork net = new MultiLayerNetwork(configuration());
      net.init();
      net.fit(new MnistDataSetIterator(128, true, 1), 2);

      assertThat(net.evaluate(new MnistDataSetIterator(500, false, 1)).accuracy())
          .isBetween(0.95, 0.995);
    }
  }

  private static MultiLayerConfiguration configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Adam(1e-3))
        .list()
        .layer(new DenseLayer.Builder().nIn(784).nOut(256).activation(Activation.RELU).build())
        .layer(
            new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nIn(256)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }
}
