package io.github.dl4jx.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import io.github.dl4jx.updaters.wrapper.SkipNonFinite;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** How many steps a network has skipped, in its own words. */
class SkippedStepsTest {

  @TempDir Path folder;

  /** Two layers, in blocks of their own unless their updaters are equal. */
  private static Model network(boolean graph, IUpdater hidden, IUpdater out) {
    NeuralNetConfiguration.Builder base = new NeuralNetConfiguration.Builder().seed(5);
    DenseLayer first = new DenseLayer.Builder().nIn(2).nOut(3).updater(hidden).build();
    OutputLayer second = new OutputLayer.Builder().nIn(3).nOut(2).updater(out).build();
    Model network =
        graph
            ? new ComputationGraph(
                base.graphBuilder()
                    .addInputs("in")
                    .addLayer("first", first, "in")
                    .addLayer("second", second, "first")
                    .setOutputs("second")
                    .build())
            : new MultiLayerNetwork(base.list().layer(first).layer(second).build());
    network.init();
    return network;
  }

  private static void step(Model network, double feature) {
    INDArray x = Nd4j.valueArrayOf(new long[] {4, 2}, feature, DataType.FLOAT);
    DataSet data =
        new DataSet(x, Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}, {1, 0}}));
    if (network instanceof ComputationGraph graph) {
      graph.fit(data);
    } else {
      ((MultiLayerNetwork) network).fit(data);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void skippedSteps_twoBlocksThenSavedAndLoaded_goesOn(boolean graph) throws IOException {
    Model network =
        network(
            graph, SkipNonFinite.around(new Adam(0.1), 3), SkipNonFinite.around(new Adam(0.01), 3));
    assertThat(SkippedSteps.of(network)).isZero();
    double[] features = {1, Double.NaN, 2, Double.NaN, Double.NaN, 1};
    for (double feature : features) {
      step(network, feature);
    }
    assertThat(SkippedSteps.of(network)).isEqualTo(3);

    File file = folder.resolve("net.zip").toFile();
    ModelSerializer.writeModel(network, file, true);
    Model loaded =
        graph
            ? ModelSerializer.restoreComputationGraph(file)
            : ModelSerializer.restoreMultiLayerNetwork(file);
    assertThat(SkippedSteps.of(loaded)).isEqualTo(3);
    step(loaded, Double.NaN);
    assertThat(SkippedSteps.of(loaded)).isEqualTo(4);
    assertThat(SkippedSteps.of(network)).isEqualTo(3);
  }

  @Test
  void skippedSteps_insideOfWrappers_isFound() {
    for (IUpdater updater :
        new IUpdater[] {
          GradientClipping.around(SkipNonFinite.around(new Nesterovs(0.1), 3)).byValue(1),
          OneBitGradient.around(SkipNonFinite.around(new Sgd(0.1), 3)).errorFeedback(false).build()
        }) {
      Model network = network(false, new Sgd(0.1), updater);
      step(network, 1);
      assertThat(SkippedSteps.of(network)).as("%s", updater).isZero();
    }
  }

  /** Both layers skip three steps in a row at most. */
  private static MultiLayerNetwork skipping() {
    IUpdater updater = SkipNonFinite.around(new Adam(0.1), 3);
    return (MultiLayerNetwork) network(false, updater, updater);
  }

  @Test
  void skippedSteps_rateChanged_isKept() {
    MultiLayerNetwork network = skipping();
    step(network, Double.NaN);
    network.setLearningRate(1, 0.05); // one block becomes two
    assertThat(SkippedSteps.of(network)).isEqualTo(1);
    step(network, Double.NaN);
    assertThat(SkippedSteps.of(network)).isEqualTo(2);
    step(network, 1);
    assertThat(network.params().sumNumber().doubleValue()).isFinite();
  }

  /** Setting a rate makes a new updater: the count in a row must survive it. */
  @Test
  void skippedSteps_rateSetInEveryIteration_endsAfterTheAllowedRow() {
    MultiLayerNetwork network = skipping();
    for (int i = 0; i < 3; i++) {
      step(network, Double.NaN);
      network.setLearningRate(0.1 / (i + 2));
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> step(network, Double.NaN))
        .withMessageContaining("NaN or infinite in 4 iterations in a row");
  }

  @Test
  void skippedSteps_twoNetworksOfOneConfiguration_countForThemselves() {
    MultiLayerNetwork network =
        (MultiLayerNetwork)
            network(
                false,
                SkipNonFinite.around(new Sgd(0.1), 1),
                SkipNonFinite.around(new Sgd(0.1), 1));
    MultiLayerNetwork clone = network.clone();
    for (int i = 0; i < 2; i++) {
      step(network, i == 0 ? Double.NaN : 1);
      step(clone, i == 1 ? Double.NaN : 1); // with one count for both, there were two in a row
    }
    assertThat(SkippedSteps.of(network)).isEqualTo(1);
    assertThat(SkippedSteps.of(clone)).isEqualTo(1);
  }

  @Test
  void skippedSteps_noSuchUpdater_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SkippedSteps.of(network(false, new Sgd(0.1), new Sgd(0.1))))
        .withMessage("network must have a SkipNonFinite among its updaters, got none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SkippedSteps.of(null))
        .withMessage("network must be a MultiLayerNetwork or a ComputationGraph, got null");
    MultiLayerNetwork raw =
        new MultiLayerNetwork(
            ((MultiLayerNetwork) network(false, new Sgd(0.1), new Sgd(0.1)))
                .getLayerWiseConfigurations());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SkippedSteps.of(raw))
        .withMessage("network must be initialized: call init() first");
  }
}
