package io.github.dl4jx.studies.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dl4jx.studies.Studies;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a cluster of a master and two workers, whose executors are processes of their own. */
@Timeout(240)
class SparkStudiesIT {

  private static final String STUDY = "likelihood";

  @TempDir Path folder;

  @BeforeAll
  static void makeInstallation() throws IOException {
    assumeThat(File.pathSeparatorChar).as("Spark's workers need a shell").isNotEqualTo(';');
    assumeThat(
            Runtime.version().feature() < 24
                || !org.apache.spark.package$.MODULE$.SPARK_VERSION().startsWith("3."))
        .as("Spark 3 needs the security manager, which Java 24 does not have")
        .isTrue();
    System.setProperty("study.quick", "true");
    // Spark wants a folder of jars, and a file RELEASE to look there
    Path home = Path.of(System.getenv("SPARK_HOME"));
    Files.createDirectories(home.resolve("jars"));
    Files.write(home.resolve("RELEASE"), new byte[0]);
  }

  @AfterAll
  static void forget() {
    System.clearProperty("study.quick");
  }

  private static SparkConf conf(String master) {
    return new SparkConf()
        .setMaster(master)
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.ui.enabled", "false")
        .set("spark.executor.memory", "1g")
        .set("spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");
  }

  private String results(String where) throws IOException {
    return Files.readString(folder.resolve(where).resolve(STUDY).resolve("results.csv"));
  }

  @Test
  void run_executorKilled_hasTheResultsOfOneMachine() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<Boolean> killed = other.submit(() -> killAfter(3));
      SparkStudies.run(folder.resolve("there"), STUDY, conf("local-cluster[2,1,1024]"));
      assertThat(killed.get()).as("an executor was killed in the middle").isTrue();
    } finally {
      other.shutdownNow();
    }
    Studies.main(new String[] {folder.resolve("here").toString(), STUDY});
    assertThat(results("there")).isEqualTo(results("here"));
  }

  /**
   * Kills an executor, the only processes below this one, by SIGKILL when so many runs are kept.
   */
  private boolean killAfter(int runs) throws InterruptedException, IOException {
    while (kept() < runs) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    return ProcessHandle.current()
        .descendants()
        .filter(ProcessHandle::isAlive)
        .findFirst()
        .map(ProcessHandle::destroyForcibly)
        .orElse(false);
  }

  private long kept() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.getParent().toString().endsWith(".partial")).count();
    } catch (UncheckedIOException e) {
      return 0; // a file that is being renamed
    }
  }

  @Test
  void run_studyWithoutRuns_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparkStudies.run(folder, "lenet", conf("local[2]")))
        .withMessage(
            "the study must have runs that other machines may make, got lenet, which has none");
  }
}
