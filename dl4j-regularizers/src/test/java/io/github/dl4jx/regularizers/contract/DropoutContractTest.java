package io.github.dl4jx.regularizers.contract;

import static io.github.dl4jx.regularizers.SmallNetworks.serialized;
import static io.github.dl4jx.regularizers.contract.DropoutRow.Rule.NETWORK_OF_LAYERS;
import static io.github.dl4jx.regularizers.contract.DropoutRow.Rule.NOTHING_AT_TEST_TIME;
import static io.github.dl4jx.regularizers.contract.DropoutRow.Rule.RETAIN_ALL;
import static io.github.dl4jx.regularizers.contract.DropoutRow.Rule.SCHEDULE;
import static io.github.dl4jx.regularizers.contract.DropoutRow.dropout;
import static io.github.dl4jx.regularizers.contract.DropoutRow.layer;
import static io.github.dl4jx.regularizers.contract.DropoutRow.vertex;
import static io.github.dl4jx.regularizers.contract.DropoutRow.weightNoise;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.regularizers.dropout.DropBlock;
import io.github.dl4jx.regularizers.dropout.DropPath;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.dropout.KeyedDropout;
import io.github.dl4jx.regularizers.dropout.LockedDropout;
import io.github.dl4jx.regularizers.graph.StochasticDepth;
import io.github.dl4jx.regularizers.layers.ConcreteDropout;
import io.github.dl4jx.regularizers.layers.InvertedDropoutLayer;
import io.github.dl4jx.regularizers.layers.VanillaDropoutLayer;
import io.github.dl4jx.regularizers.weightnoise.DropConnect;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The table of all dropouts, and what their configurations must do. A new one joins by a row; the
 * other classes of the suite run over the same table.
 */
class DropoutContractTest {

  static final String ROWS = "io.github.dl4jx.regularizers.contract.DropoutContractTest#rows";

  private static final InputType IMAGES = InputType.convolutional(6, 5, 2);
  private static final InputType CHANNELS_LAST = InputType.convolutional(6, 5, 2, CNN2DFormat.NHWC);

  static List<Named<DropoutRow>> rows() {
    return Stream.of(
            dropout(InvertedDropout::new, InvertedDropout::new).scheduled(InvertedDropout::new),
            dropout(LockedDropout::new, LockedDropout::new)
                .scheduled(LockedDropout::new)
                .on(InputType.recurrent(6, 5)),
            dropout(DropPath::new, DropPath::new).scheduled(DropPath::new),
            dropout(
                    p -> new DropPath(p).perMinibatch(),
                    (p, seed) -> new DropPath(p, seed).perMinibatch())
                .scheduled(schedule -> new DropPath(schedule).perMinibatch()),
            dropout(DropBlock::new, (p, seed) -> DropBlock.builder(p).seed(seed).build())
                .scheduled(DropBlock::new)
                .on(IMAGES),
            dropout(
                    p -> DropBlock.builder(p).blockSize(2).build(),
                    (p, seed) -> DropBlock.builder(p).blockSize(2).seed(seed).build())
                .scheduled(schedule -> DropBlock.builder(schedule).blockSize(2).build())
                .on(IMAGES),
            dropout(
                    p -> DropBlock.builder(p).blockSize(2).channelsLast().build(),
                    (p, seed) ->
                        DropBlock.builder(p).blockSize(2).channelsLast().seed(seed).build())
                .scheduled(
                    schedule -> DropBlock.builder(schedule).blockSize(2).channelsLast().build())
                .on(CHANNELS_LAST),
            layer(
                    InvertedDropoutLayer::new,
                    (p, seed) -> new InvertedDropoutLayer(new InvertedDropout(p, seed)))
                .scheduled(InvertedDropoutLayer::new),
            layer(VanillaDropoutLayer::new, VanillaDropoutLayer::new)
                .except(SCHEDULE, "there is one factor for test time")
                .except(NOTHING_AT_TEST_TIME, "test time scales by p"),
            layer(
                    p -> ConcreteDropout.around(DropoutRow.linear()).initialP(p).build(),
                    (p, seed) ->
                        ConcreteDropout.around(DropoutRow.linear()).initialP(p).seed(seed).build())
                .without(DropoutRow::linear)
                .except(SCHEDULE, "the probability is learned")
                .except(RETAIN_ALL, "the probability is learned, and below 1"),
            vertex(StochasticDepth::new, (p, seed) -> new StochasticDepth(new DropPath(p, seed)))
                .scheduled(schedule -> new StochasticDepth(new DropPath(schedule))),
            weightNoise(DropConnect::new, DropConnect::new).scheduled(DropConnect::new),
            weightNoise(
                    p -> new DropConnect(p).withBiases(),
                    (p, seed) -> new DropConnect(p, seed).withBiases())
                .scheduled(schedule -> new DropConnect(schedule).withBiases()))
        .map(DropoutRow::named)
        .collect(Collectors.toList());
  }

