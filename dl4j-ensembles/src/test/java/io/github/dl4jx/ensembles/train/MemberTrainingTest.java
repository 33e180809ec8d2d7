package io.github.dl4jx.ensembles.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleListener;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.GeometricMean;
import io.github.dl4jx.ensembles.combine.HardVote;
import io.github.dl4jx.ensembles.combine.MedianVote;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.combine.WeightedVote;
import io.github.dl4jx.ensembles.run.SnapshotEnsemble;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.resume.FolderLock;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.KFoldIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** What all trainers share, shown with a deep ensemble. */
class MemberTrainingTest {

  private static final DataSet DATA = TestNetworks.rings(120, 5);

  @TempDir Path folder;

  /** Counts the epochs of its network. */
  private static final class Epochs extends BaseTrainingListener {
    final AtomicInteger count = new AtomicInteger();

    @Override
    public void onEpochEnd(Model model) {
      count.incrementAndGet();
    }
  }

  private final Map<Integer, Epochs> epochs = new ConcurrentHashMap<>();

  private Set<TrainingListener> counting(int member) {
    return Set.of(epochs.computeIfAbsent(member, m -> new Epochs()));
  }

  private DeepEnsemble.Builder three() {
    return DeepEnsemble.of(TestNetworks.configuration(1))
        .members(3)
        .seed(7)
        .memberListeners(this::counting);
  }

  private static DataSetIterator data() {
    return new ListDataSetIterator<>(DATA.asList(), 30);
  }

  private static void assertSame(Ensemble one, Ensemble other) {
    assertThat(one.size()).isEqualTo(other.size());
    for (int m = 0; m < one.size(); m++) {
      assertThat(one.member(m).params()).isEqualTo(other.member(m).params());
    }
  }

