package io.github.dl4jx.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jx.regularizers.layers.ConcreteDropout;
import io.github.dl4jx.training.network.FrozenLayers;
import io.github.dl4jx.training.network.LearningRates;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Layers inside wrappers: transfer learning, learning rates, freezing. */
class WrappedLayersTest {

  private static NeuralNetConfiguration.Builder base(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .activation(Activation.TANH)
        .l2(0.01)
        .updater(updater);
  }

  private static Layer concrete() {
    return ConcreteDropout.around(new DenseLayer.Builder().nIn(6).nOut(8).build())
        .weightRegularizer(0.1)
        .dropoutRegularizer(0.1)
        .build();
  }

  private static Layer hidden() {
    return new DenseLayer.Builder().nIn(8).nOut(8).build();
  }

  private static Layer output() {
    return new OutputLayer.Builder().nIn(8).nOut(3).activation(Activation.SOFTMAX).build();
  }

  private static MultiLayerNetwork network(IUpdater updater, Layer first) {
    return Networks.network(
        base(updater).list().layer(first).layer(hidden()).layer(output()).build());
  }

  private static ComputationGraph graph(IUpdater updater, Layer first) {
    ComputationGraph graph =
        new ComputationGraph(
            base(updater)
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", first, "in")
                .addLayer("hidden", hidden(), "first")
                .addLayer("out", output(), "hidden")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static float[] values(Model net, String parameter) {
    return net.getParam(parameter).dup('f').data().asFloat();
  }

  @Test
  void concreteDropout_frozenByTransferLearning_answersTrainsAndIsSaved() throws IOException {
    MultiLayerNetwork net = network(new Sgd(0.1), concrete());
    MultiLayerNetwork frozen = new TransferLearning.Builder(net).setFeatureExtractor(0).build();
    INDArray x = Networks.batch(1, DataType.FLOAT).getFeatures();
    assertThat(frozen.output(x)).isEqualTo(net.output(x));
    Networks.fit(frozen, 0, 5);
    for (String parameter : List.of("0_W", "0_b", "0_retainLogit")) {
      assertThat(values(frozen, parameter)).isEqualTo(values(net, parameter));
    }
    assertThat(values(frozen, "1_W")).isNotEqualTo(values(net, "1_W"));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(frozen, file, true);
    MultiLayerNetwork back =
        ModelSerializer.restoreMultiLayerNetwork(
            new ByteArrayInputStream(file.toByteArray()), true);
    assertThat(back.output(x)).isEqualTo(frozen.output(x));
    assertThat(back.getLayerWiseConfigurations()).isEqualTo(frozen.getLayerWiseConfigurations());
    assertThat(frozen.clone().output(x)).isEqualTo(frozen.output(x));
  }

  @Test
  void concreteDropout_frozenByTransferLearningInGraph_answersAndTrains() {
    ComputationGraph net = graph(new Sgd(0.1), concrete());
    ComputationGraph frozen =
        new TransferLearning.GraphBuilder(net).setFeatureExtractor("first").build();
    INDArray x = Networks.batch(1, DataType.FLOAT).getFeatures();
    assertThat(frozen.outputSingle(x)).isEqualTo(net.outputSingle(x));
    Networks.fit(frozen, 0, 5);
    assertThat(values(frozen, "first_W")).isEqualTo(values(net, "first_W"));
    assertThat(values(frozen, "hidden_W")).isNotEqualTo(values(net, "hidden_W"));
  }

  /** The same as a network that was made with the rate, for both ways that the Javadoc names. */
  @Test
  void concreteDropout_fineTuned_trainsAtTheRateThatIsSetInside() {
    FineTuneConfiguration tuning =
        new FineTuneConfiguration.Builder().updater(new Sgd(0.5)).build();
    MultiLayerNetwork expected = network(new Sgd(0.5), concrete());
    MultiLayerNetwork old = network(new Sgd(0.001), concrete());
    MultiLayerNetwork after =
        new TransferLearning.Builder(old).fineTuneConfiguration(tuning).build();
    LearningRates.set(after, 0.5);
    ConcreteDropout outer =
        (ConcreteDropout) old.getLayerWiseConfigurations().getConf(0).getLayer();
    ((BaseLayer) outer.getUnderlying()).setIUpdater(new Sgd(0.5));
    MultiLayerNetwork before =
        new TransferLearning.Builder(old).fineTuneConfiguration(tuning).build();
    for (MultiLayerNetwork net : List.of(expected, after, before)) {
      Networks.fit(net, 0, 5);
    }
    assertThat(after.params().toFloatVector()).isEqualTo(expected.params().toFloatVector());
    assertThat(before.params().toFloatVector()).isEqualTo(expected.params().toFloatVector());
  }

  @Test
  void concreteDropout_heldInside_staysUnderItsOwnTermsAndNoise() {
    IUpdater noise = GradientNoise.around(new Sgd(0.1)).eta(1).build();
    MultiLayerNetwork net = network(noise, new FrozenLayerWithBackprop(concrete()));
    MultiLayerNetwork start = net.clone();
    FrozenLayers.hold(net);
    Networks.fit(net, 0, 5);
    for (String parameter : List.of("0_W", "0_b", "0_retainLogit")) {
      assertThat(values(net, parameter)).isEqualTo(values(start, parameter));
    }
    assertThat(values(net, "1_W")).isNotEqualTo(values(start, "1_W"));
  }

  /** Wrappers inside the frozen layer. */
  @Test
  void bidirectional_heldInside_stays() {
    Layer frozen =
        new FrozenLayerWithBackprop(
            new LastTimeStep(new Bidirectional(new LSTM.Builder().nIn(2).nOut(4).build())));
    MultiLayerNetwork net = network(GradientNoise.around(new Sgd(0.1)).eta(1).build(), frozen);
    MultiLayerNetwork start = net.clone();
    FrozenLayers.hold(net);
    DataSet batch = Networks.batch(0, DataType.FLOAT);
    Nd4j.getRandom().setSeed(4);
    for (int step = 0; step < 5; step++) {
      net.fit(Nd4j.rand(DataType.FLOAT, 16, 2, 3), batch.getLabels());
    }
    for (String parameter : start.paramTable().keySet()) {
      assertThat(Arrays.equals(values(net, parameter), values(start, parameter)))
          .as(parameter)
          .isEqualTo(parameter.startsWith("0_"));
    }
  }

  private static DataSet numbers() {
    INDArray x = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {3, 1, 2}});
    return new DataSet(x, Nd4j.createFromArray(new float[][] {{1}, {2}}));
  }

