package io.github.dl4jx.contract;

import static io.github.dl4jx.contract.PublicCase.assertNear;
import static io.github.dl4jx.contract.PublicCase.assertSameBits;
import static io.github.dl4jx.contract.PublicCase.base;
import static io.github.dl4jx.contract.PublicCase.batches;
import static io.github.dl4jx.contract.PublicCase.classes;
import static io.github.dl4jx.contract.PublicCase.classifier;
import static io.github.dl4jx.contract.PublicCase.clouds;
import static io.github.dl4jx.contract.PublicCase.images;
import static io.github.dl4jx.contract.PublicCase.net;
import static io.github.dl4jx.contract.PublicCase.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.boosting.AdaBoost;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.ensembles.uncertainty.MonteCarloDropout;
import io.github.dl4jx.ensembles.uncertainty.UncertainPrediction;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.graph.StochasticDepth;
import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import io.github.dl4jx.updaters.wrapper.SkipNonFinite;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleStrengthLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.evaluation.meta.Prediction;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Examples of deeplearning4j-examples, made small, each with one line changed. */
class Dl4jExamplesTest {

  @TempDir File folder;

  static Stream<Arguments> examples() {
    return Stream.of(
        row("MNISTAutoencoder", "one-bit gradients", Dl4jExamplesTest::autoencoder),
        row("VaeMNISTAnomaly", "wrappers that change nothing", f -> variational()),
        row("CenterLossLeNetMNIST", "AdaBoost by a weighted loss", f -> centerLoss()),
        row("CapsNetMNIST", "Monte-Carlo dropout, a deep ensemble", f -> capsules()),
        row("MultiLayerNetworkExternalErrors", "wrappers, dropout", f -> externalErrors()),
        row("CSVExampleEvaluationMetaData", "bagging", f -> metaData()),
        row("DualResnetModel", "stochastic depth", f -> twoOutputs()));
  }

  private static Arguments row(String example, String change, PublicCase test) {
    return arguments(example, change, test);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("examples")
  void example_oneLineChanged_isAsExpected(String example, String change, PublicCase test)
      throws Exception {
    test.run(folder);
  }

  private static double spread(UncertainPrediction prediction) {
    return prediction.standardDeviation().maxNumber().doubleValue();
  }

  private static void autoencoder(File folder) throws IOException {
    MultiLayerConfiguration conf =
        base(OneBitGradient.around(new AdaGrad(0.05)).build())
            .l2(1e-4)
            .list()
            .layer(new DenseLayer.Builder().nIn(8).nOut(2).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MSE)
                    .nIn(2)
                    .nOut(8)
                    .activation(Activation.SIGMOID)
                    .build())
            .build();
    DataSet data = clouds(40, 8, 2, 1);
    data.setLabels(data.getFeatures());
    MultiLayerNetwork net = net(conf);
    double before = net.score(data);
    for (int i = 0; i < 10; i++) {
      net.fit(data);
    }
    File file = new File(folder, "autoencoder.zip");
    net.save(file, true);
    MultiLayerNetwork restored = MultiLayerNetwork.load(file, true);
    for (int i = 0; i < 10; i++) {
      net.fit(data);
      restored.fit(data);
    }
    assertSameBits(restored.params(), net.params());
    assertThat(net.score(data)).isLessThan(before);
  }

  /** Each updater, and wrappers around it at settings at which they must not change a bit. */
  private static List<IUpdater> neutral(UnaryOperator<IUpdater> copies, IUpdater updater) {
    return List.of(
        updater,
        GradientNoise.around(copies.apply(updater)).eta(0).build(),
        GradientClipping.around(copies.apply(updater)).byNorm(1e6),
        SkipNonFinite.around(copies.apply(updater), 3));
  }

  private static void assertAllTheSame(
      IUpdater updater, Function<IUpdater, MultiLayerNetwork> trained) {
    List<IUpdater> updaters = neutral(IUpdater::clone, updater);
    INDArray expected = trained.apply(updaters.get(0)).params();
    for (IUpdater wrapped : updaters.subList(1, updaters.size())) {
      assertSameBits(trained.apply(wrapped).params(), expected);
    }
  }