  @Test
  void progress_listenerThrows_stopsTheTraining() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                three()
                    .progress(
                        (member, finished, of, network) -> {
                          throw new IllegalStateException("enough");
                        })
                    .build()
                    .fit(data(), 1))
        .withMessage("enough");
    assertThat(epochs).containsKey(0);
  }

  @Test
  void progress_listenerThrowsAnError_leavesNoThreads() throws InterruptedException {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                three()
                    .progress(
                        (member, finished, of, network) -> {
                          throw new AssertionError("enough");
                        })
                    .build()
                    .fit(data(), 1))
        .withMessage("enough");
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("dl4jx-member")) {
        thread.join(60_000); // one that waits for more work never ends
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  @Test
  void resumeIn_configurationWithoutSeed_isTheSameTraining() {
    MultiLayerConfiguration first = TestNetworks.configuration(1);
    MultiLayerConfiguration second = TestNetworks.configuration(2); // as if built at another time
    DeepEnsemble.of(first).members(1).resumeIn(folder.toFile()).build().fit(data(), 1);
    AtomicInteger trained = new AtomicInteger();
    DeepEnsemble.of(second)
        .members(1)
        .resumeIn(folder.toFile())
        .memberListeners(
            member -> {
              trained.incrementAndGet();
              return Set.of();
            })
        .build()
        .fit(data(), 1);
    assertThat(trained.get()).isZero();
  }

  @Test
  void resumeIn_stoppedAfterOneMember_trainsTheOthersOnly() {
    Ensemble whole = three().build().fit(data(), 2);
    epochs.clear();
    EnsembleListener stop =
        (member, finished, of, network) -> {
          throw new IllegalStateException("killed");
        };
    assertThatIllegalStateException()
        .isThrownBy(() -> three().resumeIn(folder.toFile()).progress(stop).build().fit(data(), 2));
    List<Integer> before = new ArrayList<>(epochs.keySet());
    assertThat(before).contains(0);
    List<Path> saved = members();
    assertThat(saved).isNotEmpty();
    epochs.clear();
    Ensemble resumed = three().resumeIn(folder.toFile()).build().fit(data(), 2);
    assertThat(epochs).hasSize(3 - saved.size());
    assertSame(resumed, whole);
    epochs.clear();
    assertSame(three().resumeIn(folder.toFile()).build().fit(data(), 2), whole);
    assertThat(epochs).isEmpty();
  }

  private List<Path> members() {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith("member-")).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void resumeIn_damagedMember_isTrainedAgain() throws IOException {
    Ensemble whole = three().resumeIn(folder.toFile()).build().fit(data(), 1);
    Path damaged = folder.resolve("member-1.zip");
    byte[] bytes = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length / 2));
    epochs.clear();
    assertSame(three().resumeIn(folder.toFile()).build().fit(data(), 1), whole);
    assertThat(epochs).containsOnlyKeys(1);
  }

  @Test
  void resumeIn_anotherTrainingIsAtIt_isRefusedAndHarmsNothing() throws IOException {
    Path writing = folder.resolve(".member-0.zip.some-id.tmp");
    try (FolderLock other = FolderLock.acquire(folder)) {
      Files.write(writing, new byte[9]);
      assertThatIllegalStateException()
          .isThrownBy(() -> three().resumeIn(folder.toFile()).build().fit(data(), 1))
          .withMessageContaining("the folder " + folder + " is in use by process ")
          .withMessageContaining(String.valueOf(ProcessHandle.current().pid()));
      assertThat(epochs).isEmpty();
      assertThat(writing).exists();
      assertThat(folder.resolve("training.txt")).doesNotExist();
    }
    three().resumeIn(folder.toFile()).build().fit(data(), 1);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("training.txt", "member-0.zip", "member-1.zip", "member-2.zip");
  }

  @Test
  void resumeIn_rowsInAnotherOrder_isRefused() {
    File run = folder.toFile();
    three().resumeIn(run).build().fit(TrainingData.of(DATA, 30), 1);
    DataSet turned = DATA.copy();
    int n = turned.numExamples();
    INDArray features = turned.getFeatures();
    INDArray first = features.getRow(0).dup();
    features.putRow(0, features.getRow(n - 1));
    features.putRow(n - 1, first);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> three().resumeIn(run).build().fit(TrainingData.of(turned, 30), 1))
        .withMessageStartingWith("folder must be empty or hold the same training, got");
  }

  @Test
  void fit_streamWithoutABatch_isRefused() {
    TrainingData empty =
        TrainingData.streaming(() -> new ExistingDataSetIterator(List.<DataSet>of()));
    assertThatIllegalStateException()
        .isThrownBy(() -> three().build().fit(empty, 1))
        .withMessageContaining("data must have at least 1 batch, got 0");
    assertThatIllegalStateException()
        .isThrownBy(() -> three().build().fit(TrainingData.streaming(() -> null), 1))
        .withMessageContaining("source must not give null");
  }

  @Test
  void trainingData_labelsAreNull_isNamed() {
    List<DataSet> batches = Arrays.asList(DATA, new DataSet(DATA.getFeatures(), null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainingData.of(new ExistingDataSetIterator(batches)))
        .withMessageContaining("data must have no batch, features or labels that are null")
        .withMessageContaining("batch 1");
    batches.set(1, null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainingData.of(new ExistingDataSetIterator(batches)))
        .withMessageContaining("batch 1");
  }

  @Test
  void trainingData_iteratorThatHasNoBatchAtItsEnd_isRead() {
    TrainingData data = TrainingData.of(new KFoldIterator(4, DATA.copy()));
    assertThat(data.examples().numExamples()).isEqualTo(3 * DATA.numExamples());
  }

  @Test
  void resumeIn_otherTraining_isRefused() {
    File run = folder.toFile();
    three().resumeIn(run).build().fit(data(), 1);
    List<Runnable> others =
        List.of(
            () -> three().resumeIn(run).build().fit(data(), 2),
            () -> three().resumeIn(run).seed(8).build().fit(data(), 1),
            () -> three().resumeIn(run).members(4).build().fit(data(), 1),
            () -> three().resumeIn(run).build().fit(TrainingData.of(DATA, 40), 1),
            () -> three().resumeIn(run).earlyStopping(data(), 1).build().fit(data(), 1),
            () ->
                Bagging.of(TestNetworks.configuration(1))
                    .members(3)
                    .seed(7)
                    .resumeIn(run)
                    .build()
                    .fit(data(), 1));
    for (Runnable other : others) {
      assertThatIllegalArgumentException()
          .isThrownBy(other::run)
          .withMessageStartingWith("folder must be empty or hold the same training, got");
    }
  }

  /** Labels of the validation data are rolled, so that learning makes its score worse. */
  @Test
  void earlyStopping_scoreRises_takesTheBestEpochAndStops() {
    DataSet rolled = DATA.copy();
    for (int i = 0; i < rolled.numExamples(); i++) {
      rolled.getLabels().getRow(i).assign(DATA.getLabels().getRow((i + 1) % 120));
    }
    DataSetIterator validation = new ListDataSetIterator<>(rolled.asList(), 50);
    Ensemble stopped = three().earlyStopping(validation, 2).build().fit(data(), 50);
    int[] counts = {count(0), count(1), count(2)};
    for (int m = 0; m < 3; m++) {
      assertThat(counts[m]).isBetween(3, 20);
      // the best epoch is the one before the two that were no better
      Ensemble best = three().build().fit(data(), counts[m] - 2);
      assertThat(stopped.member(m).params()).isEqualTo(best.member(m).params());
    }
  }

  private int count(int member) {
    return epochs.get(member).count.get();
  }

  @Test
  void fit_divergedMember_isRefused() {
    MultiLayerConfiguration conf = TestNetworks.regression(1);
    conf.getConfs().forEach(c -> ((BaseLayer) c.getLayer()).setIUpdater(new Sgd(1e20)));
    DataSet values = DATA.copy();
    values.setLabels(values.getFeatures().norm2(true, 1));
    assertThatIllegalStateException()
        .isThrownBy(() -> DeepEnsemble.of(conf).build().fit(TrainingData.of(values, 30), 3))
        .withMessageContaining("the parameters are not finite any more: the training diverged");
  }

  @Test
  void fit_severalConfigurations_areTakenInTurn() {
    MultiLayerConfiguration wide = TestNetworks.configuration(1, 20);
    Ensemble mixed =
        DeepEnsemble.of(TestNetworks.configuration(1), wide).members(3).build().fit(data(), 1);
    assertThat(mixed.member(0).params().length()).isEqualTo(75);
    assertThat(mixed.member(1).params().length()).isEqualTo(123); // 2*20 + 20 + 20*3 + 3
    assertThat(mixed.member(2).params().length()).isEqualTo(75);
  }

  @Test
  void fit_stream_isReadByEachMember() {
    AtomicInteger opened = new AtomicInteger();
    TrainingData stream =
        TrainingData.streaming(
            () -> {
              opened.incrementAndGet();
              return data();
            });
    Ensemble deep = three().build().fit(stream, 2);
    assertThat(opened).hasValue(3);
    assertThat(deep.member(0).params()).isNotEqualTo(deep.member(1).params());
  }

  @Test
  void settings_badValues_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> three().members(0))
        .withMessage("members must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> three().parallelism(0))
        .withMessage("parallelism must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> three().combine(new WeightedVote(1, 2)).build())
        .withMessageContaining("2")
        .withMessageContaining("3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> three().earlyStopping(data(), 0))
        .withMessage("patience must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> three().build().fit(data(), 0))
        .withMessage("epochs must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainingData.of(DATA, 0))
        .withMessage("batch must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeepEnsemble.of(new MultiLayerConfiguration[0]))
        .withMessage("configurations must have at least 1, got 0");
  }

  @Test
  void resumeIn_otherValidationData_isRefused() {
    File run = folder.resolve("stopped").toFile();
    three().resumeIn(run).earlyStopping(data(), 1).build().fit(data(), 2);
    DataSetIterator other = new ListDataSetIterator<>(TestNetworks.rings(120, 99).asList(), 50);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> three().resumeIn(run).earlyStopping(other, 1).build().fit(data(), 2))
        .withMessageStartingWith("folder must be empty or hold the same training, got");
  }

  private static MultiLayerConfiguration timeInTheMiddle() {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(new LSTM.Builder().nIn(3).nOut(4).dataFormat(RNNFormat.NWC).build())
        .layer(
            new RnnOutputLayer.Builder(LossFunctions.LossFunction.MSE)
                .nIn(4)
                .nOut(2)
                .dataFormat(RNNFormat.NWC)
                .activation(Activation.IDENTITY)
                .build())
        .build();
  }

  private static TrainingData sequencesWithTimeInTheMiddle() {
    return TrainingData.of(new DataSet(Nd4j.rand(8, 5, 3), Nd4j.rand(8, 5, 2)), 4);
  }

  @Test
  void features_sequencesWithTimeInTheMiddle_areRefused() {
    assertThatThrownBy(
            () ->
                Bagging.of(timeInTheMiddle())
                    .features(0.5)
                    .build()
                    .fit(sequencesWithTimeInTheMiddle(), 1))
        .hasStackTraceContaining("features must be 1 for sequences in the format NWC");
  }

  /** With no time lost, and no member. */
  @Test
  void fit_ruleOfClassesWithTimeInTheMiddle_isRefusedBeforeTraining() {
    Epochs epochs = new Epochs();
    DeepEnsemble ensemble =
        DeepEnsemble.of(timeInTheMiddle())
            .members(2)
            .combine(new HardVote())
            .memberListeners(member -> List.of(epochs))
            .build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ensemble.fit(sequencesWithTimeInTheMiddle(), 1))
        .withMessageStartingWith("hard-vote needs classes on axis 1, but a RnnOutputLayer");
    assertThat(epochs.count).hasValue(0);
  }

  @Test
  void rule_ofClassesOnTheLastAxis_isRefusedForAnyOutput() {
    for (Layer last :
        List.of(
            new RnnLossLayer.Builder().dataFormat(RNNFormat.NWC).build(),
            new LSTM.Builder().nIn(4).nOut(2).dataFormat(RNNFormat.NWC).build(),
            channelsLast(),
            new Cnn3DLossLayer.Builder(Convolution3D.DataFormat.NDHWC).build())) {
      ComputationGraph graph =
          new ComputationGraph(
              new NeuralNetConfiguration.Builder()
                  .activation(Activation.SOFTMAX)
                  .graphBuilder()
                  .addInputs("in")
                  .addLayer("first", new OutputLayer.Builder().nIn(3).nOut(4).build(), "in")
                  .addLayer("second", last, "in")
                  .setOutputs("first", "second")
                  .build());
      graph.init();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Ensemble.of(new HardVote(), List.of(graph)))
          .withMessageContaining(
              "needs classes on axis 1, but a " + last.getClass().getSimpleName());
      Ensemble.of(new SoftVote(), List.of(graph)).close();
    }
  }

  private static CnnLossLayer channelsLast() {
    CnnLossLayer layer = new CnnLossLayer.Builder().build();
    layer.setNIn(InputType.convolutional(2, 2, 3, CNN2DFormat.NHWC), true);
    return layer;
  }

  @Test
  void fit_sequencesWithTimeInTheMiddle_makesSnapshots() {
    SnapshotEnsemble snapshots =
        SnapshotEnsemble.of(timeInTheMiddle()).cycles(2).learningRate(0.1).build();
    try (Ensemble ensemble = snapshots.fit(sequencesWithTimeInTheMiddle(), 2)) {
      assertThat(ensemble.size()).isEqualTo(2);
    }
  }

  @Test
  void rule_ofClassesWithTimeInTheMiddle_isRefused() {
    MultiLayerNetwork network = new MultiLayerNetwork(timeInTheMiddle());
    network.init();
    try (Ensemble ensemble = Ensemble.of(new SoftVote(), List.of(network))) {
      for (CombinationRule rule : List.of(new HardVote(), new MedianVote(), new GeometricMean())) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> ensemble.withRule(rule))
            .withMessageContaining("needs classes on axis 1");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Ensemble.of(rule, List.of(network)))
            .withMessageContaining("needs classes on axis 1");
      }
      ensemble.withRule(new WeightedVote(1)).close();
    }
  }
}
