package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.regularizers.dropout.DropPath;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.dropout.LockedDropout;
import io.github.dl4jx.regularizers.layers.InvertedDropoutLayer;
import io.github.dl4jx.regularizers.layers.VanillaDropoutLayer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class MonteCarloDropoutTest {

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .activation(Activation.TANH)
        .updater(new Adam(0.01));
  }

  private static OutputLayer softmax(int in) {
    return new OutputLayer.Builder().nIn(in).nOut(3).activation(Activation.SOFTMAX).build();
  }

  private static MultiLayerNetwork network(InputType type, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = base().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(type).build());
    net.init();
    return net;
  }

  private static MultiLayerNetwork dense(IDropout dropout) {
    return network(
        InputType.feedForward(4),
        new DenseLayer.Builder().nOut(8).build(),
        new BatchNormalization(),
        new DenseLayer.Builder().nOut(6).dropOut(dropout).build(),
        softmax(6));
  }

  private static INDArray features(long... shape) {
    long n = 1;
    for (long size : shape) {
      n *= size;
    }
    return Nd4j.linspace(-1, 2, n, DataType.FLOAT).reshape(shape);
  }

  private static MultiLayerNetwork convolutional(double p) {
    return network(
        InputType.convolutional(6, 6, 2),
        new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
        new BatchNormalization(),
        new ConvolutionLayer.Builder(2, 2).nOut(3).dropOut(new InvertedDropout(p)).build(),
        new DenseLayer.Builder().nOut(5).build(),
        new InvertedDropoutLayer(p),
        softmax(5));
  }

  private static MultiLayerNetwork recurrent(double p) {
    return network(
        InputType.recurrent(2),
        new LSTM.Builder().nOut(4).build(),
        new LastTimeStep(new LSTM.Builder().nOut(4).dropOut(new InvertedDropout(p)).build()),
        softmax(4));
  }

  /** Two branches, one without dropout, joined; the branch with dropout is used twice. */
  private static ComputationGraph graph(IDropout dropout) {
    ComputationGraphConfiguration conf =
        base()
            .graphBuilder()
            .addInputs("in")
            .addLayer("first", new DenseLayer.Builder().nOut(5).build(), "in")
            .addLayer("plain", new DenseLayer.Builder().nOut(4).build(), "first")
            .addLayer(
                "dropping", new DenseLayer.Builder().nOut(4).dropOut(dropout).build(), "first")
            .addVertex("joined", new MergeVertex(), "plain", "dropping", "dropping")
            .addLayer("out", softmax(12), "joined")
            .setOutputs("out")
            .setInputTypes(InputType.feedForward(4))
            .build();
    ComputationGraph graph = new ComputationGraph(conf);
    graph.init();
    return graph;
  }

  /** With p = 1 every sample must be the output at test time. */
  private static void assertEqualsTestOutput(UncertainPrediction prediction, INDArray expected) {
    for (int t = 0; t < prediction.samples().size(0); t++) {
      INDArray difference = prediction.samples().slice(t).sub(expected);
      assertThat(difference.amaxNumber().doubleValue()).isLessThan(2e-6);
    }
  }

  @Test
  void predict_allRetained_isTheOutputAtTestTime() {
    MultiLayerNetwork net = dense(new InvertedDropout(1));
    net.fit(
        new DataSet(
            features(5, 4),
            Nd4j.eye(5)
                .get(NDArrayIndex.all(), NDArrayIndex.interval(0, 3))
                .castTo(DataType.FLOAT)));
    INDArray x = features(7, 4);
    assertEqualsTestOutput(
        MonteCarloDropout.of(net).samples(5).build().predict(x), net.output(x, false));
    MultiLayerNetwork cnn = convolutional(1);
    INDArray images = features(3, 2, 6, 6);
    assertEqualsTestOutput(
        MonteCarloDropout.of(cnn).samples(5).build().predict(images), cnn.output(images, false));
    MultiLayerNetwork rnn = recurrent(1);
    INDArray sequences = features(3, 2, 7);
    assertEqualsTestOutput(
        MonteCarloDropout.of(rnn).samples(5).build().predict(sequences),
        rnn.output(sequences, false));
    ComputationGraph graph = graph(new InvertedDropout(1));
    assertEqualsTestOutput(
        MonteCarloDropout.of(graph).samples(5).build().predict(x), graph.outputSingle(false, x));
  }

  static Stream<IDropout> dropouts() {
    return Stream.of(
        new InvertedDropout(0.7),
        new InvertedDropout(0.7, 5),
        new LockedDropout(0.7, 5),
        new Dropout(0.7),
        new AlphaDropout(0.7),
        new GaussianDropout(0.3));
  }

  @ParameterizedTest
  @MethodSource("dropouts")
  void predict_anyDropout_givesSamplesThatAllDiffer(IDropout dropout) {
    INDArray x = features(2, 4);
    for (long bytes : new long[] {1, 1 << 20}) { // one sample at a time, or all at once
      for (Model net : List.of(dense(dropout), graph(dropout))) {
        INDArray samples =
            MonteCarloDropout.of(net)
                .samples(20)
                .seed(1)
                .maxBytes(bytes)
                .build()
                .predict(x)
                .samples();
        assertThat(samples.shape()).containsExactly(20, 2, 3);
        long distinct =
            Stream.iterate(0, t -> t + 1)
                .limit(20)
                .map(t -> samples.slice(t).toString())
                .distinct()
                .count();
        // of five to eight units: the chance that two of twenty samples drop the same is not small
        assertThat(distinct).isGreaterThan(8);
      }
    }
  }

  @Test
  void predict_spatialDropoutAndDropoutLayers_areStochastic() {
    MultiLayerNetwork spatial =
        network(
            InputType.convolutional(6, 6, 2),
            new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
            new ConvolutionLayer.Builder(2, 2).nOut(3).dropOut(new SpatialDropout(0.5)).build(),
            softmax(27));
    MultiLayerNetwork layer =
        network(
            InputType.feedForward(4),
            new DenseLayer.Builder().nOut(8).build(),
            new DropoutLayer(0.5),
            softmax(8));
    assertThat(
            MonteCarloDropout.of(spatial)
                .build()
                .predict(features(2, 2, 6, 6))
                .standardDeviation()
                .minNumber()
                .doubleValue())
        .isPositive();
    assertThat(
            MonteCarloDropout.of(layer)
                .build()
                .predict(features(2, 4))
                .standardDeviation()
                .minNumber()
                .doubleValue())
        .isPositive();
  }

  /**
   * In a linear network the mean of the samples tends to the output at test time. 20,000 samples:
   * six standard errors, which a correct mean exceeds with a chance of 2e-9 an output.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void predict_linearNetwork_meanIsTheOutputAtTestTime(boolean vanilla) {
    Layer dropping = vanilla ? new VanillaDropoutLayer(0.6, 3) : new InvertedDropoutLayer(0.6);
    MultiLayerNetwork net =
        network(
            InputType.feedForward(4),
            new DenseLayer.Builder().nOut(8).activation(Activation.IDENTITY).build(),
            dropping,
            new OutputLayer.Builder()
                .nOut(2)
                .activation(Activation.IDENTITY)
                .lossFunction(LossFunctions.LossFunction.MSE)
                .build());
    INDArray x = features(3, 4);
    UncertainPrediction prediction =
        MonteCarloDropout.of(net).samples(20_000).seed(4).maxBytes(1 << 20).build().predict(x);
    INDArray error = prediction.mean().sub(net.output(x, false));
    INDArray bound = prediction.standardDeviation().mul(6 / Math.sqrt(20_000));
    for (long i = 0; i < error.length(); i++) {
      assertThat(error.getDouble(i)).isCloseTo(0, within(bound.getDouble(i)));
      assertThat(bound.getDouble(i)).isPositive();
    }
  }

  @Test
  void predict_seed_givesTheSameAgain() {
    MultiLayerNetwork net = dense(new Dropout(0.5));
    INDArray x = features(3, 4);
    MonteCarloDropout first = MonteCarloDropout.of(net).samples(10).seed(1).build();
    INDArray samples = first.predict(x).samples();
    Nd4j.getRandom().nextLong();
    assertThat(first.predict(x).samples()).isEqualTo(samples);
    assertThat(MonteCarloDropout.of(net).samples(10).seed(2).build().predict(x).samples())
        .isNotEqualTo(samples);
    MonteCarloDropout unseeded = MonteCarloDropout.of(net).samples(10).build();
    assertThat(unseeded.predict(x).samples()).isNotEqualTo(unseeded.predict(x).samples());
  }

  @Test
  void predict_whateverIsDropped_leavesNetworkAndGeneratorAlone() {
    MultiLayerNetwork net = dense(new Dropout(0.5));
    INDArray x = features(3, 4);
    INDArray before = net.output(x, false);
    INDArray params = net.params().dup();
    MonteCarloDropout dropout = MonteCarloDropout.of(net).samples(10).seed(1).build();
    Nd4j.getRandom().setSeed(12);
    INDArray expected = Nd4j.rand(DataType.FLOAT, 5);
    INDArray next = Nd4j.rand(DataType.FLOAT, 5);
    Nd4j.getRandom().setSeed(12);
    assertThat(Nd4j.rand(DataType.FLOAT, 5)).isEqualTo(expected);
    dropout.predict(x);
    assertThat(Nd4j.rand(DataType.FLOAT, 5)).isEqualTo(next);
    assertThat(net.params()).isEqualTo(params);
    assertThat(net.output(x, false)).isEqualTo(before);
    assertThat(x).isEqualTo(features(3, 4));
  }

  @Test
  void predict_networkTrainedFurther_usesTheNewWeights() {
    MultiLayerNetwork net = dense(new Dropout(0.5));
    INDArray x = features(3, 4);
    MonteCarloDropout dropout = MonteCarloDropout.of(net).samples(10).seed(1).build();
    INDArray before = dropout.predict(x).mean();
    net.fit(new DataSet(x, Nd4j.eye(3).castTo(DataType.FLOAT)));
    assertThat(dropout.predict(x).mean()).isNotEqualTo(before);
  }

  @Test
  void build_noDropout_saysSo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MonteCarloDropout.of(dense(null)).build())
        .withMessageContaining("the network has no dropout, so all samples would be the same");
  }

  @Test
  void predict_dropoutThatDeeplearning4jIgnores_saysSo() {
    MultiLayerNetwork net =
        network(
            InputType.convolutional(6, 6, 2),
            new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
            new SubsamplingLayer.Builder().kernelSize(2, 2).dropOut(new Dropout(0.5)).build(),
            softmax(16));
    MonteCarloDropout dropout = MonteCarloDropout.of(net).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dropout.predict(features(2, 2, 6, 6)))
        .withMessageContaining("it ignores that of [layer 1]");
  }

  @Test
  void predict_randomizedReluAndWeightNoise_areNotDrawn() {
    MultiLayerNetwork net =
        network(
            InputType.feedForward(4),
            new DenseLayer.Builder()
                .nOut(8)
                .activation(Activation.RRELU)
                .weightNoise(new WeightNoise(new NormalDistribution(0, 1)))
                .dropOut(new Dropout(1))
                .build(),
            softmax(8));
    INDArray x = features(5, 4);
    assertEqualsTestOutput(
        MonteCarloDropout.of(net).samples(5).build().predict(x), net.output(x, false));
  }

  @Test
  void predict_scheduleOfDropout_usesThePresentProbability() {
    MultiLayerNetwork net =
        dense(new Dropout(new MapSchedule(ScheduleType.ITERATION, Map.of(0, 1.0, 1, 0.5))));
    INDArray x = features(3, 4);
    MonteCarloDropout dropout = MonteCarloDropout.of(net).samples(20).seed(1).build();
    assertEqualsTestOutput(dropout.predict(x), net.output(x, false));
    for (int i = 0; i < 2; i++) { // layers are told the count when an iteration begins
      net.fit(new DataSet(x, Nd4j.eye(3).castTo(DataType.FLOAT)));
    }
    assertThat(dropout.predict(x).standardDeviation().minNumber().doubleValue()).isPositive();
  }

  @Test
  void predict_dropPathPerMinibatch_drawsForEverySample() {
    INDArray samples =
        MonteCarloDropout.of(dense(new DropPath(0.5).perMinibatch()))
            .samples(200)
            .seed(1)
            .build()
            .predict(Nd4j.ones(2, 4))
            .samples();
    int kept = 0;
    for (int t = 0; t < 200; t++) { // two outcomes: with and without the layer's input
      kept += Math.abs(samples.getDouble(t, 0, 0) - samples.getDouble(0, 0, 0)) < 1e-6 ? 1 : 0;
    }
    assertThat(kept).isBetween(58, 142); // 6 standard deviations, chance 2e-9
  }

  @Test
  void predict_unknownDropout_isAskedOnceForEachSample() {
    MultiLayerNetwork net = dense(new OneMask());
    INDArray samples =
        MonteCarloDropout.of(net).samples(200).seed(1).build().predict(features(2, 4)).samples();
    int kept = 0;
    for (int t = 0; t < 200; t++) {
      kept += Math.abs(samples.getDouble(t, 0, 0) - samples.getDouble(0, 0, 0)) < 1e-6 ? 1 : 0;
    }
    assertThat(kept).isBetween(58, 142); // 6 standard deviations, chance 2e-9
  }

  /** One draw for all rows: a user's own. */
  public static final class OneMask implements IDropout {

    private static final long serialVersionUID = 1L;

    @Override
    public INDArray applyDropout(
        INDArray x, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
      return result.assign(x).muli(Nd4j.getRandom().nextInt(2) * 2);
    }

    @Override
    public INDArray backprop(INDArray epsilon, INDArray result, int iteration, int epoch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void clear() {}

    @Override
    public OneMask clone() {
      return new OneMask();
    }
  }

  @Test
  void settings_outOfRange_sayWhatIsAllowed() {
    MonteCarloDropout.Builder builder = MonteCarloDropout.of(dense(new Dropout(0.5)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.samples(0))
        .withMessage("samples must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maxBytes(0))
        .withMessage("maxBytes must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.build().predict(Nd4j.zeros(4)))
        .withMessageContaining("features must have the shape [example, ..]");
    INDArray x = features(3, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.build().predict(x, Nd4j.ones(2, 1)))
        .withMessage(
            "featuresMask must have the shape [example, ..] with the features' 3 examples,"
                + " got [2, 1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.build().predict(new INDArray[] {x, x}, null))
        .withMessage("there must be features, and masks if any, for the network's 1 inputs, got 2");
  }
}
