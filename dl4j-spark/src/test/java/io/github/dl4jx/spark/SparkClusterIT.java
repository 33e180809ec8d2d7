package io.github.dl4jx.spark;

import static io.github.dl4jx.spark.Tasks.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.training.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a cluster of a master and two workers, five processes with the driver. */
@Timeout(120)
class SparkClusterIT {

  private static final TrainingData DATA = TrainingData.of(Tasks.points(400, 5), 32);

  @TempDir static Path home;

  private static LocalCluster cluster;
  private static JavaSparkContext context;

  @BeforeAll
  static void startCluster() throws IOException, InterruptedException {
    assumeThat(LocalCluster.obstacle()).as("a cluster can be started").isNull();
    cluster = LocalCluster.start(home, 2);
    context =
        SparkStart.start(
            cluster
                .conf("dl4jx-it")
                .set(
                    "spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"));
  }

  @AfterAll
  static void stopCluster() {
    if (context != null) {
      context.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Bagging.Builder bagging(int members) {
    return Bagging.of(Tasks.network(16)).members(members).seed(7);
  }

  /** Its training fails in the first attempts; Spark's default is to try four times. */
  private static MultiLayerConfiguration failing(int failures, Path after) {
    MultiLayerConfiguration faulty = Tasks.network(16);
    faulty.getInputPreProcessors().put(0, new FaultyPreProcessor(failures, after.toString()));
    return faulty;
  }

  @Test
  void fit_bagging_isBitIdenticalToLocalTraining() throws IOException {
    SparkTraining spark = SparkTraining.on(context);
    Ensemble there = bagging(6).execution(spark).build().fit(DATA, 3);
    assertSame(there, bagging(6).build().fit(DATA, 3));
    assertThat(spark.machines()).containsOnlyKeys(0, 1, 2, 3, 4, 5);
    assertThat(spark.machines().values())
        .as(cluster.executorLogs())
        .allMatch(machine -> machine.attempt() == 0)
        .allMatch(machine -> machine.openMpThreads() == 1)
        .allMatch(machine -> machine.kernels().equals(Machine.kernelsHere()))
        .allMatch(machine -> machine.host().equals("127.0.0.1"));
  }

  @Test
  void fit_firstAttemptsFail_areTriedAgainAndChangeNothing() {
    DeepEnsemble.Builder deep =
        DeepEnsemble.of(Tasks.network(16), failing(1, home)).members(4).seed(3);
    Ensemble here = deep.build().fit(DATA, 2);
    SparkTraining spark = SparkTraining.on(context);
    assertSame(deep.execution(spark).build().fit(DATA, 2), here);
    assertThat(spark.machines().values()).extracting(Machine::attempt).containsExactly(0, 1, 0, 1);
  }

  @Test
  void fit_memberThatAlwaysFails_isNamedAndFinishedOnesAreKept(@TempDir Path folder)
      throws IOException {
    DeepEnsemble.Builder deep =
        DeepEnsemble.of(
                Tasks.network(16), Tasks.network(16), failing(4, folder.resolve("member-0.zip")))
            .members(3)
            .resumeIn(folder.toFile())
            .execution(SparkTraining.on(context));
    assertThatIllegalStateException()
        .isThrownBy(() -> deep.build().fit(DATA, 2))
        .withMessageContaining("member 3: ")
        .withMessageContaining("java.lang.IllegalStateException: injected");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("member-0.zip")
          .doesNotContain("member-2.zip");
    }
  }

  /** Three members are left then, so that either executor has one in hand. */
  @Test
  void fit_executorKilled_changesNothing() {
    int members = 6;
    int epochs = 40;
    SparkTraining spark = SparkTraining.on(context);
    Ensemble there =
        bagging(members)
            .execution(spark)
            .progress(
                (member, finished, of, network) -> {
                  if (finished == 3) {
                    List<ProcessHandle> executors = cluster.executors();
                    assertThat(executors).isNotEmpty();
                    executors.get(0).destroyForcibly(); // SIGKILL
                  }
                })
            .build()
            .fit(DATA, epochs);
    assertSame(there, bagging(members).build().fit(DATA, epochs));
    Map<Integer, Machine> machines = spark.machines();
    assertThat(machines.values()).anyMatch(machine -> machine.attempt() > 0);
  }

  @Test
  void search_executorKilled_hasTheJournalOfThreads(@TempDir Path here, @TempDir Path there)
      throws IOException {
    Searches.run(Searches.builder(), here, 27);
    SparkTraining spark = SparkTraining.on(context);
    AtomicInteger scores = new AtomicInteger();
    Searches.run(
        Searches.builder()
            .execution(spark)
            .listener(
                (trial, progress) -> {
                  if (scores.incrementAndGet() == 3) {
                    List<ProcessHandle> executors = cluster.executors();
                    assertThat(executors).isNotEmpty();
                    executors.get(0).destroyForcibly(); // SIGKILL
                  }
                }),
        there,
        27);
    assertThat(Searches.journal(there)).isEqualTo(Searches.journal(here));
    assertThat(spark.machines().values())
        .as(cluster.executorLogs())
        .allMatch(machine -> !machine.executor().equals("driver"));
  }
}
