package io.github.dl4jx.spark;

import static io.github.dl4jx.spark.Tasks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.tuning.run.Search;
import io.github.dl4jx.tuning.run.SearchResult;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trials in Spark's local mode: sent and scheduled as on a cluster, in this JVM. */
@Timeout(120)
class SparkSearchTest {

  private static JavaSparkContext context;

  @TempDir Path here;
  @TempDir Path there;

  @BeforeAll
  static void startSpark() {
    assumeThat(LocalCluster.obstacle()).as("Spark can be started").isNull();
    context = LocalCluster.inThisJvm("local[2,2]", "dl4jx-search-test");
  }

  @AfterAll
  static void stopSpark() {
    if (context != null) {
      context.close();
    }
  }

  private static Search.Builder onSpark() {
    return Searches.builder().execution(SparkTraining.on(context));
  }

  @Test
  void run_hyperbandWithFailures_hasTheJournalOfThreads() throws IOException {
    Searches.run(Searches.builder().parallelism(2), here, 14);
    Searches.run(onSpark(), there, 14);
    List<String> journal = Searches.journal(there);
    assertThat(journal).isEqualTo(Searches.journal(here));
    for (String kind : List.of("start", "resume", "score", "pause", "stop", "finish", "fail")) {
      assertThat(journal).as(kind).anyMatch(line -> line.contains('"' + kind + '"'));
    }
  }

  @Test
  void run_failingTrials_sayWhyAsHere() {
    try (SearchResult threads = Searches.builder().build().run(Searches.DATA, 14);
        SearchResult spark = onSpark().build().run(Searches.DATA, 14)) {
      List<String> causes = causes(spark);
      assertThat(causes).isEqualTo(causes(threads)).hasSizeGreaterThan(1);
      assertThat(causes).anyMatch(cause -> cause.contains("finite"));
    }
  }

  private static List<String> causes(SearchResult result) {
    return result.history().trials().stream()
        .filter(trial -> trial.state() == Trial.State.FAILED)
        .map(trial -> trial.number() + ": " + trial.cause())
        .toList();
  }

  @Test
  void run_pausedTrials_haveTheParametersOfThreads() {
    try (SearchResult threads = Searches.builder().build().run(Searches.DATA, 12);
        SearchResult spark = onSpark().build().run(Searches.DATA, 12)) {
      assertThat(spark.best().trial().scores().size()).isGreaterThan(1); // it was paused
      assertThat(bits(spark.best().network().params()))
          .isEqualTo(bits(threads.best().network().params()));
    }
  }

  /** Begun in threads, gone on with on Spark when time was over, ended in threads. */
  @Test
  void run_folderOfThreads_goesOnThere() throws IOException {
    Searches.run(Searches.builder(), here, 12);
    Searches.run(Searches.builder(), there, 3);
    Search cut = onSpark().resumeIn(there).timeLimit(Duration.ofMillis(500)).build();
    cut.run(Searches.DATA, 12).close();
    Searches.run(onSpark(), there, 9);
    Searches.run(Searches.builder(), there, 12);
    assertThat(withoutLimits(there)).isEqualTo(withoutLimits(here));
  }

  private static List<String> withoutLimits(Path folder) throws IOException {
    return Searches.journal(folder).stream().filter(line -> !line.contains("limit")).toList();
  }

  @Test
  void confirm_onSpark_givesTheScoresOfThreads() {
    try (SearchResult threads = Searches.builder().build().run(Searches.DATA, 6);
        SearchResult spark = onSpark().build().run(Searches.DATA, 6)) {
      assertThat(spark.confirm(2, 2, Searches.loss()))
          .hasToString(threads.confirm(2, 2, Searches.loss()).toString());
    }
  }

  @Test
  void run_stream_isOpenedWhereTheTrialIsTrained() throws IOException {
    IteratorFactory source = () -> new ListDataSetIterator<>(Tasks.points(60, 3).asList(), 20);
    TrainingData stream = TrainingData.streaming(source);
    Searches.builder().resumeIn(here).build().run(stream, 8).close();
    onSpark().resumeIn(there).build().run(stream, 8).close();
    assertThat(Searches.journal(there)).isEqualTo(Searches.journal(here));
  }

  @Test
  void run_streamThatCannotBeSent_isRefused() {
    TrainingData stream =
        TrainingData.streaming(() -> new ListDataSetIterator<>(Tasks.points(60, 3).asList(), 20));
    Search search = onSpark().build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> search.run(stream, 8))
        .withMessageContaining("its source must be serializable, as an IteratorFactory is, got a");
  }

  @Test
  void run_anotherConfigurationInTheFolder_isRefusedAndNoFailureOfATrial() throws IOException {
    Searches.run(onSpark(), there, 5);
    Search.Builder other = Searches.builder(0.8).execution(SparkTraining.on(context));
    assertThatIllegalStateException()
        .isThrownBy(() -> Searches.run(other, there, 14))
        .withMessageContaining("the configuration of trial")
        .withMessageContaining("got another for the same values");
    Searches.run(onSpark(), here, 14);
    long failures = Searches.journal(here).stream().filter(line -> line.contains("fail")).count();
    assertThat(Searches.journal(there).stream().filter(line -> line.contains("fail")))
        .hasSizeLessThanOrEqualTo((int) failures);
  }

  @Test
  void run_threadsAsAnExecution_haveTheSameJournal() throws IOException {
    Searches.run(Searches.builder(), here, 12);
    Searches.run(Searches.builder().execution(Execution.threads(2)), there, 12);
    assertThat(Searches.journal(there)).isEqualTo(Searches.journal(here));
  }
}
