package io.github.dl4jx.contract;

import static io.github.dl4jx.contract.PublicCase.assertNear;
import static io.github.dl4jx.contract.PublicCase.assertSameBits;
import static io.github.dl4jx.contract.PublicCase.base;
import static io.github.dl4jx.contract.PublicCase.classes;
import static io.github.dl4jx.contract.PublicCase.images;
import static io.github.dl4jx.contract.PublicCase.net;
import static io.github.dl4jx.contract.PublicCase.oneHot;
import static io.github.dl4jx.contract.PublicCase.sequences;
import static io.github.dl4jx.contract.PublicCase.steps;
import static io.github.dl4jx.contract.PublicCase.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.ensembles.uncertainty.MonteCarloDropout;
import io.github.dl4jx.ensembles.uncertainty.UncertainPrediction;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.dropout.LockedDropout;
import io.github.dl4jx.updaters.Signum;
import java.io.File;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Examples of deeplearning4j-examples with sequences, made small, each with one line changed. */
class Dl4jSequenceExamplesTest {

  @TempDir File folder;

  static Stream<Arguments> examples() {
    return Stream.of(
        row("AdditionModelWithSeq2Seq", "dropout in the decoder", f -> addition()),
        row("UCISequenceClassification", "Signum, locked dropout", f -> padding()),
        row("ImdbReviewClassificationRNN", "a deep ensemble", f -> sentiment()),
        row("SelfAttentionMNIST", "Monte-Carlo dropout", f -> attention()));
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

  private static ComputationGraphConfiguration encoderDecoder(double p) {
    return base(new Adam(0.03))
        .graphBuilder()
        .addInputs("sum", "shifted")
        .setInputTypes(InputType.recurrent(5), InputType.recurrent(5))
        .addLayer("encoder", new LSTM.Builder().nIn(5).nOut(8).build(), "sum")
        .addVertex("last", new LastTimeStepVertex("sum"), "encoder")
        .addVertex("repeated", new DuplicateToTimeSeriesVertex("shifted"), "last")
        .addLayer(
            "decoder",
            new LSTM.Builder().nIn(13).nOut(8).dropOut(new InvertedDropout(p)).build(),
            "shifted",
            "repeated")
        .addLayer("output", steps(8, 5), "decoder")
        .setOutputs("output")
        .build();
  }

  private static void addition() {
    Random random = new Random(1);
    INDArray[] inputs = {Nd4j.zeros(DataType.FLOAT, 8, 5, 4), Nd4j.zeros(DataType.FLOAT, 8, 5, 3)};
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 8, 5, 3);
    INDArray[] masks = {Nd4j.ones(DataType.FLOAT, 8, 4), Nd4j.ones(DataType.FLOAT, 8, 3)};
    for (int i = 0; i < 8; i++) {
      for (int t = 0; t < 3; t++) {
        int digit = random.nextInt(5);
        inputs[0].putScalar(new int[] {i, digit, t}, 1);
        labels.putScalar(new int[] {i, digit, t}, 1);
        if (t < 2) {
          inputs[1].putScalar(new int[] {i, digit, t + 1}, 1);
        }
      }
      masks[0].putScalar(i, 3, i % 2);
    }
    MultiDataSet data = new MultiDataSet(inputs, new INDArray[] {labels}, masks, null);
    ComputationGraph whole = net(encoderDecoder(1));
    ComputationGraph dropped = net(encoderDecoder(0.8));
    for (int i = 0; i < 20; i++) {
      whole.fit(data);
      dropped.fit(data);
    }
    assertThat(dropped.score(data) / 3).isLessThan(Math.log(5)); // better than chance
    UncertainPrediction same =
        MonteCarloDropout.of(whole).samples(3).seed(1).build().predict(inputs, masks).get(0);
    assertNear(same.mean(), whole.output(false, inputs, masks)[0]);
    assertThat(spread(MonteCarloDropout.of(dropped).build().predict(inputs, masks).get(0)))
        .isGreaterThan(1e-3);
  }

