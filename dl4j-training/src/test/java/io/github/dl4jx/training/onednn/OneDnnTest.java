package io.github.dl4jx.training.onednn;

import static io.github.dl4jx.training.onednn.Convolutions.CHANNELS;
import static io.github.dl4jx.training.onednn.Convolutions.OURS;
import static io.github.dl4jx.training.onednn.Convolutions.PLAIN;
import static io.github.dl4jx.training.onednn.Convolutions.batch;
import static io.github.dl4jx.training.onednn.Convolutions.graph;
import static io.github.dl4jx.training.onednn.Convolutions.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.File;
import java.io.IOException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** The yardstick is the same network without the line. */
class OneDnnTest {

  private static void assertClose(INDArray actual, INDArray expected) {
    assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
  }

  @Test
  void use_ofMultiLayerNetwork_givesTheSameSteps() {
    MultiLayerNetwork network = network(PLAIN);
    MultiLayerNetwork known = network.clone();
    DataSet batch = batch(6);
    network.fit(batch); // a step without
    known.fit(batch);
    assertThat(OneDnn.use(network)).isEqualTo(2);
    network.setLearningRate(0.05);
    known.setLearningRate(0.05);
    for (int step = 0; step < 3; step++) {
      network.fit(batch);
      known.fit(batch);
    }
    assertThat(network.getLayer(2).getHelper()).isInstanceOf(OneDnnHelper.class);
    assertClose(network.params(), known.params());
    assertClose(network.output(batch.getFeatures()), known.output(batch.getFeatures()));
  }

  @Test
  void use_ofComputationGraph_givesTheSameSteps() {
    ComputationGraph graph = graph(PLAIN);
    ComputationGraph known = graph.clone();
    assertThat(OneDnn.use(graph)).isEqualTo(2);
    DataSet batch = batch(6);
    for (int step = 0; step < 3; step++) {
      graph.fit(batch);
      known.fit(batch);
    }
    assertThat(graph.getLayer("first").getHelper()).isInstanceOf(OneDnnHelper.class);
    assertClose(graph.params(), known.params());
  }

  @Test
  void use_frozenLayers_haveItToo() {
    MultiLayerNetwork frozen =
        new TransferLearning.Builder(network(PLAIN)).setFeatureExtractor(0).build();
    assertThat(OneDnn.use(frozen)).isEqualTo(2);
    assertClose(
        frozen.output(batch(6).getFeatures()), network(PLAIN).output(batch(6).getFeatures()));
  }

  @Test
  void use_savedAndCloned_isPlain(@TempDir File folder) throws IOException {
    MultiLayerNetwork network = network(PLAIN);
    OneDnn.use(network);
    File file = new File(folder, "network.zip");
    network.save(file);
    MultiLayerNetwork loaded = MultiLayerNetwork.load(file, true);
    assertThat(loaded.getLayer(0).getHelper()).isNull();
    assertThat(network.clone().getLayer(0).getHelper()).isNull();
    assertThat(loaded.getLayerWiseConfigurations())
        .isEqualTo(network(PLAIN).getLayerWiseConfigurations());
  }

  @Test
  void use_layersOfOtherKinds_areLeftAlone() {
    assertThat(OneDnn.use(network(OURS))).isZero();
    MultiLayerNetwork transposed =
        network(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new Deconvolution2D.Builder(3, 3).nOut(2).build())
                .layer(new OutputLayer.Builder().nOut(3).build())
                .setInputType(InputType.convolutional(5, 5, CHANNELS))
                .build());
    assertThat(OneDnn.use(transposed)).isZero();
    assertThat(transposed.getLayer(0).getHelper()).isNull();
  }

  @Test
  void use_notInitialized_isRefused() {
    MultiLayerNetwork network = new MultiLayerNetwork(Convolutions.configuration(PLAIN));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OneDnn.use(network))
        .withMessageContaining("network must be initialized");
  }
}
