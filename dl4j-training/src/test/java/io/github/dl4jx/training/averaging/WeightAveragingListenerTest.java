package io.github.dl4jx.training.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class WeightAveragingListenerTest {

  private static NeuralNetConfiguration.Builder base(DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(type)
        .activation(Activation.TANH)
        .updater(new Adam(0.1));
  }

  private static MultiLayerNetwork network(DataType type, int hidden) {
    MultiLayerConfiguration conf =
        base(type)
            .list()
            .layer(new DenseLayer.Builder().nIn(4).nOut(hidden).build())
            .layer(
                new OutputLayer.Builder()
                    .nIn(hidden)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  private static MultiLayerNetwork network() {
    return network(DataType.FLOAT, 5);
  }

  private static ComputationGraph graph() {
    ComputationGraphConfiguration conf =
        base(DataType.FLOAT)
            .graphBuilder()
            .addInputs("in")
            .addLayer("hidden", new DenseLayer.Builder().nIn(4).nOut(5).build(), "in")
            .addLayer(
                "out",
                new OutputLayer.Builder().nIn(5).nOut(3).activation(Activation.SOFTMAX).build(),
                "hidden")
            .setOutputs("out")
            .build();
    ComputationGraph graph = new ComputationGraph(conf);
    graph.init();
    return graph;
  }

  private static DataSet batch(int step) {
    Nd4j.getRandom().setSeed(100 + step);
    INDArray labels = Nd4j.zeros(8, 3);
    for (int i = 0; i < 8; i++) {
      labels.putScalar(i, (i + step) % 3, 1);
    }
    return new DataSet(Nd4j.rand(DataType.FLOAT, 8, 4), labels);
  }

  private static INDArray averageOf(WeightAveragingListener listener, MultiLayerNetwork net) {
    MultiLayerNetwork copy = listener.averagedNetwork(net);
    INDArray average = copy.params().dup();
    copy.close();
    return average;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.995})
  void ema_after200Steps_equalsTheFormulaInDoubles(double decay) {
    MultiLayerNetwork net = network();
    WeightAveragingListener ema = WeightAveragingListener.ema(decay).constantDecay().build();
    net.setListeners(ema);
    double[] expected = null;
    for (int step = 0; step < 200; step++) {
      net.fit(batch(step));
      double[] w = net.params().toDoubleVector();
      if (expected == null) {
        expected = w;
      }
      for (int i = 0; i < w.length; i++) {
        expected[i] = decay * expected[i] + (1 - decay) * w[i];
      }
    }
    double[] actual = averageOf(ema, net).toDoubleVector();
    for (int i = 0; i < actual.length; i++) {
      // float rounding of 200 steps: at most 200 * 2^-24 relative, with room for cancellation
      assertThat(actual[i])
          .isCloseTo(expected[i], within(2e-5 * Math.max(1e-1, Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.9, 0.999, 0.9999, 0.99999})
  void ema_constantWeights_stayConstantOver100000Steps(double decay) {
    MultiLayerNetwork net = network();
    net.params().assign(1.0);
    WeightAveragingListener ema = WeightAveragingListener.ema(decay).constantDecay().build();
    for (int step = 0; step < 100_000; step++) {
      ema.iterationDone(net, step, 0);
    }
    assertThat(averageOf(ema, net).getDouble(0)).isEqualTo(1.0);
  }

  @Test
  void iterationDone_anotherNetwork_isRefused() {
    WeightAveragingListener ema = WeightAveragingListener.ema(0.9).constantDecay().build();
    ema.iterationDone(network(), 0, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ema.iterationDone(network(), 1, 0))
        .withMessageContaining("use one listener a network, and none under ParallelWrapper");
  }

  @Test
  void iterationDone_layerInPretraining_isIgnored() {
    WeightAveragingListener ema = WeightAveragingListener.ema(0.9).constantDecay().build();
    ema.iterationDone(network().getLayer(0), 0, 0);
    assertThatIllegalStateException()
        .isThrownBy(() -> ema.swapInto(network()))
        .withMessageContaining("nothing was averaged yet");
  }

  @Test
  void averagedNetwork_learningRateChanged_leavesTheTrainingAlone() {
    MultiLayerNetwork net = network();
    WeightAveragingListener ema = WeightAveragingListener.ema(0.9).constantDecay().build();
    net.setListeners(ema);
    net.fit(batch(0));
    ema.averagedNetwork(net).setLearningRate(0.7);
    assertThat(net.getLearningRate(0)).isEqualTo(0.1);
  }

  @Test
  void ema_decayZero_isTheLatestWeightsBitForBit() {
    MultiLayerNetwork net = network();
    WeightAveragingListener ema = WeightAveragingListener.ema(0).build();
    net.setListeners(ema);
    for (int step = 0; step < 200; step++) {
      net.fit(batch(step));
    }
    assertThat(averageOf(ema, net).toFloatVector()).isEqualTo(net.params().toFloatVector());
  }

  @Test
  void listener_whileTraining_changesNothing() {
    MultiLayerNetwork plain = network();
    MultiLayerNetwork averaged = network();
    averaged.setListeners(WeightAveragingListener.ema(0.9).constantDecay().build());
    for (int step = 0; step < 20; step++) {
      plain.fit(batch(step));
      averaged.fit(batch(step));
    }
    assertThat(averaged.params().toFloatVector()).isEqualTo(plain.params().toFloatVector());
  }

  @Test
  void swapInto_scope_hasTheAverageAndRestoresTheBits() {
    MultiLayerNetwork net = network();
    WeightAveragingListener ema = WeightAveragingListener.ema(0.9).constantDecay().build();
    net.setListeners(ema);
    for (int step = 0; step < 20; step++) {
      net.fit(batch(step));
    }
    float[] training = net.params().toFloatVector();
    float[] average = averageOf(ema, net).toFloatVector();
    assertThat(average).isNotEqualTo(training);
    SwappedWeights scope = ema.swapInto(net);
    assertThat(net.params().toFloatVector()).isEqualTo(average);
    scope.close();
    scope.close();
    assertThat(net.params().toFloatVector()).isEqualTo(training);
  }

  @Test
  void swapInto_computationGraph_worksToo() {
    ComputationGraph graph = graph();
    WeightAveragingListener ema = WeightAveragingListener.ema(0.9).constantDecay().build();
    graph.setListeners(ema);
    for (int step = 0; step < 20; step++) {
      graph.fit(batch(step));
    }
    float[] training = graph.params().toFloatVector();
    MultiLayerNetwork net = network();
    WeightAveragingListener same = WeightAveragingListener.ema(0.9).constantDecay().build();
    net.setListeners(same);
    for (int step = 0; step < 20; step++) {
      net.fit(batch(step));
    }
    ComputationGraph copy = ema.averagedNetwork(graph);
    assertThat(copy.params().toFloatVector()).isEqualTo(averageOf(same, net).toFloatVector());
    assertThat(copy.getListeners()).isEmpty();
    assertThat(graph.getListeners()).containsExactly(ema);
    try (SwappedWeights scope = ema.swapInto(graph)) {

      assertThat(graph.params().toFloatVector()).isEqualTo(copy.params().toFloatVector());
    }
    assertThat(graph.params().toFloatVector()).isEqualTo(training);
  }

  @Test
  void averagedNetwork_trainedFurther_leavesTheOriginalAlone() {
    MultiLayerNetwork net = network();
    WeightAveragingListener ema = WeightAveragingListener.ema(0.9).constantDecay().build();
    net.setListeners(ema);
    net.fit(batch(0));
    float[] training = net.params().toFloatVector();
    MultiLayerNetwork copy = ema.averagedNetwork(net);
    copy.fit(batch(1));
    assertThat(net.params().toFloatVector()).isEqualTo(training);
    assertThat(averageOf(ema, net).toFloatVector()).isEqualTo(training);
  }

  @Test
  void swapInto_trainingInside_isRefused() {
    MultiLayerNetwork net = network();
    WeightAveragingListener ema = WeightAveragingListener.ema(0.9).constantDecay().build();
    net.setListeners(ema);
    net.fit(batch(0));
    try (SwappedWeights scope = ema.swapInto(net)) {

      float[] before = net.params().toFloatVector();
      float[] state = net.getUpdater().getStateViewArray().toFloatVector();
      assertThatIllegalStateException()
          .isThrownBy(() -> net.fit(batch(1)))
          .withMessageContaining("close the scope of swapInto(..) before fit(..)");
      assertThat(net.params().toFloatVector()).isEqualTo(before);
      assertThat(net.getUpdater().getStateViewArray().toFloatVector()).isEqualTo(state);
      assertThatIllegalStateException()
          .isThrownBy(() -> ema.swapInto(net))
          .withMessageContaining("swapped in already");
    }
  }

  @Test
  void swapInto_nothingAveraged_saysWhatToDo() {
    assertThatIllegalStateException()
        .isThrownBy(
            () -> WeightAveragingListener.ema(0.9).constantDecay().build().swapInto(network()))
        .withMessageContaining("net.setListeners(..) and fit first");
  }

  @Test
  void swapInto_anotherNetwork_isRefused() {
    MultiLayerNetwork net = network();
    WeightAveragingListener ema = WeightAveragingListener.ema(0.9).constantDecay().build();
    net.setListeners(ema);
    net.fit(batch(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ema.swapInto(network(DataType.FLOAT, 6)))
        .withMessageContaining("43 parameters, got one of 51");
  }

  @Test
  void ema_halfPrecision_isKeptInFloatAndMoves() {
    MultiLayerNetwork net = network(DataType.FLOAT, 5).convertDataType(DataType.FLOAT16);
    WeightAveragingListener ema = WeightAveragingListener.ema(0.999).constantDecay().build();
    INDArray start = Nd4j.valueArrayOf(new long[] {43}, 1.0, DataType.FLOAT16);
    net.setParams(start);
    ema.iterationDone(net, 0, 0);
    net.setParams(Nd4j.valueArrayOf(new long[] {43}, 1.25, DataType.FLOAT16));
    for (int step = 1; step <= 100; step++) {
      ema.iterationDone(net, step, 0);
    }
    // 1.25 - 0.25 * 0.999^100 = 1.02380; in half precision one step of 0.00025 would be lost
    try (SwappedWeights scope = ema.swapInto(net)) {

      assertThat(net.params().getDouble(0)).isCloseTo(1.0238, within(1e-3));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.5, 1, -0.1, Double.NaN})
  void ema_decayOutOfRange_saysWhatIsAllowed(double decay) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeightAveragingListener.ema(decay))
        .withMessage("decay must be in [0, 1), got " + decay);
  }
}
