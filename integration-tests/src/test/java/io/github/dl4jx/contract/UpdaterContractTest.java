package io.github.dl4jx.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.updaters.SignSgd;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.SignGradient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.lang3.SerializationUtils;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** What every updater must do. A new one joins by a row of the table. */
class UpdaterContractTest {

  static List<Named<IUpdater>> updaters() {
    return List.<IUpdater>of(
            new SignSgd(0.01),
            new SignSgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.01, 0.9)),
            SignGradient.around(new Adam(0.01)),
            SignGradient.around(new Nesterovs(0.01, 0.9)),
            GradientNoise.around(new Sgd(0.05)).build(),
            GradientNoise.around(new Adam(0.01)).eta(0.3).gamma(0.7).seed(7).build(),
            GradientNoise.around(SignGradient.around(new Adam(0.01))).seed(7).build(),
            SignGradient.around(GradientNoise.around(new Adam(0.01)).seed(7).build()))
        .stream()
        .map(updater -> Named.of(updater.toString(), updater))
        .collect(Collectors.toList());
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void clone_isEqualButApart(IUpdater updater) {
    IUpdater clone = updater.clone();
    assertThat(clone).isNotSameAs(updater).isEqualTo(updater).hasSameHashCodeAs(updater);
    clone.setLrAndSchedule(0.123, null);
    assertThat(clone).isNotEqualTo(updater);
    assertThat(updater.getLearningRate(0, 0)).isNotEqualTo(0.123);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void equals_otherRows_isFalse(IUpdater updater) {
    assertThat(updaters().stream().filter(row -> row.getPayload().equals(updater))).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void javaSerialization_isEqual(IUpdater updater) {
    assertThat(SerializationUtils.<IUpdater>roundtrip(updater)).isEqualTo(updater);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void jsonAndYaml_areEqual(IUpdater updater) {
    MultiLayerConfiguration net = Networks.configuration(updater, DataType.FLOAT);
    assertThat(MultiLayerConfiguration.fromJson(net.toJson())).isEqualTo(net);
    assertThat(MultiLayerConfiguration.fromYaml(net.toYaml())).isEqualTo(net);
    ComputationGraphConfiguration graph = Networks.graphConfiguration(updater);
    assertThat(ComputationGraphConfiguration.fromJson(graph.toJson())).isEqualTo(graph);
    assertThat(ComputationGraphConfiguration.fromYaml(graph.toYaml())).isEqualTo(graph);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void savedInMidTraining_network_goesOnToTheSameBits(IUpdater updater) throws IOException {
    MultiLayerNetwork net = Networks.network(updater, DataType.FLOAT);
    Networks.fit(net, 0, 15);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, file, true);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(
            new ByteArrayInputStream(file.toByteArray()), true);
    Networks.fit(net, 15, 30);
    Networks.fit(restored, 15, 30);
    assertThat(restored.params().toFloatVector()).isEqualTo(net.params().toFloatVector());
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void savedInMidTraining_graph_goesOnToTheSameBits(IUpdater updater) throws IOException {
    ComputationGraph graph = Networks.graph(updater);
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
  @MethodSource("updaters")
  void networkAndGraph_sameStart_takeTheSameSteps(IUpdater updater) {
    MultiLayerNetwork net = Networks.network(updater, DataType.FLOAT);
    ComputationGraph graph = Networks.graph(updater);
    graph.setParams(net.params());
    Networks.fit(net, 0, 10);
    Networks.fit(graph, 0, 10);
    assertThat(graph.params().toFloatVector()).isEqualTo(net.params().toFloatVector());
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void setLearningRate_inMidTraining_isObeyedAndKeepsTheState(IUpdater updater) {
    MultiLayerNetwork net = Networks.network(updater.clone(), DataType.FLOAT);
    MultiLayerNetwork unchanged = Networks.network(updater.clone(), DataType.FLOAT);
    Networks.fit(net, 0, 10);
    Networks.fit(unchanged, 0, 10);
    net.setLearningRate(0.5);
    assertThat(net.getLearningRate(0)).isEqualTo(0.5);
    assertThat(net.params().toFloatVector()).isEqualTo(unchanged.params().toFloatVector());
    assertThat(Networks.state(net)).isEqualTo(Networks.state(unchanged));
    Networks.fit(net, 10, 11);
    Networks.fit(unchanged, 10, 11);
    assertThat(net.params().toFloatVector()).isNotEqualTo(unchanged.params().toFloatVector());
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void doublePrecision_firstStep_agreesWithSinglePrecision(IUpdater updater) {
    MultiLayerNetwork single = Networks.network(updater, DataType.FLOAT);
    MultiLayerNetwork precise = Networks.network(updater, DataType.DOUBLE);
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

  /** A frozen bias splits the parameters into other blocks; no step of the rest may change. */
  @ParameterizedTest
  @MethodSource("updaters")
  void blocks_splitByAnotherUpdater_sameStepElsewhere(IUpdater updater) {
    MultiLayerNetwork whole = Networks.network(updater, DataType.FLOAT);
    MultiLayerNetwork split = Networks.network(Networks.frozenHiddenBias(updater));
    split.setParams(whole.params());
    Networks.fit(whole, 0, 1);
    Networks.fit(split, 0, 1);
    for (String parameter : List.of("0_W", "1_W", "1_b")) {
      assertThat(split.getParam(parameter).dup().data().asFloat())
          .isEqualTo(whole.getParam(parameter).dup().data().asFloat());
    }
    assertThat(split.getParam("0_b")).isNotEqualTo(whole.getParam("0_b"));
  }
}
