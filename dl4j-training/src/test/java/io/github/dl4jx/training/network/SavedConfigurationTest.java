package io.github.dl4jx.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.distribution.TruncatedNormalDistribution;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleStrengthLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.variational.BernoulliReconstructionDistribution;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

class SavedConfigurationTest {

  /** A layer of the user's own, which no list knows. */
  public static class OwnLayer extends DenseLayer {
    public OwnLayer() {
      setNOut(4);
    }
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder().seed(5).updater(new Adam(0.01));
  }

  private static Layer classes() {
    return new OutputLayer.Builder(new LossMCXENT(Nd4j.create(new float[] {1, 2, 3})))
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerConfiguration dense(Layer... layers) {
    return layers(InputType.feedForward(6), layers);
  }

  private static MultiLayerConfiguration images(Layer... layers) {
    return layers(InputType.convolutional(8, 8, 2), layers);
  }

  private static MultiLayerConfiguration sequences(Layer... layers) {
    return layers(InputType.recurrent(6, 4), layers);
  }

  private static MultiLayerConfiguration layers(InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = base().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    return list.setInputType(input).build();
  }

  private static Layer steps() {
    return new RnnOutputLayer.Builder(new LossMCXENT())
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static Layer hidden(Function<DenseLayer.Builder, BaseLayer.Builder<?>> settings) {
    return settings.apply(new DenseLayer.Builder().nOut(5)).build();
  }

  private static Layer lstm() {
    return new LSTM.Builder().nOut(3).build();
  }

  /** What reaches into every kind of thing that a configuration can name. */
  @SuppressWarnings("deprecation") // what is deprecated can be in a file
  static Stream<Map.Entry<String, MultiLayerConfiguration>> networks() {
    Map<String, MultiLayerConfiguration> all = new LinkedHashMap<>();
    all.put("dense", dense(hidden(b -> b), classes()));
    all.put("batch norm", dense(new BatchNormalization(), classes()));
    all.put(
        "batch norm with a variance",
        dense(new BatchNormalization.Builder().useLogStd(false).build(), classes()));
    all.put(
        "updaters and schedules",
        dense(
            hidden(
                b ->
                    b.updater(
                        new Nesterovs(
                            new StepSchedule(ScheduleType.EPOCH, .1, .5, 2),
                            new MapSchedule.Builder(ScheduleType.ITERATION)
                                .add(0, .5)
                                .add(10, .9)
                                .build()))),
            hidden(b -> b.updater(new RmsProp(.1)).biasUpdater(new Adam(.2))),
            hidden(
                b ->
                    b.updater(
                        GradientNoise.around(
                                new Adam(
                                    CosineAnnealingSchedule.once(
                                        ScheduleType.ITERATION, 0.1, 0, 100)))
                            .seed(3)
                            .build())),
            classes()));
    all.put(
        "dropouts, noise, constraints, penalties",
        dense(
            hidden(b -> b.dropOut(0.5).constrainWeights(new MaxNormConstraint(2, 1))),
            hidden(b -> b.dropOut(new GaussianNoise(.1)).weightNoise(new DropConnect(.5)).l1(.1)),
            hidden(
                b ->
                    b.dropOut(new AlphaDropout(.5))
                        .weightNoise(new WeightNoise(new TruncatedNormalDistribution(0, 1)))
                        .l2(.1)
                        .weightDecay(.2)),
            hidden(
                b ->
                    b.activation(new ActivationLReLU(.3))
                        .weightInit(
                            new WeightInitDistribution(new TruncatedNormalDistribution(0, .1)))),
            classes()));
    all.put(
        "images",
        images(
            new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
            new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build(),
            new DepthwiseConvolution2D.Builder(2, 2).depthMultiplier(2).build(),
            new SeparableConvolution2D.Builder(2, 2).nOut(3).build(),
            new PReLULayer.Builder().inputShape(3, 1, 1).build(),
            classes()));
    all.put(
        "locally connected",
        images(new LocallyConnected2D.Builder().kernelSize(2, 2).nOut(3).build(), classes()));
    all.put(
        "capsules",
        images(
            new PrimaryCapsules.Builder(4, 2).kernelSize(3, 3).stride(2, 2).build(),
            new CapsuleLayer.Builder(3, 4, 1).build(),
            new CapsuleStrengthLayer.Builder().build(),
            new org.deeplearning4j.nn.conf.layers.LossLayer.Builder(new LossMSE()).build()));
    all.put(
        "yolo",
        images(
            new ConvolutionLayer.Builder(1, 1)
                .nOut(2 * (5 + 3))
                .convolutionMode(ConvolutionMode.Same)
                .build(),
            new Yolo2OutputLayer.Builder()
                .boundingBoxPriors(Nd4j.create(new float[][] {{1, 2}, {3, 4}}))
                .build()));
    all.put("recurrent", sequences(lstm(), new SimpleRnn.Builder().nOut(4).build(), steps()));
    all.put(
        "bidirectional",
        sequences(
            new Bidirectional(Bidirectional.Mode.CONCAT, lstm()),
            new org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM.Builder().nOut(3).build(),
            steps()));
    all.put("last step", sequences(new LastTimeStep(lstm()), classes()));
    all.put(
        "attention",
        sequences(
            new SelfAttentionLayer.Builder().nOut(4).nHeads(2).projectInput(true).build(),
            new GlobalPoolingLayer(),
            classes()));
    all.put("autoencoder", dense(new AutoEncoder.Builder().nOut(4).build(), classes()));
    all.put(
        "variational autoencoder",
        dense(
            new VariationalAutoencoder.Builder()
                .nOut(2)
                .encoderLayerSizes(4, 3)
                .decoderLayerSizes(3)
                .reconstructionDistribution(
                    new BernoulliReconstructionDistribution(Activation.SIGMOID))
                .build(),
            classes()));
    all.put(
        "frozen",
        dense(
            new FrozenLayer(hidden(b -> b)),
            new FrozenLayerWithBackprop(hidden(b -> b)),
            new ElementWiseMultiplicationLayer.Builder().nIn(5).nOut(5).build(),
            new CenterLossOutputLayer.Builder(new LossMSE()).nOut(3).build()));
    all.put(
        "embedding",
        base()
            .list()
            .layer(
                new EmbeddingSequenceLayer.Builder()
                    .nIn(10)
                    .nOut(4)
                    .weightInit(Nd4j.ones(10, 4))
                    .build())
            .layer(new LSTM.Builder().nIn(4).nOut(3).build())
            .layer(
                new RnnOutputLayer.Builder(new LossMCXENT())
                    .nIn(3)
                    .nOut(2)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build());
    all.put(
        "preprocessors",
        base()
            .list()
            .layer(new DenseLayer.Builder().nIn(8).nOut(8).build())
            .layer(new ConvolutionLayer.Builder(2, 2).nIn(2).nOut(3).build())
            .layer(
                new OutputLayer.Builder(new LossMSE())
                    .nIn(3)
                    .nOut(2)
                    .activation(Activation.IDENTITY)
                    .build())
            .inputPreProcessor(
                1,
                new ComposableInputPreProcessor(
                    new FeedForwardToRnnPreProcessor(),
                    new RnnToFeedForwardPreProcessor(),
                    new FeedForwardToCnnPreProcessor(2, 2, 2)))
            .inputPreProcessor(
                2,
                new org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor(1, 1, 3))
            .build());
    return all.entrySet().stream();
  }

  private static ComputationGraphConfiguration graphConfiguration() {
    NeuralNetConfiguration frozen = base().layer(hidden(b -> b.nIn(5).name("frozen"))).build();
    return base()
        .graphBuilder()
        .addInputs("in", "sequence")
        .addLayer("a", hidden(b -> b), "in")
        .addLayer("norm", new BatchNormalization.Builder().useLogStd(false).build(), "a")
        .addVertex("frozen", new FrozenVertex(new LayerVertex(frozen, null)), "norm")
        .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "frozen")
        .addVertex("scale", new ScaleVertex(2), "sum")
        .addVertex("subset", new SubsetVertex(1, 3), "scale")
        .addVertex("length", new L2NormalizeVertex(), "subset")
        .addLayer("lstm", lstm(), "sequence")
        .addVertex("last", new LastTimeStepVertex("sequence"), "lstm")
        .addVertex("merge", new MergeVertex(), "length", "last")
        .addVertex("steps", new PreprocessorVertex(new FeedForwardToRnnPreProcessor()), "merge")
        .addVertex("back", new PreprocessorVertex(new RnnToFeedForwardPreProcessor()), "steps")
        .addLayer("out", classes(), "back")
        .setOutputs("out")
        .setInputTypes(InputType.feedForward(6), InputType.recurrent(2, 4))
        .build();
  }

  private static <T extends Model> SavedConfiguration<T> read(
      String json, Class<T> kind, LoadPolicy policy) throws IOException {
    return SavedConfiguration.read(json, kind, policy, policy.budget(json.length()));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void read_everyKindOfThing_isWhatDeeplearning4jReads(
      Map.Entry<String, MultiLayerConfiguration> row) throws IOException {
    MultiLayerNetwork net = new MultiLayerNetwork(row.getValue());
    net.init();
    String json = net.getLayerWiseConfigurations().toJson();
    SavedConfiguration<MultiLayerNetwork> saved =
        read(json, MultiLayerNetwork.class, LoadPolicy.standard());
    INDArray parameters = net.params().dup().reshape(-1);
    assertThat(saved.parameters()).isEqualTo(parameters.length());
    MultiLayerNetwork back = saved.network(parameters);
    assertThat(back.getLayerWiseConfigurations().toJson())
        .isEqualTo(MultiLayerConfiguration.fromJson(json).toJson());
    assertThat(back.params()).isEqualTo(net.params());
    assertThat(back.paramTable().keySet()).isEqualTo(net.paramTable().keySet());
  }

  @Test
  void read_graph_isWhatDeeplearning4jReads() throws IOException {
    ComputationGraph graph = new ComputationGraph(graphConfiguration());
    graph.init();
    String json = graph.getConfiguration().toJson();
    SavedConfiguration<ComputationGraph> saved =
        read(json, ComputationGraph.class, LoadPolicy.standard());
    ComputationGraph back = saved.network(graph.params().dup().reshape(-1));
    assertThat(back.getConfiguration().toJson())
        .isEqualTo(ComputationGraphConfiguration.fromJson(json).toJson());
    INDArray[] inputs = {Nd4j.rand(2, 6), Nd4j.rand(2, 2, 4)};
    assertThat(back.output(inputs)[0]).isEqualTo(graph.output(inputs)[0]);
  }

  @Test
  void read_classOfTheUser_onlyIfItIsAllowed() throws IOException {
    MultiLayerConfiguration own = dense(new OwnLayer(), classes());
    String json = own.toJson();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> read(json, MultiLayerNetwork.class, LoadPolicy.standard()))
        .withMessageContaining("the class " + OwnLayer.class.getName() + " is not allowed");
    for (LoadPolicy policy :
        new LoadPolicy[] {
          LoadPolicy.standard().allowing(OwnLayer.class),
          LoadPolicy.standard().allowingClassesIn(json, MultiLayerNetwork.class)
        }) {
      assertThat(read(json, MultiLayerNetwork.class, policy).parameters()).isEqualTo(4 * 7 + 15);
      assertThat(policy.toString()).contains(OwnLayer.class.getName());
    }
  }

  @Test
  void read_graphAsANetwork_isRefused() {
    String json = graphConfiguration().toJson();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> read(json, MultiLayerNetwork.class, LoadPolicy.standard()))
        .withMessage("the configuration must be of a MultiLayerNetwork, which has confs");
  }

  @Test
  void network_otherNumberOfParameters_isRefused() throws IOException {
    SavedConfiguration<MultiLayerNetwork> saved =
        read(dense(classes()).toJson(), MultiLayerNetwork.class, LoadPolicy.standard());
    for (INDArray parameters : new INDArray[] {null, Nd4j.zeros(20), Nd4j.zeros(22)}) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> saved.network(parameters))
          .withMessageContaining("the parameters must be 21, as the configuration says, got ");
    }
  }

  /** 4 (2^62 + 1) is 4 when it overflows: a matrix that reaches far beyond its 4 numbers. */
  @Test
  void network_sizesThatOverflow_areRefused() throws IOException {
    String json =
        dense(new OutputLayer.Builder(new LossMSE()).nOut(4).hasBias(false).build())
            .toJson()
            .replace("\"nin\" : 6", "\"nin\" : " + ((1L << 62) + 1));
    SavedConfiguration<MultiLayerNetwork> saved =
        read(json, MultiLayerNetwork.class, LoadPolicy.standard());
    assertThat(saved.parameters()).isEqualTo(4);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> saved.network(Nd4j.zeros(4)))
        .withMessageContaining("no network can be made of the configuration");
  }

  @Test
  void allowing_whatIsNoClass_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadPolicy.standard().allowing((Class<?>) null))
        .withMessage("classes must be classes that objects can be made of, got null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadPolicy.standard().allowing(Runnable.class))
        .withMessageContaining("got interface java.lang.Runnable");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadPolicy.standard().atMost(0))
        .withMessage("bytes must be >= 1, got 0");
  }

  @Test
  void budget_byTheFilesSizeOrByTheLimit() {
    assertThat(LoadPolicy.standard().budget(1000).left()).isEqualTo((64 << 20) + 20_000);
    assertThat(LoadPolicy.standard().atMost(5).budget(1000).left()).isEqualTo(5);
    assertThat(LoadPolicy.standard().budget(Long.MAX_VALUE).left()).isPositive();
  }
}
