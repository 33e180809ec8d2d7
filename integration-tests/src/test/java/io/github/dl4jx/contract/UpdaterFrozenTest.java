package io.github.dl4jx.contract;

import static io.github.dl4jx.contract.UpdaterRow.Rule.ANY_BLOCKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.training.network.FrozenLayers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;

/** Frozen stays: no updater moves the layers that the network's author has frozen. */
class UpdaterFrozenTest {

  private static final String UPDATERS = "io.github.dl4jx.contract.UpdaterContractTest#updaters";
  private static final int STEPS = 12;

  /** A frozen layer between two that are not, under L2, which Deeplearning4j applies to it. */
  private static NeuralNetConfiguration.Builder base(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .activation(Activation.TANH)
        .l2(0.01)
        .l2Bias(0.01)
        .updater(updater);
  }

  private static Layer first() {
    return new DenseLayer.Builder().nIn(6).nOut(8).build();
  }

  private static Layer frozen() {
    return new FrozenLayerWithBackprop(
        new DenseLayer.Builder().nIn(8).nOut(8).biasInit(0.25).build());
  }

  private static Layer last() {
    return new OutputLayer.Builder().nIn(8).nOut(3).activation(Activation.SOFTMAX).build();
  }

  private static MultiLayerConfiguration configuration(IUpdater updater) {
    return base(updater).list().layer(first()).layer(frozen()).layer(last()).build();
  }

  private static ComputationGraphConfiguration graphConfiguration(IUpdater updater) {
    return base(updater)
        .graphBuilder()
        .addInputs("in")
        .addLayer("0", first(), "in")
        .addLayer("1", frozen(), "0")
        .addLayer("2", last(), "1")
        .setOutputs("2")
        .build();
  }

  private static ComputationGraph graph(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  private static float[] values(Model net, String parameter) {
    return net.getParam(parameter).dup('f').data().asFloat();
  }

  private static void assertFrozenStaysAndOthersMove(Model net, Model start) {
    for (String parameter : List.of("1_W", "1_b")) {
      assertThat(values(net, parameter)).isEqualTo(values(start, parameter));
    }
    for (String parameter : List.of("0_W", "0_b", "2_W", "2_b")) {
      assertThat(values(net, parameter)).isNotEqualTo(values(start, parameter));
    }
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void network_held_frozenLayerStays(UpdaterRow row) throws IOException {
    MultiLayerNetwork net = Networks.network(configuration(row.updater()));
    MultiLayerNetwork start = net.clone();
    FrozenLayers.hold(net);
    Networks.fit(net, 0, STEPS);
    assertFrozenStaysAndOthersMove(net, start);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, file, true);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(
            new ByteArrayInputStream(file.toByteArray()), true);
    Networks.fit(restored, STEPS, STEPS + 2);
    assertFrozenStaysAndOthersMove(restored, start);
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void graph_held_frozenLayerStays(UpdaterRow row) {
    ComputationGraph net = graph(graphConfiguration(row.updater()));
    ComputationGraph start = net.clone();
    FrozenLayers.hold(net);
    Networks.fit(net, 0, STEPS);
    assertFrozenStaysAndOthersMove(net, start);
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void configurations_held_frozenLayerStays(UpdaterRow row) {
    MultiLayerConfiguration configuration = configuration(row.updater());
    FrozenLayers.hold(configuration);
    MultiLayerNetwork net =
        Networks.network(MultiLayerConfiguration.fromJson(configuration.toJson()));
    MultiLayerNetwork start = net.clone();
    Networks.fit(net, 0, STEPS);
    assertFrozenStaysAndOthersMove(net, start);
    ComputationGraphConfiguration graphConfiguration = graphConfiguration(row.updater());
    FrozenLayers.hold(graphConfiguration);
    ComputationGraph graph = graph(graphConfiguration);
    ComputationGraph graphStart = graph.clone();
    Networks.fit(graph, 0, STEPS);
    assertFrozenStaysAndOthersMove(graph, graphStart);
  }

  /** The other layers take the steps that they take anyway, and keep what they have of state. */
  @ParameterizedTest
  @MethodSource(UPDATERS)
  void network_heldInMidTraining_nextStepOfTheOthersIsTheSame(UpdaterRow row) {
    row.assume(ANY_BLOCKS);
    MultiLayerNetwork net = Networks.network(configuration(row.updater()));
    MultiLayerNetwork free = Networks.network(configuration(row.updater()));
    Networks.fit(net, 0, 5);
    Networks.fit(free, 0, 5);
    FrozenLayers.hold(net);
    Networks.fit(net, 5, 6);
    Networks.fit(free, 5, 6);
    for (String parameter : List.of("0_W", "0_b", "2_W", "2_b")) {
      assertThat(values(net, parameter)).isEqualTo(values(free, parameter));
    }
  }
}
