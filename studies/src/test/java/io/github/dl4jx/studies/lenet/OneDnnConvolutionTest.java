package io.github.dl4jx.studies.lenet;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** The yardstick is Deeplearning4j's own layer with the same weights. */
class OneDnnConvolutionTest {

  private static final int SIZE = 6;

  private static MultiLayerConfiguration configuration(Layer convolution) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.FLOAT)
        .activation(Activation.RELU)
        .updater(new Sgd(0.1))
        .list()
        .layer(convolution)
        .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
        .setInputType(InputType.convolutionalFlat(SIZE, SIZE, 2))
        .build();
  }

  private static MultiLayerNetwork network(Layer convolution) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(convolution));
    network.init();
    return network;
  }

  private static ConvolutionLayer.Builder builder() {
    return new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(4);
  }

  @Test
  void fit_sameWeights_givesTheStepsOfTheConvolutionLayer() {
    MultiLayerNetwork direct = network(new OneDnnConvolution(builder()));
    MultiLayerNetwork known = network(builder().build());
    known.params().addi(0.1); // biases, too
    direct.params().assign(known.params());
    INDArray x = Nd4j.randn(DataType.FLOAT, 5, 2 * SIZE * SIZE);
    INDArray y = Nd4j.eye(3).castTo(DataType.FLOAT).getRows(0, 1, 2, 1, 0);

    assertThat(direct.output(x).equalsWithEps(known.output(x), 1e-6)).isTrue();
    INDArray before = known.params().dup();
    for (int step = 0; step < 3; step++) {
      direct.fit(x, y);
      known.fit(x, y);
    }

    assertThat(known.params().distance2(before)).isGreaterThan(0.1);
    assertThat(direct.params().equalsWithEps(known.params(), 1e-5)).isTrue();
  }

  @Test
  void json_roundTrip_isEqual() {
    MultiLayerConfiguration configuration = configuration(new OneDnnConvolution(builder()));

    MultiLayerConfiguration back = MultiLayerConfiguration.fromJson(configuration.toJson());

    assertThat(back).isEqualTo(configuration);
    assertThat(back.getConf(0).getLayer()).isInstanceOf(OneDnnConvolution.class);
  }
}
