package io.github.dl4jx.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jx.updaters.wrapper.GradientClipping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class LearningRatesTest {

  private static final double EARLY = 0.02;
  private static final double LATE = 0.3;
  private static final int CHANGE = 4;

  private static ISchedule schedule() {
    return new MapSchedule(ScheduleType.ITERATION, Map.of(0, EARLY, CHANGE, LATE));
  }

  private static NeuralNetConfiguration.Builder base(Supplier<IUpdater> updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .activation(Activation.TANH)
        .weightDecay(1e-3)
        .updater(updater.get());
  }

  /** Wrappers of wrappers, an updater for biases, parameters without any, a frozen layer. */
  private static Layer[] layers(Supplier<IUpdater> updater) {
    return new Layer[] {
      new FrozenLayer(new LSTM.Builder().nIn(3).nOut(3).build()),
      new Bidirectional(Bidirectional.Mode.CONCAT, new LSTM.Builder().nIn(3).nOut(2).build()),
      new LastTimeStep(new LSTM.Builder().nIn(4).nOut(4).build()),
      new BatchNormalization.Builder().nIn(4).nOut(4).build(),
      new DenseLayer.Builder().nIn(4).nOut(4).biasUpdater(updater.get()).build(),
      new OutputLayer.Builder().nIn(4).nOut(2).activation(Activation.SOFTMAX).build()
    };
  }

  private static Model network(boolean graph, Supplier<IUpdater> updater) {
    Layer[] layers = layers(updater);
    if (!graph) {
      NeuralNetConfiguration.ListBuilder list = base(updater).list();
      for (Layer layer : layers) {
        list.layer(layer);
      }
      MultiLayerNetwork net = new MultiLayerNetwork(list.build());
      net.init();
      return net;
    }
    ComputationGraphConfiguration.GraphBuilder builder =
        base(updater).graphBuilder().addInputs("in");
    for (int i = 0; i < layers.length; i++) {
      builder.addLayer("layer" + i, layers[i], i == 0 ? "in" : "layer" + (i - 1));
    }
    ComputationGraph net =
        new ComputationGraph(builder.setOutputs("layer" + (layers.length - 1)).build());
    net.init();
    return net;
  }

  private static void fit(Model net, int from, int to) {
    for (int step = from; step < to; step++) {
      Random random = new Random(step);
      INDArray x = Nd4j.create(6, 3, 5);
      for (int i = 0; i < x.length(); i++) {
        x.putScalar(i, random.nextGaussian());
      }
      INDArray y = Nd4j.zeros(6, 2);
      for (int i = 0; i < 6; i++) {
        y.putScalar(i, random.nextInt(2), 1);
      }
      DataSet batch = new DataSet(x, y);
      if (net instanceof MultiLayerNetwork network) {
        network.fit(batch);
      } else {
        ((ComputationGraph) net).fit(batch);
      }
    }
  }

  private static float[] params(Model net) {
    return net.params().toFloatVector();
  }

  private static void assertAsScheduled(boolean graph, Supplier<IUpdater> fixed, IUpdater planned) {
    Model net = network(graph, fixed);
    Model expected = network(graph, planned::clone);
    fit(net, 0, CHANGE);
    LearningRates.set(net, LATE);
    fit(net, CHANGE, CHANGE + 3);
    fit(expected, 0, CHANGE + 3);
    assertThat(params(net)).isEqualTo(params(expected));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void set_inMidTraining_isTheScheduleThatChangesThen(boolean graph) {
    assertAsScheduled(graph, () -> new Adam(EARLY), new Adam(schedule()));
    assertAsScheduled(graph, () -> new Nesterovs(EARLY, 0.9), new Nesterovs(schedule(), 0.9));
    assertAsScheduled(
        graph,
        () -> GradientClipping.around(new Adam(EARLY)).byValue(0.01),
        GradientClipping.around(new Adam(schedule())).byValue(0.01));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void set_schedule_everyParameterObeysAndIsSaved(boolean graph) {
    Model net = network(graph, () -> new Adam(EARLY));
    Model expected = network(graph, () -> new Adam(schedule()));
    LearningRates.set(net, schedule());
    fit(net, 0, CHANGE + 2);
    fit(expected, 0, CHANGE + 2);
    assertThat(params(net)).isEqualTo(params(expected));
    Model saved = saved(net);
    saved.setParams(net.params());
    LearningRates.set(net, 0.0); // does nothing to the copy
    float[] before = params(saved);
    fit(saved, 0, 1);
    assertThat(params(saved)).isNotEqualTo(before);
    for (IUpdater updater : updaters(saved)) {
      assertThat(updater).isIn(new Adam(schedule()), new NoOp());
    }
  }

  private static Model saved(Model net) {
    if (net instanceof MultiLayerNetwork network) {
      MultiLayerNetwork copy =
          new MultiLayerNetwork(
              MultiLayerConfiguration.fromJson(network.getLayerWiseConfigurations().toJson()));
      copy.init();
      return copy;
    }
    ComputationGraph copy =
        new ComputationGraph(
            ComputationGraphConfiguration.fromJson(
                ((ComputationGraph) net).getConfiguration().toJson()));
    copy.init();
    return copy;
  }

  private static List<IUpdater> updaters(Model net) {
    return ParameterUpdaters.of(Network.of(net)).stream()
        .map(ParameterUpdaters.Parameter::updater)
        .toList();
  }

  /** Why this class is there. */
  @Test
  void set_zero_nothingMoves() {
    Model net = network(false, () -> new Adam(EARLY));
    LearningRates.set(net, 0);
    Map<String, INDArray> before = new HashMap<>();
    net.paramTable().forEach((name, values) -> before.put(name, values.dup()));
    fit(net, 0, 1);
    List<String> moved = new ArrayList<>();
    net.paramTable()
        .forEach(
            (name, values) -> {
              if (!values.equals(before.get(name))) {
                moved.add(name);
              }
            });
    // the running statistics of batch normalization
    assertThat(moved).containsExactly("3_mean", "3_log10stdev");
  }

  @Test
  void set_updaterWithoutRate_namesTheParameterAndChangesNothing() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base(() -> new Adam(EARLY))
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(4).name("hidden").build())
                .layer(
                    new OutputLayer.Builder()
                        .nIn(4)
                        .nOut(2)
                        .name("answer")
                        .activation(Activation.SOFTMAX)
                        .biasUpdater(new AdaDelta())
                        .build())
                .build());
    net.init();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LearningRates.set(net, 0.5))
        .withMessageContaining("parameter b of layer answer")
        .withMessageContaining("AdaDelta");
    assertThat(net.getLearningRate(0)).isEqualTo(EARLY);
  }

  @Test
  void set_badArguments_throw() {
    Model net = network(false, () -> new Adam(EARLY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LearningRates.set(net, -0.5))
        .withMessage("rate must be finite and >= 0, got -0.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LearningRates.set(net, (ISchedule) null))
        .withMessageContaining("schedule must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LearningRates.set(null, 0.5))
        .withMessageContaining("network must be a MultiLayerNetwork or a ComputationGraph");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrozenLayers.hold((Model) null))
        .withMessageContaining("network must be a MultiLayerNetwork or a ComputationGraph");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrozenLayers.hold((MultiLayerConfiguration) null))
        .withMessageContaining("configuration must not be null");
  }
}