  private static void padding() {
    MultiLayerConfiguration conf =
        base(new Signum(0.01))
            .list()
            .layer(new LSTM.Builder().nIn(3).nOut(6).dropOut(new LockedDropout(0.8, 1)).build())
            .layer(steps(6, 3))
            .build();
    MultiLayerNetwork zeros = net(conf);
    MultiLayerNetwork others = net(conf.clone());
    for (int i = 0; i < 25; i++) {
      zeros.fit(sequences(12, 3, 6, 3, 0));
      others.fit(sequences(12, 3, 6, 3, 1e3));
    }
    assertSameBits(others.params(), zeros.params());
    assertThat(zeros.evaluate(whole(sequences(12, 3, 6, 3, 7))).accuracy()).isGreaterThan(0.6);
  }

  private static void sentiment() {
    MultiLayerConfiguration conf =
        base(new Adam(0.03))
            .list()
            .layer(new LSTM.Builder().nIn(4).nOut(6).build())
            .layer(steps(6, 2))
            .build();
    DataSet data = sequences(16, 4, 5, 2, 5);
    Ensemble ensemble = DeepEnsemble.of(conf).members(2).seed(1).build().fit(whole(data), 3);
    INDArray output = ensemble.output(data.getFeatures(), data.getFeaturesMaskArray());
    int right = 0;
    for (int i = 0; i < 16; i++) {
      for (int t = 0; t < 5; t++) {
        int predicted = output.getDouble(i, 1, t) > output.getDouble(i, 0, t) ? 1 : 0;
        boolean counts = data.getLabelsMaskArray().getDouble(i, t) == 1;
        right += counts && data.getLabels().getDouble(i, predicted, t) == 1 ? 1 : 0;
      }
    }
    Evaluation evaluation = ensemble.evaluate(whole(data));
    assertThat(evaluation.getNumRowCounter()).isEqualTo(16);
    assertThat(evaluation.accuracy()).isEqualTo(right / 16.0);
    INDArray[] masks = {data.getFeaturesMaskArray()};
    assertNear(
        ensemble.toComputationGraph().output(false, new INDArray[] {data.getFeatures()}, masks)[0],
        output);
  }

  private static MultiLayerConfiguration selfAttention(double p) {
    return base(new Adam(0.01))
        .list()
        .layer(new LSTM.Builder().nOut(4).dropOut(new LockedDropout(p)).build())
        .layer(new SelfAttentionLayer.Builder().nOut(4).nHeads(2).projectInput(true).build())
        .layer(new LastTimeStep(new LSTM.Builder().nOut(4).build()))
        .layer(classes(4, 3))
        .setInputType(InputType.recurrent(4))
        .build();
  }

  private static void attention() {
    DataSet data = sequences(6, 4, 5, 3, 0);
    INDArray mask = data.getFeaturesMaskArray();
    DataSet images = new DataSet(data.getFeatures(), oneHot(3, 0, 1, 2, 0, 1, 2), mask, null);
    MultiLayerNetwork whole = net(selfAttention(1));
    MultiLayerNetwork dropped = net(selfAttention(0.6));
    whole.fit(images);
    dropped.fit(images);
    MonteCarloDropout same = MonteCarloDropout.of(whole).samples(3).seed(1).build();
    assertNear(
        same.predict(data.getFeatures(), mask).mean(),
        whole.output(data.getFeatures(), false, mask, null));
    INDArray other = sequences(6, 4, 5, 3, 50).getFeatures();
    MonteCarloDropout.Builder random = MonteCarloDropout.of(dropped).samples(5).seed(1);
    UncertainPrediction expected = random.build().predict(data.getFeatures(), mask);
    assertThat(spread(expected)).isGreaterThan(1e-4);
    assertNear(random.build().predict(other, mask).samples(), expected.samples());
  }
}