  private static void variational() {
    DataSet data = clouds(32, 6, 2, 1);
    assertAllTheSame(
        new RmsProp(0.01),
        updater -> {
          MultiLayerNetwork net =
              net(
                  base(updater)
                      .l2(1e-4)
                      .list()
                      .layer(
                          new VariationalAutoencoder.Builder()
                              .nIn(6)
                              .nOut(2)
                              .encoderLayerSizes(5)
                              .decoderLayerSizes(5)
                              .build())
                      .build());
          net.pretrain(batches(data, 8), 3);
          return net;
        });
  }

  private static void centerLoss() {
    Function<IUpdater, MultiLayerConfiguration> conf =
        updater ->
            base(updater)
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(5).build())
                .layer(
                    new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(5)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .alpha(0.1)
                        .lambda(0.01)
                        .build())
                .build();
    DataSet data = clouds(30, 6, 3, 1);
    assertAllTheSame(
        new Adam(0.02),
        updater -> {
          MultiLayerNetwork net = net(conf.apply(updater));
          for (int i = 0; i < 5; i++) {
            net.fit(data);
          }
          return net;
        });
    Ensemble boosted =
        AdaBoost.of(conf.apply(new Adam(0.05)))
            .rounds(2)
            .seed(1)
            .weightedLoss()
            .build()
            .fit(batches(data, 15), 10);
    DataSet test = clouds(30, 6, 3, 2);
    assertThat(boosted.evaluate(whole(test)).accuracy()).isGreaterThan(0.9);
  }

  private static MultiLayerConfiguration capsuleNetwork(double p) {
    return base(new Adam(0.01))
        .list()
        .layer(new DropoutLayer.Builder(new InvertedDropout(p)).build())
        .layer(new PrimaryCapsules.Builder(3, 2).kernelSize(3, 3).stride(2, 2).build())
        .layer(new CapsuleLayer.Builder(3, 3, 2).build())
        .layer(new CapsuleStrengthLayer.Builder().build())
        .layer(classes(3, 3))
        .setInputType(InputType.convolutional(6, 6, 1))
        .build();
  }

  private static void capsules() {
    DataSet data = images(6, 6, 3, 1);
    MultiLayerNetwork whole = net(capsuleNetwork(1));
    whole.fit(data);
    INDArray x = data.getFeatures();
    assertNear(
        MonteCarloDropout.of(whole).samples(3).seed(1).build().predict(x).mean(), whole.output(x));
    Ensemble ensemble =
        DeepEnsemble.of(capsuleNetwork(0.8)).members(2).seed(1).build().fit(whole(data), 2);
    assertNear(ensemble.toComputationGraph().outputSingle(x), ensemble.output(x));
    assertThat(spread(MonteCarloDropout.of(ensemble.member(0)).build().predict(x)))
        .isGreaterThan(1e-5);
  }

  private static MultiLayerNetwork withoutOutputLayer(IUpdater updater, DataType type) {
    return net(
        base(updater)
            .dataType(type)
            .list()
            .layer(new DenseLayer.Builder().nIn(4).nOut(3).build())
            .layer(
                new DenseLayer.Builder()
                    .nIn(3)
                    .nOut(2)
                    .dropOut(new InvertedDropout(0.6, 9))
                    .build())
            .build());
  }

  private static Gradient gradient(MultiLayerNetwork net, INDArray x, INDArray error) {
    net.setInput(x);
    net.feedForward(true, false);
    return net.backpropGradient(error, null).getFirst();
  }

  private static void externalErrors() {
    INDArray x = clouds(8, 4, 2, 1).getFeatures();
    INDArray error = clouds(8, 2, 2, 2).getFeatures();
    assertAllTheSame(
        new Nadam(),
        updater -> {
          MultiLayerNetwork net = withoutOutputLayer(updater, DataType.FLOAT);
          for (int i = 0; i < 5; i++) {
            Gradient gradient = gradient(net, x, error);
            net.getUpdater().update(net, gradient, i, 0, 8, LayerWorkspaceMgr.noWorkspaces());
            net.params().subi(gradient.gradient());
          }
          return net;
        });
    // its seed gives the dropout one mask for all these calls: differences are exact enough
    MultiLayerNetwork net = withoutOutputLayer(new Sgd(1), DataType.DOUBLE);
    INDArray in = x.castTo(DataType.DOUBLE);
    INDArray out = error.castTo(DataType.DOUBLE);
    INDArray gradient = gradient(net, in, out).gradient().dup();
    for (int i = 0; i < net.numParams(); i++) {
      double value = net.params().getDouble(i);
      double[] sums = new double[2];
      for (int side = 0; side < 2; side++) {
        net.params().putScalar(i, value + (side == 0 ? 1e-6 : -1e-6));
        net.setInput(in);
        sums[side] = net.feedForward(true, false).get(2).mul(out).sumNumber().doubleValue();
      }
      net.params().putScalar(i, value);
      assertThat(gradient.getDouble(i)).isCloseTo((sums[0] - sums[1]) / 2e-6, within(1e-6));
    }
  }

  private static void metaData() {
    DataSet data = clouds(30, 6, 3, 1);
    Ensemble bag =
        Bagging.of(classifier(new Adam(0.02), null))
            .members(2)
            .seed(1)
            .build()
            .fit(batches(data, 10), 1);
    data.setExampleMetaData(
        IntStream.range(0, 30).mapToObj(i -> "line " + i).collect(Collectors.toList()));
    int[] predicted = bag.predict(data.getFeatures());
    List<Object> wrong = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      if (predicted[i] != i % 3) {
        wrong.add("line " + i);
      }
    }
    assertThat(bag.evaluate(whole(data)).getPredictionErrors())
        .extracting(Prediction::getRecordMetaData)
        .containsExactlyInAnyOrderElementsOf(wrong)
        .isNotEmpty();
  }

  private static ComputationGraphConfiguration policyAndValue(double p) {
    return base(new Sgd(0.05))
        .graphBuilder()
        .addInputs("board")
        .addLayer("first", new DenseLayer.Builder().nIn(6).nOut(4).build(), "board")
        .addLayer("norm", new BatchNormalization.Builder().nIn(4).nOut(4).build(), "first")
        .addLayer("branch", new DenseLayer.Builder().nIn(4).nOut(4).build(), "norm")
        .addVertex("block", new StochasticDepth(p), "norm", "branch")
        .addLayer("policy", classes(4, 3), "block")
        .addLayer(
            "value",
            new OutputLayer.Builder(LossFunction.XENT)
                .nIn(4)
                .nOut(1)
                .activation(Activation.SIGMOID)
                .build(),
            "block")
        .setOutputs("policy", "value")
        .build();
  }

  private static void twoOutputs() {
    DataSet data = clouds(12, 6, 3, 1);
    INDArray value = data.getLabels().getColumn(0, true).dup();
    INDArray[] x = {data.getFeatures()};
    MultiDataSet games = new MultiDataSet(x, new INDArray[] {data.getLabels(), value});
    ComputationGraph whole = net(policyAndValue(1));
    ComputationGraph dropped = net(policyAndValue(0.5));
    for (int i = 0; i < 5; i++) {
      whole.fit(games);
      dropped.fit(games);
    }
    INDArray before = whole.params().dup();
    List<UncertainPrediction> same =
        MonteCarloDropout.of(whole).samples(3).seed(1).build().predict(x, null);
    assertNear(same.get(0).mean(), whole.output(x)[0]);
    assertNear(same.get(1).mean(), whole.output(x)[1]);
    assertSameBits(whole.params(), before); // those of batch normalization are parameters, too
    for (UncertainPrediction one : MonteCarloDropout.of(dropped).build().predict(x, null)) {
      assertThat(spread(one)).isGreaterThan(1e-3);
    }
  }
}
