package io.github.dl4jx.ensembles.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.regularizers.dropout.DropPath;
import io.github.dl4jx.regularizers.dropout.LockedDropout;
import io.github.dl4jx.regularizers.layers.ConcreteDropout;
import io.github.dl4jx.regularizers.weightnoise.DropConnect;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.updaters.OneBitSgd;
import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.Lookahead;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import io.github.dl4jx.updaters.wrapper.SkipNonFinite;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossFMeasure;

/** What cannot be stacked is refused by name, before anything is trained. */
class StackedRefusalsTest {

  static Stream<Arguments> configurations() {
    return Stream.of(
        layers("BatchNormalization", list -> list.layer(new BatchNormalization()).layer(output())),
        layers(
            "LSTM",
            list ->
                list.layer(new LSTM.Builder().nIn(4).nOut(4).build())
                    .layer(new RnnOutputLayer.Builder().nIn(4).nOut(3).build())),
        layers(
            "ConvolutionLayer",
            list ->
                list.layer(new ConvolutionLayer.Builder(1, 1).nIn(1).nOut(2).build())
                    .layer(output())),
        layers(
            "preprocessor",
            list -> list.layer(output()).setInputType(InputType.convolutional(2, 2, 1))),
        layers(
            "FrozenLayer around a DenseLayer",
            list -> list.layer(new FrozenLayer(dense().build())).layer(output())),
        layers(
            "FrozenLayerWithBackprop around a DenseLayer",
            list -> list.layer(new FrozenLayerWithBackprop(dense().build())).layer(output())),
        layers(
            "ConcreteDropout",
            list -> list.layer(new ConcreteDropout(dense().build())).layer(output())),
        layers(
            "LossLayer",
            list -> list.layer(dense().build()).layer(new LossLayer.Builder().build())),
        layers(
            "layer normalization",
            list -> list.layer(dense().hasLayerNorm(true).build()).layer(output())),
        layers(
            "LossFMeasure",
            list ->
                list.layer(
                    new OutputLayer.Builder(new LossFMeasure())
                        .nIn(4)
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .build())),
        settings("SpatialDropout", b -> b.dropOut(new SpatialDropout(0.5))),
        settings("LockedDropout", b -> b.dropOut(new LockedDropout(0.5))),
        settings("DropPath.perMinibatch", b -> b.dropOut(new DropPath(0.5).perMinibatch())),
        settings(
            "LINE_GRADIENT_DESCENT",
            b -> b.optimizationAlgo(OptimizationAlgorithm.LINE_GRADIENT_DESCENT)),
        settings("LBFGS", b -> b.optimizationAlgo(OptimizationAlgorithm.LBFGS)),
        settings("DropConnect", b -> b.weightNoise(new DropConnect(0.5))),
        settings("ClipL2PerLayer", b -> clip(b, GradientNormalization.ClipL2PerLayer)),
        settings("ClipL2PerParamType", b -> clip(b, GradientNormalization.ClipL2PerParamType)),
        settings(
            "RenormalizeL2PerLayer", b -> clip(b, GradientNormalization.RenormalizeL2PerLayer)),
        settings(
            "RenormalizeL2PerParamType",
            b -> clip(b, GradientNormalization.RenormalizeL2PerParamType)),
        settings("MaxNormConstraint", b -> b.constrainWeights(new MaxNormConstraint(1, 1))),
        settings("UnitNormConstraint", b -> b.constrainBias(new UnitNormConstraint(0))),
        settings(
            "GradientClipping by norm",
            b -> b.updater(GradientClipping.around(new Sgd(0.1)).byNorm(1))),
        settings(
            "GradientClipping by norm",
            b ->
                b.updater(
                    Lookahead.around(GradientClipping.around(new Sgd(0.1)).byNorm(1)).build())),
        settings("OneBitSgd", b -> b.updater(new OneBitSgd(0.1))),
        settings("OneBitGradient", b -> b.updater(OneBitGradient.around(new Sgd(0.1)).build())),
        settings("SkipNonFinite", b -> b.updater(SkipNonFinite.around(new Sgd(0.1), 3))),
        settings("SkipNonFinite", b -> b.biasUpdater(SkipNonFinite.around(new Sgd(0.1), 3))));
  }

