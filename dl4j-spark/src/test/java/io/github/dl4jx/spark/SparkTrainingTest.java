package io.github.dl4jx.spark;

import static io.github.dl4jx.spark.Tasks.assertSame;
import static io.github.dl4jx.spark.Tasks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.ensembles.train.Stacking;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.training.jobs.KeptResults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** In Spark's local mode: the tasks are serialized and scheduled as on a cluster, in this JVM. */
@Timeout(60)
class SparkTrainingTest {

  private static final TrainingData DATA = TrainingData.of(Tasks.points(200, 5), 32);

  private static JavaSparkContext context;

  @BeforeAll
  static void startSpark() {
    assumeThat(LocalCluster.obstacle()).as("Spark can be started").isNull();
    context = LocalCluster.inThisJvm("local[2,2]", "dl4jx-test");
  }

  @AfterAll
  static void stopSpark() {
    if (context != null) {
      context.close();
    }
  }

  private final SparkTraining spark = context == null ? null : SparkTraining.on(context);

  private static Bagging.Builder bagging() {
    return Bagging.of(Tasks.network(8)).members(3).seed(7);
  }

  private static ComputationGraphConfiguration graph() {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(0.01))
        .graphBuilder()
        .addInputs("in")
        .addLayer(
            "out", new OutputLayer.Builder().nIn(Tasks.FEATURES).nOut(Tasks.CLASSES).build(), "in")
        .setOutputs("out")
        .build();
  }

  private static MultiLayerConfiguration last(int inputs) {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(0.01))
        .list()
        .layer(new OutputLayer.Builder().nIn(inputs).nOut(Tasks.CLASSES).build())
        .build();
  }

  @Test
  void fit_baggingOfSomeRowsAndFeatures_isTheSameAsHere() {
    Bagging.Builder some = bagging().rows(0.5).withoutReplacement().features(0.6);
    Ensemble here = some.build().fit(DATA, 2);
    Ensemble there = some.execution(spark).build().fit(DATA, 2);
    assertSame(there, here);
    assertThat(bits(there.member(0).params())).isNotEqualTo(bits(there.member(1).params()));
  }

  /** Five members as two wide networks and one: three tasks. */
  @Test
  void fit_stackedMembers_areGroupsOfTheCluster() {
    Bagging.Builder stacked = bagging().members(5).stacked(2);
    Ensemble here = stacked.build().fit(DATA, 2);
    assertSame(stacked.execution(spark).build().fit(DATA, 2), here);
    assertThat(spark.machines()).hasSize(3);
  }

  @Test
  void all_localMode_isThisMachineWithTheThreadsOfATask() {
    List<Machine> machines = Machine.all(context, "test");
    assertThat(machines).hasSize(1);
    assertThat(machines.get(0).executor()).isEqualTo("driver");
    assertThat(machines.get(0).openMpThreads()).isEqualTo(1);
    assertThat(machines.get(0).kernels()).isEqualTo(Machine.kernelsHere());
  }

  @Test
  void fit_deepEnsembleOfGraphs_isTheSameAsHere() {
    DeepEnsemble.Builder graphs = DeepEnsemble.of(graph()).members(2).seed(1);
    Ensemble here = graphs.build().fit(DATA, 2);
    assertSame(graphs.execution(spark).build().fit(DATA, 2), here);
  }

  @Test
  void fit_stackingOutOfFold_isTheSameAsHere() {
    Stacking.Builder stacking =
        Stacking.of(Tasks.network(4), Tasks.network(8))
            .folds(2)
            .seed(5)
            .lastNetwork(last(2 * Tasks.CLASSES), 1);
    int[] here = bits(stacking.build().fit(DATA, 1).params());
    assertThat(bits(stacking.execution(spark).build().fit(DATA, 1).params())).isEqualTo(here);
    assertThat(spark.machines()).hasSize(6); // 2 members, each without fold 1, fold 2, and none
  }

  @Test
  void fit_earlyStopping_isTheSameAsHere() {
    DataSetIterator validation = new ListDataSetIterator<>(Tasks.points(60, 9).asList(), 20);
    Bagging.Builder stopped = bagging().earlyStopping(validation, 1);
    Ensemble here = stopped.build().fit(DATA, 10);
    assertSame(stopped.execution(spark).build().fit(DATA, 10), here);
  }

  @Test
  void fit_stream_isOpenedWhereTheMemberIsTrained() {
    IteratorFactory source = () -> new ListDataSetIterator<>(Tasks.points(100, 3).asList(), 20);
    TrainingData stream = TrainingData.streaming(source);
    Ensemble here = bagging().build().fit(stream, 2);
    assertSame(bagging().execution(spark).build().fit(stream, 2), here);
  }

  @Test
  void fit_progress_isToldInTheCallersThread() {
    Set<Integer> members = new HashSet<>();
    List<Integer> finished = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    bagging()
        .execution(spark)
        .progress(
            (member, count, of, network) -> {
              members.add(member);
              finished.add(count);
              threads.add(Thread.currentThread());
              assertThat(of).isEqualTo(3);
              assertThat(network.params().length()).isEqualTo(20 * 8 + 8 + 8 * 4 + 4);
            })
        .build()
        .fit(DATA, 1);
    assertThat(members).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(finished).containsExactly(1, 2, 3);
    assertThat(threads).containsOnly(Thread.currentThread());
  }

  @Test
  void fit_resumeIn_goesOnWithMembersThatWereTrainedHere(@TempDir Path folder) throws Exception {
    Ensemble here = bagging().resumeIn(folder.toFile()).build().fit(DATA, 1);
    Files.delete(folder.resolve("member-1.zip"));
    Ensemble there = bagging().resumeIn(folder.toFile()).execution(spark).build().fit(DATA, 1);
    assertSame(there, here);
    assertThat(spark.machines()).containsOnlyKeys(1);
    assertThat(folder.resolve("member-1.zip")).exists();
  }

  private List<String> run(Trials trials) {
    try (Execution.Session<String, String> session = spark.open(trials)) {
      return trials.run(session, KeptResults.none(), (index, finished, result) -> {});
    }
  }

  @Test
  void open_jobThatIsNoEnsemble_runsOnTheCluster() {
    assertThat(run(new Trials("rings")))
        .containsExactly(
            "rate 0.0 on rings, trial 1",
            "rate 0.1 on rings, trial 2",
            "rate 0.2 on rings, trial 3");
    assertThat(spark.machines()).containsOnlyKeys(0, 1, 2);
    assertThatIllegalStateException()
        .isThrownBy(() -> run(new Trials("")))
        .withMessageContaining("training one of 3 trials failed: ")
        .withMessageContaining("no data");
  }

  @Test
  void through_folder_isTheSameAndLeftEmpty(@TempDir Path folder) {
    Ensemble here = bagging().build().fit(DATA, 1);
    SparkTraining through = spark.through(folder.toFile());
    assertSame(bagging().execution(through).build().fit(DATA, 1), here);
    assertThat(through.machines()).hasSize(3);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void through_noFolder_isRefused(@TempDir Path folder) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> spark.through(folder.resolve("none").toFile()))
        .withMessageStartingWith("folder must be one that all machines see, got ");
  }

  @Test
  void fit_memberListeners_areRefusedBeforeAnythingStarts(@TempDir Path folder) {
    Path run = folder.resolve("run");
    Bagging.Builder listening =
        bagging()
            .memberListeners(member -> List.of(new ScoreIterationListener(1)))
            .resumeIn(run.toFile())
            .execution(spark);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> listening.build().fit(DATA, 1))
        .withMessageStartingWith("memberListeners cannot be sent to the machines of a cluster");
    assertThat(run).doesNotExist();
  }

  @Test
  void fit_streamThatCannotBeSent_isRefused() {
    DataSet points = Tasks.points(20, 1);
    TrainingData plain =
        TrainingData.streaming(() -> new ListDataSetIterator<>(points.asList(), 20));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bagging().execution(spark).build().fit(plain, 1))
        .withMessageContaining("its source must be serializable, as an IteratorFactory is, got a");
    Object here = new Object();
    IteratorFactory holding =
        () -> new ListDataSetIterator<>(Tasks.points(here.hashCode(), 1).asList(), 20);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> bagging().execution(spark).build().fit(TrainingData.streaming(holding), 1))
        .withMessageContaining("must refer to what can be sent")
        .withMessageContaining("java.lang.Object");
  }

  @Test
  void build_parallelismBesidesSpark_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bagging().execution(spark).parallelism(2).build())
        .withMessage(
            "parallelism counts threads of this machine: with an execution it must be 1, got 2");
  }

  @Test
  void on_null_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparkTraining.on(null))
        .withMessage("context must not be null");
  }

  @Test
  void openAndThrough_null_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> spark.open(null))
        .withMessage("job must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> spark.through(null))
        .withMessageStartingWith("folder must be one that all machines see, got null");
  }

  @Test
  void fit_failingStream_namesMemberAndCause() {
    IteratorFactory failing =
        () -> {
          throw new IllegalStateException("no such file");
        };
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                bagging()
                    .members(1)
                    .execution(spark)
                    .build()
                    .fit(TrainingData.streaming(failing), 1))
        .withMessageContaining("member 1: ")
        .withMessageContaining("no such file");
  }

  @Test
  void fit_interrupted_cancelsTheTasks() throws InterruptedException {
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread fitting =
        new Thread(
            () -> {
              try {
                bagging().execution(spark).build().fit(DATA, 1_000_000);
              } catch (IllegalStateException e) {
                end.set(e);
              }
            });
    fitting.start();
    while (context.statusTracker().getActiveJobIds().length < 3) {
      Thread.sleep(10);
    }
    fitting.interrupt();
    fitting.join();
    assertThat(end.get()).hasMessageStartingWith("interrupted while training 3 members");
    while (context.statusTracker().getActiveJobIds().length > 0) { // bounded by the time-out
      Thread.sleep(10);
    }
  }
}
