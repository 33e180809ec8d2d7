package io.github.dl4jx.contract;

import static io.github.dl4jx.contract.UpdaterRow.Rule.LOSS_FALLS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingModelSaver;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.LocalFileModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** Every updater under Deeplearning4j's trainers. */
@Timeout(60) // ParallelWrapper waits forever for a worker that has failed
class UpdaterTrainersTest {

  private static final String UPDATERS = "io.github.dl4jx.contract.UpdaterContractTest#updaters";
  private static final int STEPS = 20;

  private static DataSetIterator sameBatch(int times) {
    List<DataSet> batches =
        Stream.generate(() -> Networks.batch(0, DataType.FLOAT))
            .limit(times)
            .collect(Collectors.toList());
    return new ListDataSetIterator<>(batches, 1);
  }

  private static void assertFinite(MultiLayerNetwork net) {
    for (float value : net.params().toFloatVector()) {
      assertThat(value).isFinite();
    }
  }

  /**
   * Nothing is asked about the values: a worker is copied from the network while another one trains
   * it already, so that even Deeplearning4j's own updaters end differently every time.
   */
  @ParameterizedTest
  @MethodSource(UPDATERS)
  void parallelWrapper_averaging_staysFiniteAndLossFalls(UpdaterRow row) {
    MultiLayerNetwork net = Networks.network(row.updater(), DataType.FLOAT);
    DataSet batch = Networks.batch(0, DataType.FLOAT);
    double before = net.score(batch);
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(net)
            .workers(2)
            .averagingFrequency(1)
            .trainingMode(ParallelWrapper.TrainingMode.AVERAGING)
            .prefetchBuffer(0)
            .build();
    wrapper.fit(sameBatch(2 * STEPS));
    wrapper.shutdown();
    assertThat(net.getIterationCount()).isEqualTo(STEPS);
    assertFinite(net);
    row.assume(LOSS_FALLS); // what was asserted up to here holds for noise, too
    assertThat(net.score(batch)).isLessThan(before);
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void earlyStopping_bestModel_isRestoredAndGoesOn(UpdaterRow row, @TempDir File folder)
      throws IOException {
    MultiLayerNetwork net = Networks.network(row.updater(), DataType.FLOAT);
    DataSet batch = Networks.batch(0, DataType.FLOAT);
    EarlyStoppingModelSaver<MultiLayerNetwork> saver = new LocalFileModelSaver(folder.getPath());
    EarlyStoppingConfiguration<MultiLayerNetwork> stopping =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(2))
            .scoreCalculator(new DataSetLossCalculator(sameBatch(1), true))
            .modelSaver(saver)
            .saveLastModel(true)
            .build();
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(stopping, net, sameBatch(5)).fit();
    assertThat(result.getTerminationReason())
        .isEqualTo(EarlyStoppingResult.TerminationReason.EpochTerminationCondition);
    assertThat(result.getTotalEpochs()).isEqualTo(2);
    // the same forward pass once more, but for a division and multiplication by the batch size
    assertThat(saver.getBestModel().score(batch))
        .isCloseTo(result.getScoreVsEpoch().get(result.getBestModelEpoch()), within(1e-9));
    MultiLayerNetwork latest = saver.getLatestModel();
    assertThat(latest.getLayerWiseConfigurations()).isEqualTo(net.getLayerWiseConfigurations());
    Networks.fit(net, 0, 5);
    Networks.fit(latest, 0, 5);
    assertThat(latest.params().toFloatVector()).isEqualTo(net.params().toFloatVector());
  }

  private static MultiLayerNetwork withNewOutput(UpdaterRow row) {
    MultiLayerNetwork source = Networks.network(new NoOp(), DataType.FLOAT);
    return new TransferLearning.Builder(source)
        .fineTuneConfiguration(new FineTuneConfiguration.Builder().updater(row.updater()).build())
        .nOutReplace(1, 5, WeightInit.XAVIER)
        .build();
  }

  private static DataSet fiveClasses() {
    DataSet batch = Networks.batch(0, DataType.FLOAT);
    batch.setLabels(Nd4j.zeros(DataType.FLOAT, 16, 5));
    for (int i = 0; i < 16; i++) {
      batch.getLabels().putScalar(i, i % 5, 1);
    }
    return batch;
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void transferLearning_newOutputLayer_trainsWithTheUpdater(UpdaterRow row) {
    MultiLayerNetwork net = withNewOutput(row);
    for (int layer = 0; layer < 2; layer++) {
      assertThat(((BaseLayer) net.getLayer(layer).conf().getLayer()).getIUpdater())
          .isEqualTo(row.updater());
    }
    DataSet batch = fiveClasses();
    float[] before = net.params().toFloatVector();
    for (int step = 0; step < STEPS; step++) {
      net.fit(batch);
    }
    assertFinite(net);
    assertThat(net.params().toFloatVector()).isNotEqualTo(before);
    assertThat(Networks.state(net)).hasSize((int) row.updater().stateSize(before.length));
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void transferLearning_cloned_keepsTheState(UpdaterRow row) {
    assumeThat(row.updater().stateSize(1)).as("values of state a parameter").isPositive();
    MultiLayerNetwork net = withNewOutput(row);
    DataSet batch = fiveClasses();
    for (int step = 0; step < STEPS; step++) {
      net.fit(batch);
    }
    MultiLayerNetwork clone = net.clone();
    net.fit(batch);
    clone.fit(batch);
    assertThat(clone.params().toFloatVector()).isEqualTo(net.params().toFloatVector());
    assertThat(Networks.state(clone)).isEqualTo(Networks.state(net));
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void transferLearning_sameBatch_lossFalls(UpdaterRow row) {
    row.assume(LOSS_FALLS);
    MultiLayerNetwork net = withNewOutput(row);
    DataSet batch = fiveClasses();
    double before = net.score(batch);
    for (int step = 0; step < STEPS; step++) {
      net.fit(batch);
    }
    assertThat(net.score(batch)).isLessThan(before);
  }
}
