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
import static io.github.dl4jx.contract.PublicCase.sequences;
import static io.github.dl4jx.contract.PublicCase.steps;
import static io.github.dl4jx.contract.PublicCase.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.Stacking;
import io.github.dl4jx.ensembles.uncertainty.MonteCarloDropout;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.dropout.LockedDropout;
import io.github.dl4jx.training.averaging.BatchNormStatistics;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.listener.GlobalNormClipping;
import io.github.dl4jx.training.listener.ReproducibleTraining;
import io.github.dl4jx.training.network.FrozenLayers;
import io.github.dl4jx.training.parallel.OneBitDataParallel;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.updaters.Lion;
import io.github.dl4jx.updaters.Signum;
import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import java.io.File;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Public reports of faults in Deeplearning4j and comparable libraries, tried on this one. */
class PublicReportsTest {

  @TempDir File folder;

  static Stream<Arguments> reports() {
    return Stream.of(
        row("deeplearning4j #4368, #6758: dropout of fine tuning", f -> fineTuning()),
        row("deeplearning4j #9653: a normalizer in the file", PublicReportsTest::normalizer),
        row("deeplearning4j #2287: graph, truncated, masks of labels", f -> truncated()),
        row("deeplearning4j #4817, #4614: dropout of GravesLSTM", f -> gravesDropout()),
        row("deeplearning4j #4898, #8836: saved every step", PublicReportsTest::savedEveryStep),
        row("deeplearning4j #10169: reloaded with a schedule", PublicReportsTest::schedule),
        row("deeplearning4j #3202: parallel training goes on", f -> parallel()),
        row("deeplearning4j #5095: frozen layers of a GAN", f -> frozen()),
        row("deeplearning4j #4389: a loss for each pixel", f -> pixels()),
        row("pytorch-lightning #14866: batch norm of averages", f -> batchNorm()),
        row("swa #15: evaluation in mid-training", f -> evaluatedInMidTraining()),
        row("scikit-learn #8566: a class that members never see", f -> rareClass()),
        row("scikit-learn #16537: weights of examples", f -> exampleMasks()));
  }