  /** The list of what a saved configuration may name has them all; that is tested elsewhere. */
  @Test
  void table_dropoutsOfTheModule_areAllInIt() throws Exception {
    List<String> listed;
    String name = "META-INF/dl4jx/configuration-classes.txt";
    try (InputStream in = DropPath.class.getClassLoader().getResourceAsStream(name)) {
      listed =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .filter(line -> !isOfAnotherKind(line))
              .collect(Collectors.toList());
    }
    assertThat(rows().stream().map(row -> row.getPayload().unseeded(0.5).getClass().getName()))
        .containsAll(listed)
        .hasSizeGreaterThanOrEqualTo(listed.size());
  }

  private static boolean isOfAnotherKind(String name) {
    try {
      Class<?> type = Class.forName(name);
      return ISchedule.class.isAssignableFrom(type) || LayerConstraint.class.isAssignableFrom(type);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void clone_isEqualButApart(DropoutRow row) {
    for (Object dropout : row.forms()) {
      row.network(dropout).alone(DataType.DOUBLE).history(row.inputs());
      Object clone = DropoutRow.cloneOf(dropout);
      assertThat(clone).isNotSameAs(dropout).isEqualTo(dropout).hasSameHashCodeAs(dropout);
      assertThat(clone).hasSameClassAs(dropout).hasToString(dropout.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void equals_settings_decide(DropoutRow row) {
    List<Object> all = new ArrayList<>(row.forms());
    all.addAll(List.of(row.unseeded(0.6), row.seeded(0.6, 7), row.seeded(0.5, 8)));
    rows().forEach(other -> all.addAll(other.getPayload().forms()));
    for (Object dropout : row.forms()) {
      assertThat(all.stream().filter(dropout::equals)).hasSize(2); // its own row is there twice
      assertThat(dropout).isNotEqualTo(null).isNotEqualTo("another class");
    }
    assertThat(row.seeded(0.5, 7))
        .isEqualTo(row.seeded(0.5, 7))
        .hasSameHashCodeAs(row.seeded(0.5, 7));
    if (row.seeded(0.5, 7) instanceof KeyedDropout keyed) {
      assertThat(keyed.unseeded()).isEqualTo(row.unseeded(0.5));
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void javaSerialization_inUse_isEqualAndWhole(DropoutRow row) throws Exception {
    for (Object dropout : row.forms()) {
      INDArray[] x = row.inputs();
      RunningDropout running = row.network(dropout).alone(DataType.DOUBLE);
      INDArray y = running.historyFrom(99, x);
      Object copy = serialized(dropout);
      assertThat(copy).isEqualTo(dropout).hasSameHashCodeAs(dropout);
      RunningDropout copied = row.network(copy).alone(DataType.DOUBLE);
      assertThat(copied.historyFrom(99, x)).isEqualTo(y);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void jsonAndYaml_areEqual(DropoutRow row) {
    for (Object dropout : row.forms()) {
      ComputationGraphConfiguration conf = row.network(dropout).graph().getConfiguration();
      assertThat(ComputationGraphConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
      assertThat(ComputationGraphConfiguration.fromYaml(conf.toYaml())).isEqualTo(conf);
      assertThat(conf.clone()).isEqualTo(conf);
      assertThat(ComputationGraphConfiguration.fromJson(conf.toJson()))
          .isNotEqualTo(row.network(row.unseeded(0.6)).graph().getConfiguration());
    }
    row.assume(NETWORK_OF_LAYERS);
    for (Object dropout : row.forms()) {
      MultiLayerConfiguration conf = row.network(dropout).layers().getLayerWiseConfigurations();
      assertThat(MultiLayerConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
      assertThat(MultiLayerConfiguration.fromYaml(conf.toYaml())).isEqualTo(conf);
      assertThat(conf.clone()).isEqualTo(conf);
    }
  }
}