  private static MultiLayerNetwork threeToOne(Layer first) {
    return Networks.network(
        base(GradientNoise.around(new Sgd(0.01)).eta(1).build())
            .list()
            .layer(first)
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                    .nIn(1)
                    .nOut(1)
                    .activation(Activation.IDENTITY)
                    .build())
            .build());
  }

  @Test
  void sameDiffLayer_heldInside_stays() {
    MultiLayerNetwork net =
        threeToOne(new FrozenLayerWithBackprop(new SameDiffNoiseTest.TwoWeights()));
    FrozenLayers.hold(net);
    net.fit(numbers());
    assertThat(values(net, "0_u")).containsExactly(1, 1, 1);
    assertThat(values(net, "0_v")).containsExactly(1, 1, 1);
  }

  @Test
  void frozenLayer_heldInside_stays() {
    Layer frozen = new FrozenLayer(new DenseLayer.Builder().nIn(3).nOut(1).build());
    MultiLayerNetwork net = threeToOne(new FrozenLayerWithBackprop(frozen));
    float[] before = values(net, "0_W");
    FrozenLayers.hold(net);
    net.fit(numbers());
    assertThat(values(net, "0_W")).isEqualTo(before);
  }

  /** A layer of the user's own, whose updater only it knows. */
  private static final class Unknown extends Layer {

    private static final long serialVersionUID = 1;

    @Override
    public ParamInitializer initializer() {
      return new DefaultParamInitializer() {
        @Override
        public long numParams(Layer layer) {
          return 5;
        }
      };
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(
        NeuralNetConfiguration conf,
        Collection<TrainingListener> listeners,
        int index,
        INDArray params,
        boolean initialize,
        DataType type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public InputType getOutputType(int index, InputType type) {
      return type;
    }

    @Override
    public void setNIn(InputType type, boolean override) {
      // no input size
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Regularization> getRegularizationByParam(String name) {
      return List.of();
    }

    @Override
    public boolean isPretrainParam(String name) {
      return false;
    }

    @Override
    public GradientNormalization getGradientNormalization() {
      return GradientNormalization.None;
    }

    @Override
    public double getGradientNormalizationThreshold() {
      return 1;
    }

    @Override
    public IUpdater getUpdaterByParam(String name) {
      return new Sgd(0.1);
    }

    @Override
    public LayerMemoryReport getMemoryReport(InputType type) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void unknownLayer_heldInside_isRefusedByName() {
    MultiLayerConfiguration conf =
        base(new Sgd(0.1)).list().layer(hidden()).layer(output()).build();
    Layer unknown = new Unknown();
    FrozenLayerWithBackprop frozen = new FrozenLayerWithBackprop(unknown);
    frozen.setLayerName("mine");
    conf.getConf(0).setLayer(frozen);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrozenLayers.hold(conf))
        .withMessageContaining("layer mine is frozen, but a Unknown's updater cannot be set");
  }
}