  private static Arguments row(String report, PublicCase test) {
    return arguments(report, test);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("reports")
  void report_triedHere_isAsExpected(String report, PublicCase test) throws Exception {
    test.run(folder);
  }

  private static void fineTuning() {
    MultiLayerNetwork net =
        net(
            base(new Adam(0.02))
                .list()
                .layer(
                    new ConvolutionLayer.Builder(2, 2)
                        .nOut(2)
                        .dropOut(new InvertedDropout(0.5))
                        .build())
                .layer(new SubsamplingLayer.Builder().build())
                .layer(new DenseLayer.Builder().nOut(4).dropOut(new InvertedDropout(0.5)).build())
                .layer(classes(4, 3))
                .setInputType(InputType.convolutional(6, 6, 1))
                .build());
    FineTuneConfiguration off = new FineTuneConfiguration.Builder().dropOut(0).build();
    FineTuneConfiguration on =
        new FineTuneConfiguration.Builder().dropout(new InvertedDropout(0.9)).build();
    MultiLayerNetwork without =
        new TransferLearning.Builder(net).fineTuneConfiguration(off).build();
    MultiLayerNetwork with = new TransferLearning.Builder(net).fineTuneConfiguration(on).build();
    for (int layer : new int[] {0, 2, 3}) {
      assertThat(without.getLayer(layer).conf().getLayer().getIDropout()).isNull();
      assertThat(with.getLayer(layer).conf().getLayer().getIDropout())
          .isEqualTo(new InvertedDropout(0.9));
    }
    DataSet data = images(6, 6, 3, 1);
    with.fit(data);
    assertSameBits(without.output(data.getFeatures()), net.output(data.getFeatures()));
  }

  private static void normalizer(File folder) throws IOException {
    DataSet data = clouds(30, 6, 3, 1);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(data);
    MultiLayerConfiguration conf = classifier(new Lion(0.01), new InvertedDropout(0.8));
    MultiLayerNetwork net = net(conf);
    net.setListeners(ResumableCheckpoints.in(folder).build());
    net.fit(batches(data, 10), 2);
    File newest = ResumableCheckpoints.resume(folder).orElseThrow().file();
    ModelSerializer.addNormalizerToModel(newest, normalizer);
    MultiLayerNetwork resumed = net(conf.clone());
    ResumableCheckpoints.resume(folder).orElseThrow().restoreInto(resumed);
    assertSameBits(resumed.params(), net.params()); // not of the checkpoint before
    assertThat(ModelSerializer.<NormalizerStandardize>restoreNormalizerFromFile(newest))
        .isEqualTo(normalizer);
  }

  private static ComputationGraphConfiguration truncatedGraph(double p) {
    return base(new Signum(0.005))
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(InputType.recurrent(3))
        .addLayer(
            "lstm",
            new LSTM.Builder().nIn(3).nOut(4).dropOut(new LockedDropout(p, 3)).build(),
            "in")
        .addLayer("out", steps(4, 3), "lstm")
        .setOutputs("out")
        .backpropType(BackpropType.TruncatedBPTT)
        .tBPTTLength(4)
        .build();
  }

  private static void truncated() {
    ComputationGraph zeros = net(truncatedGraph(0.8));
    ComputationGraph others = net(truncatedGraph(0.8));
    zeros.setListeners(new GlobalNormClipping(0.1));
    others.setListeners(new GlobalNormClipping(0.1));
    for (int i = 0; i < 5; i++) {
      zeros.fit(sequences(6, 3, 6, 3, 0)); // 6 steps: a segment of 4 and one of 2
      others.fit(sequences(6, 3, 6, 3, 7));
    }
    assertSameBits(others.params(), zeros.params());
  }

  @SuppressWarnings("deprecation") // the report is about them
  private static void gravesDropout() {
    DataSet data = sequences(6, 3, 4, 3, 0);
    Set<Double> scores = new HashSet<>();
    for (double p : new double[] {1, 0.8, 0.5, 0.2}) {
      Layer layer =
          new GravesLSTM.Builder().nIn(3).nOut(4).dropOut(new InvertedDropout(p, 1)).build();
      MultiLayerNetwork net =
          net(base(new Sgd(0.1)).list().layer(layer).layer(steps(4, 3)).build());
      net.fit(data);
      scores.add(net.score());
    }
    assertThat(scores).hasSize(4); // in the report they are all the same
    Layer both =
        new GravesBidirectionalLSTM.Builder()
            .nIn(3)
            .nOut(4)
            .dropOut(new InvertedDropout(0.5))
            .build();
    MultiLayerNetwork net = net(base(new Sgd(0.1)).list().layer(both).layer(steps(4, 3)).build());
    assertThatIllegalArgumentException() // there Deeplearning4j still ignores it
        .isThrownBy(() -> MonteCarloDropout.of(net).build().predict(data.getFeatures()))
        .withMessageContaining("it ignores that of [layer 0]");
  }

  private static void savedEveryStep(File folder) throws IOException {
    File file = new File(folder, "net.zip");
    DataSet data = clouds(12, 6, 3, 1);
    for (IUpdater updater :
        List.of(
            new Lion(0.01),
            OneBitGradient.around(new Adam(0.01)).build(),
            GradientNoise.around(new Adam(0.01)).eta(0.1).seed(4).build())) {
      MultiLayerNetwork whole = net(classifier(updater, new InvertedDropout(0.8, 5)));
      MultiLayerNetwork saved = whole.clone();
      for (int i = 0; i < 5; i++) {
        whole.fit(data);
        saved.fit(data);
        saved.save(file, true);
        saved = MultiLayerNetwork.load(file, true);
      }
      assertSameBits(saved.params(), whole.params());
    }
  }

  private static void schedule(File folder) throws IOException {
    File file = new File(folder, "net.zip");
    ISchedule schedule = CosineAnnealingSchedule.once(ScheduleType.EPOCH, 0.01, 0, 4);
    DataSet data = clouds(12, 6, 3, 1);
    MultiLayerNetwork whole = net(classifier(new Adam(schedule), null));
    MultiLayerNetwork reloaded = whole.clone();
    for (int day = 0; day < 6; day++) { // beyond the schedule's end
      whole.fit(batches(data, 6), 1);
      reloaded.fit(batches(data, 6), 1);
      reloaded.save(file, true);
      reloaded = MultiLayerNetwork.load(file, true);
    }
    assertSameBits(reloaded.params(), whole.params());
    assertThat(reloaded.score(data)).isFinite();
  }

  private static INDArray inParallel(int... epochs) {
    MultiLayerNetwork net = net(classifier(new Adam(0.01), new InvertedDropout(0.9, 1)));
    OneBitDataParallel parallel = OneBitDataParallel.of(net).workers(2).build();
    for (int part : epochs) {
      parallel.fit(batches(clouds(24, 6, 3, 1), 12), part);
    }
    return net.params();
  }

  private static void parallel() {
    INDArray atOnce = inParallel(3);
    assertSameBits(inParallel(1, 2), atOnce);
    assertSameBits(inParallel(1, 1, 1), atOnce);
  }

  private static void frozen() {
    MultiLayerConfiguration conf =
        base(GradientNoise.around(new Adam(0.02)).eta(0.01).seed(3).build())
            .list()
            .layer(new DenseLayer.Builder().nIn(3).nOut(2).build())
            .layer(new FrozenLayerWithBackprop(new DenseLayer.Builder().nIn(2).nOut(6).build()))
            .layer(classes(6, 2))
            .build();
    FrozenLayers.hold(conf);
    MultiLayerNetwork gan = net(conf);
    INDArray generator = gan.getLayer(0).params().dup();
    INDArray discriminator = gan.getLayer(1).params().dup();
    for (int i = 0; i < 10; i++) {
      gan.fit(clouds(8, 3, 2, i));
    }
    assertSameBits(gan.getLayer(1).params(), discriminator);
    assertThat(gan.getLayer(0).params()).isNotEqualTo(generator);
  }

  private static void pixels() {
    MultiLayerConfiguration conf =
        base(new Adam(0.05))
            .list()
            .layer(
                new ConvolutionLayer.Builder(1, 1).nOut(2).activation(Activation.IDENTITY).build())
            .layer(new CnnLossLayer.Builder().activation(Activation.SOFTMAX).build())
            .setInputType(InputType.convolutional(4, 4, 1))
            .build();
    INDArray x = images(8, 4, 2, 1).getFeatures();
    INDArray bright = x.gt(0.5).castTo(DataType.FLOAT);
    DataSet data = new DataSet(x, Nd4j.concat(1, bright.rsub(1), bright));
    Ensemble bag = Bagging.of(conf).members(2).seed(1).build().fit(batches(data, 4), 20);
    INDArray output = bag.output(x);
    int right = 0;
    for (int i = 0; i < 8; i++) {
      for (int pixel = 0; pixel < 16; pixel++) {
        int[] at = {i, 1, pixel / 4, pixel % 4};
        boolean isBright = bright.getDouble(i, 0, pixel / 4, pixel % 4) == 1;
        right += output.getDouble(at) > 0.5 == isBright ? 1 : 0;
      }
    }
    assertThat(bag.evaluate(whole(data)).accuracy()).isEqualTo(right / 128.0).isGreaterThan(0.6);
    assertNear(bag.toComputationGraph().outputSingle(x), output);
  }

  private static MultiLayerConfiguration normalized() {
    return base(new Adam(0.05))
        .list()
        .layer(new DenseLayer.Builder().nIn(6).nOut(2).build())
        .layer(new BatchNormalization.Builder().nIn(2).nOut(2).build())
        .layer(classes(2, 3))
        .build();
  }

  private static void batchNorm() {
    DataSet data = clouds(40, 6, 3, 1);
    MultiLayerNetwork net = net(normalized());
    WeightAveragingListener swa = WeightAveragingListener.swa(1).build();
    net.setListeners(swa);
    net.fit(batches(data, 10), 4);
    MultiLayerNetwork averaged = swa.averagedNetwork(net);
    BatchNormStatistics.refresh(averaged, whole(data));
    INDArray in = averaged.feedForwardToLayer(0, data.getFeatures(), false).get(1);
    for (int unit = 0; unit < 2; unit++) {
      double mean = 0;
      double square = 0;
      for (int i = 0; i < 40; i++) {
        mean += in.getDouble(i, unit) / 40;
        square += in.getDouble(i, unit) * in.getDouble(i, unit) / 40;
      }
      assertThat(averaged.getParam("1_mean").getDouble(unit)).isCloseTo(mean, within(1e-5));
      assertThat(Math.pow(10, 2 * averaged.getParam("1_log10stdev").getDouble(unit)))
          .isCloseTo(square - mean * mean, within(1e-4));
    }
  }

  private static void evaluatedInMidTraining() {
    DataSet data = clouds(40, 6, 3, 1);
    MultiLayerNetwork evaluated = net(normalized());
    MultiLayerNetwork left = evaluated.clone();
    WeightAveragingListener ema = WeightAveragingListener.ema(0.9).build();
    evaluated.setListeners(ema, new ReproducibleTraining(1));
    left.setListeners(WeightAveragingListener.ema(0.9).build(), new ReproducibleTraining(1));
    for (int epoch = 0; epoch < 3; epoch++) {
      evaluated.fit(batches(data, 10), 1);
      left.fit(batches(data, 10), 1);
      try (var swapped = ema.swapInto(evaluated)) {
        assertThat(swapped).isNotNull();
        evaluated.evaluate(batches(data, 20));
      }
      BatchNormStatistics.refresh(ema.averagedNetwork(evaluated), batches(data, 10));
    }
    assertSameBits(evaluated.params(), left.params());
  }

  private static void rareClass() {
    DataSet two = clouds(40, 6, 2, 1); // of three classes
    DataSet data = new DataSet(two.getFeatures(), Nd4j.zeros(DataType.FLOAT, 40, 3));
    for (int i = 0; i < 40; i++) {
      data.getLabels().putScalar(i, i == 39 ? 2 : i % 2, 1);
    }
    Ensemble bag =
        Bagging.of(classifier(new Adam(0.02), null))
            .members(4)
            .rows(0.1)
            .seed(1)
            .build()
            .fit(batches(data, 10), 3);
    INDArray sums = bag.output(data.getFeatures()).sum(1);
    assertNear(sums, Nd4j.ones(DataType.FLOAT, 40));
    assertThat(bag.output(data.getFeatures()).size(1)).isEqualTo(3);
  }

  /** Labels behind the mask, right or wrong, must not count: or the mask is refused. */
  private static void exampleMasks() {
    DataSet right = clouds(30, 6, 3, 1);
    INDArray mask = Nd4j.ones(DataType.FLOAT, 30, 1);
    INDArray labels = right.getLabels().dup();
    for (int i = 0; i < 30; i += 2) {
      mask.putScalar(i, 0, 0);
      labels.putRow(i, right.getLabels().getRow((i + 1) % 30));
    }
    right.setLabelsMaskArray(mask);
    DataSet wrong = new DataSet(right.getFeatures(), labels, null, mask);
    MultiLayerConfiguration conf = classifier(new Adam(0.02), null);
    Bagging bagging = Bagging.of(conf).members(2).seed(1).build();
    assertSameBits(
        bagging.fit(whole(wrong), 3).output(right.getFeatures()),
        bagging.fit(whole(right), 3).output(right.getFeatures()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Stacking.of(conf).members(2).folds(2).build().fit(whole(wrong), 1))
        .withMessageContaining("data must have no mask of the labels");
  }
}