  private static Arguments layers(String name, Consumer<ListBuilder> layers) {
    ListBuilder list = new NeuralNetConfiguration.Builder().list();
    layers.accept(list);
    return Arguments.of(name, list.build());
  }

  private static Arguments settings(String name, Consumer<NeuralNetConfiguration.Builder> setting) {
    NeuralNetConfiguration.Builder builder = new NeuralNetConfiguration.Builder();
    setting.accept(builder);
    return Arguments.of(name, builder.list().layer(dense().build()).layer(output()).build());
  }

  private static void clip(NeuralNetConfiguration.Builder builder, GradientNormalization kind) {
    builder.gradientNormalization(kind).gradientNormalizationThreshold(1);
  }

  private static DenseLayer.Builder dense() {
    return new DenseLayer.Builder().nIn(4).nOut(4);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder().nIn(4).nOut(3).activation(Activation.SOFTMAX).build();
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void build_configurationThatCannotBeStacked_isRefusedByName(
      String name, MultiLayerConfiguration configuration) {
    for (SideBySideBuilder<?> builder :
        List.of(DeepEnsemble.of(configuration), Bagging.of(configuration))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> build(builder.stacked()))
          .withMessageStartingWith("members cannot be stacked: layer ")
          .withMessageContaining(name);
    }
  }

  private static Object build(SideBySideBuilder<?> builder) {
    return builder instanceof Bagging.Builder bagging
        ? bagging.build()
        : ((DeepEnsemble.Builder) builder).build();
  }

  @Test
  void build_graphs_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bagging.of(TestNetworks.graphConfiguration(1)).stacked().build())
        .withMessageContaining("ComputationGraphs");
  }

  @Test
  void build_twoConfigurations_areRefused() {
    MultiLayerConfiguration one = TestNetworks.configuration(1);
    MultiLayerConfiguration other = TestNetworks.configuration(1, 7);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeepEnsemble.of(one, other).stacked().build())
        .withMessageContaining("2 configurations");
    assertThat(DeepEnsemble.of(one, TestNetworks.configuration(2)).stacked().build()).isNotNull();
  }

  @Test
  void build_whatWatchesOneNetwork_isRefused() {
    DeepEnsemble.Builder listened =
        DeepEnsemble.of(TestNetworks.configuration(1))
            .memberListeners(m -> List.of(new ScoreIterationListener(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> listened.stacked().build())
        .withMessageContaining("memberListeners");
    DeepEnsemble.Builder stopped =
        DeepEnsemble.of(TestNetworks.configuration(1))
            .earlyStopping(new ListDataSetIterator<>(List.of(TestNetworks.rings(8, 1))), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stopped.stacked().build())
        .withMessageContaining("earlyStopping");
  }

  @Test
  void build_someFeatures_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bagging.of(TestNetworks.configuration(1)).features(0.5).stacked().build())
        .withMessageContaining("features must be 1 for stacked members")
        .withMessageContaining("0.5");
  }

  @Test
  void fit_sequences_areRefused() {
    DataSet sequences =
        new DataSet(Nd4j.zeros(DataType.FLOAT, 4, 2, 5), Nd4j.zeros(DataType.FLOAT, 4, 3, 5));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                DeepEnsemble.of(TestNetworks.configuration(1))
                    .stacked()
                    .build()
                    .fit(TrainingData.of(sequences, 2), 1))
        .withMessageContaining("[examples, features]");
  }

  @Test
  void fit_maskOfFeatures_isRefused() {
    DataSet data = TestNetworks.rings(8, 1);
    data.setFeaturesMaskArray(Nd4j.ones(DataType.FLOAT, 8, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                DeepEnsemble.of(TestNetworks.configuration(1))
                    .stacked()
                    .build()
                    .fit(TrainingData.of(data, 2), 1))
        .withMessageContaining("mask of the features");
  }
}
