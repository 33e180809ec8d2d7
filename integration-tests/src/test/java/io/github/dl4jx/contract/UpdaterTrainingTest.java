package io.github.dl4jx.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** What every updater must do in a network: be saved in mid-training, and in both kinds of net. */
class UpdaterTrainingTest {

  private static final String UPDATERS = "io.github.dl4jx.contract.UpdaterContractTest#updaters";

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void savedInMidTraining_network_goesOnToTheSameBits(UpdaterRow row) throws IOException {
    MultiLayerNetwork net = Networks.network(row.updater(), DataType.FLOAT);
    Networks.fit(net, 0, 15);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, file, true);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(
            new ByteArrayInputStream(file.toByteArray()), true);
    Networks.fit(net, 15, 30);
    Networks.fit(restored, 15, 30);
    assertThat(restored.params().toFloatVector()).isEqualTo(net.params().toFloatVector());
    assertThat(Networks.state(restored)).isEqualTo(Networks.state(net));
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void savedInMidTraining_graph_goesOnToTheSameBits(UpdaterRow row) throws IOException {
    ComputationGraph graph = Networks.graph(row.updater());
    Networks.fit(graph, 0, 15);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(graph, file, true);
    ComputationGraph restored =
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(file.toByteArray()), true);
    Networks.fit(graph, 15, 30);
    Networks.fit(restored, 15, 30);
    assertThat(restored.params().toFloatVector()).isEqualTo(graph.params().toFloatVector());
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void networkAndGraph_sameStart_takeTheSameSteps(UpdaterRow row) {
    MultiLayerNetwork net = Networks.network(row.updater(), DataType.FLOAT);
    ComputationGraph graph = Networks.graph(row.updater());
    graph.setParams(net.params());
    Networks.fit(net, 0, 10);
    Networks.fit(graph, 0, 10);
    assertThat(graph.params().toFloatVector()).isEqualTo(net.params().toFloatVector());
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void doublePrecision_firstStep_agreesWithSinglePrecision(UpdaterRow row) {
    MultiLayerNetwork single = Networks.network(row.updater(), DataType.FLOAT);
    MultiLayerNetwork precise = Networks.network(row.updater(), DataType.DOUBLE);
    precise.setParams(single.params().castTo(DataType.DOUBLE));
    Networks.fit(single, 0, 1);
    Networks.fit(precise, 0, 1);
    double[] expected = precise.params().toDoubleVector();
    double[] actual = single.params().toDoubleVector();
    int apart = 0;
    for (int i = 0; i < expected.length; i++) {
      apart += Math.abs(expected[i] - actual[i]) > 1e-4 ? 1 : 0;
    }
    // a sign or Adam's first step turns on the sign of a gradient near zero: at most 1 in 40
    assertThat(apart).isLessThanOrEqualTo(expected.length / 40);
  }
}
