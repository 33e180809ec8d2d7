package io.github.dl4jx.training.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.variational.GaussianReconstructionDistribution;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.ViewIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Listeners in {@code pretrain(..)}, where Deeplearning4j hands them the layer as the model. */
class PretrainingTest {

  private static final int BATCH = 7;

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .activation(Activation.TANH)
        .updater(new Sgd(1));
  }

  private static org.deeplearning4j.nn.conf.layers.Layer first(String kind) {
    return kind.equals("auto-encoder")
        ? new AutoEncoder.Builder().nIn(4).nOut(3).corruptionLevel(0).build()
        : new VariationalAutoencoder.Builder()
            .nIn(4)
            .nOut(2)
            .encoderLayerSizes(5)
            .decoderLayerSizes(5)
            .reconstructionDistribution(new GaussianReconstructionDistribution())
            .build();
  }

  private static OutputLayer last(String kind) {
    return new OutputLayer.Builder()
        .nIn(kind.equals("auto-encoder") ? 3 : 2)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork network(String kind) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(base().list().layer(first(kind)).layer(last(kind)).build());
    net.init();
    return net;
  }

  private static ComputationGraph graph(String kind) {
    ComputationGraph net =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("in")
                .addLayer("code", first(kind), "in")
                .addLayer("out", last(kind), "code")
                .setOutputs("out")
                .build());
    net.init();
    return net;
  }

  private static DataSet batch() {
    Random random = new Random(1);
    INDArray x = Nd4j.create(BATCH, 4);
    for (int i = 0; i < x.length(); i++) {
      x.putScalar(i, 3 * random.nextGaussian());
    }
    INDArray y = Nd4j.zeros(BATCH, 2);
    for (int i = 0; i < BATCH; i++) {
      y.putScalar(i, i % 2, 1);
    }
    return new DataSet(x, y);
  }

  /** By how much one step at rate 1 moves the weights: the norm of the mean gradient. */
  private static double pretrainingStep(Model net, TrainingListener... listeners) {
    INDArray before = net.params().dup();
    net.setListeners(listeners);
    if (net instanceof MultiLayerNetwork network) {
      network.pretrainLayer(0, batch().getFeatures());
    } else {
      ((ComputationGraph) net).pretrainLayer("code", new ViewIterator(batch(), BATCH));
    }
    return net.params().distance2(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto-encoder", "variational"})
  void globalNorm_pretraining_clipsTheLayersMeanGradient(String kind) {
    double free = pretrainingStep(network(kind));
    assertThat(free).isGreaterThan(0.2);
    assertThat(pretrainingStep(network(kind), new GlobalNormClipping(2 * free))).isEqualTo(free);
    assertThat(pretrainingStep(network(kind), new GlobalNormClipping(0.1)))
        .isCloseTo(0.1, within(1e-6));
    assertThat(pretrainingStep(graph(kind), new GlobalNormClipping(0.1)))
        .isCloseTo(0.1, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto-encoder", "variational"})
  void adaptive_pretraining_everyBiasIsWithinItsLimit(String kind) {
    MultiLayerNetwork net = network(kind);
    // biases are zero: their limit is lambda times eps
    AdaptiveGradientClipping clipping =
        AdaptiveGradientClipping.builder().lambda(0.5).eps(0.01).build();
    pretrainingStep(net, clipping, new ReproducibleTraining(1));
    List<String> biases =
        net.paramTable().keySet().stream()
            .filter(name -> name.startsWith("0_") && name.endsWith("b"))
            .toList();
    assertThat(biases).hasSizeGreaterThan(1);
    for (String name : biases) {
      assertThat(net.getParam(name).norm2Number().doubleValue())
          .as(name)
          .isPositive()
          .isLessThanOrEqualTo(0.005 + 1e-7);
    }
    net.fit(batch());
  }
}
