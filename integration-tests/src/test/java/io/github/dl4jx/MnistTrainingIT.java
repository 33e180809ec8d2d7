package io.github.dl4jx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.checkpoint.CheckpointVoting;
import io.github.dl4jx.ensembles.io.EnsembleSerializer;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.layers.InvertedDropoutLayer;
import io.github.dl4jx.studies.mnist.Mnist;
import io.github.dl4jx.training.averaging.SwappedWeights;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.updaters.SignSgd;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * The techniques in whole training runs over {@code MnistDataSetIterator}, on 6,000 examples.
 *
 * <p>A linear classifier on so few examples is right in about 88 % of the test set, a working
 * 784-64-10 network in 90 % and more after two epochs, on MNIST and on the drawn digits.
 */
class MnistTrainingIT {

  private static final int EXAMPLES = 6000;

  private static final List<DataSet> TEST = new ArrayList<>();

  private static final WeightAveragingListener EMA = WeightAveragingListener.ema(0.95).build();

  @TempDir static File checkpoints;

  /** Three epochs of {@link #noisy}. */
  private static MultiLayerNetwork trained;

  @TempDir File folder;

  @BeforeAll
  static void trainOnce() throws IOException {
    Mnist.install();
    new MnistDataSetIterator(500, 5000, false, false, false, 0).forEachRemaining(TEST::add);
    trained = network(noisy());
    trained.setListeners(
        EMA,
        new CheckpointListener.Builder(checkpoints)
            .keepAll()
            .saveEveryEpoch()
            .logSaving(false)
            .build());
    trained.fit(train(), 3);
  }

  private static DataSetIterator train() throws IOException {
    return new MnistDataSetIterator(50, EXAMPLES, false, true, true, 1);
  }

  private static DataSetIterator test() {
    return new ExistingDataSetIterator(TEST);
  }

  private static MultiLayerConfiguration configuration(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(updater)
        .list()
        .layer(new DenseLayer.Builder().nIn(784).nOut(64).activation(Activation.RELU).build())
        .layer(new InvertedDropoutLayer(0.9))
        .layer(
            new OutputLayer.Builder()
                .nIn(64)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .dropOut(new InvertedDropout(0.9))
                .build())
        .build();
  }

  private static MultiLayerConfiguration noisy() {
    return configuration(GradientNoise.around(new Adam(2e-3)).eta(1e-4).seed(7).build());
  }

  private static MultiLayerNetwork network(MultiLayerConfiguration configuration) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    return net;
  }

  @Test
  void fit_dropoutNoiseAndAverage_learns() {
    assertThat(trained.evaluate(test()).accuracy()).isGreaterThan(0.88);
    try (SwappedWeights swapped = EMA.swapInto(trained)) {
      assertThat(trained.evaluate(test()).accuracy()).isGreaterThan(0.88);
    }
  }

  @Test
  void fit_signSgd_learns() throws IOException {
    // equal steps settle only if they become smaller
    ISchedule falling = new ExponentialSchedule(ScheduleType.EPOCH, 2e-3, 0.5);
    MultiLayerNetwork net = network(configuration(new SignSgd(falling)));
    net.fit(train(), 5);
    assertThat(net.evaluate(test()).accuracy()).isGreaterThan(0.88);
  }

  @Test
  void bagging_oneAndTwoThreads_sameBitsAndSavedTheSame() throws IOException {
    Bagging.Builder bagging = Bagging.of(noisy()).members(3).seed(42);
    Ensemble one = bagging.parallelism(1).build().fit(train(), 2);
    Ensemble two = bagging.parallelism(2).build().fit(train(), 2);
    for (int m = 0; m < 3; m++) {
      assertThat(two.member(m).params().toFloatVector())
          .isEqualTo(one.member(m).params().toFloatVector());
    }
    double accuracy = one.evaluate(test()).accuracy();
    assertThat(accuracy).isGreaterThan(0.88);
    File file = new File(folder, "bag.zip");
    EnsembleSerializer.save(one, file);
    assertThat(EnsembleSerializer.load(file).evaluate(test()).accuracy()).isEqualTo(accuracy);
  }

  @Test
  void checkpointVoting_overARun_learns() throws IOException {
    assertThat(CheckpointVoting.last(checkpoints, 2).evaluate(test()).accuracy())
        .isGreaterThan(0.88);
  }

  @Test
  void earlyStopping_withEverything_keepsTheBestModel() throws IOException {
    EarlyStoppingConfiguration<MultiLayerNetwork> stopping =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(3))
            .scoreCalculator(new DataSetLossCalculator(test(), true))
            .evaluateEveryNEpochs(1)
            .modelSaver(new InMemoryModelSaver<>())
            .build();
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(stopping, noisy(), train()).fit();
    assertThat(result.getTotalEpochs()).isEqualTo(3);
    assertThat(result.getBestModel().evaluate(test()).accuracy()).isGreaterThan(0.88);
  }
}
