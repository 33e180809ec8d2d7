package io.github.dl4jx.studies.samplers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.Studies;
import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.crash.ChildJvm;
import io.github.dl4jx.studies.mnist.Mnist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A study that is killed with SIGKILL and started again makes no run twice and loses none. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no SIGKILL")
class KilledStudyIT {

  private static final String STUDY = "samplers";
  private static final int KILLS = 2;
  private static final int AFTER_MILLIS = 700; // up to as many: somewhere in the next runs
  private static final int PATIENCE_SECONDS = 120;

  @TempDir Path folder;

  @AfterEach
  void forget() {
    System.clearProperty("study.quick");
  }

  @Test
  void study_killedTwice_hasTheResultsOfOneThatWasNot() throws Exception {
    Path killed = folder.resolve(STUDY);
    Random random = new Random(1);
    List<String> kept = List.of();
    for (int kill = 0; kill < KILLS; kill++) {
      Process life = start();
      awaitRuns(life, killed, kept.size() + 1);
      Thread.sleep(random.nextInt(AFTER_MILLIS));
      life.destroyForcibly();
      assertThat(life.waitFor()).as("life %s", kill + 1).isEqualTo(ChildJvm.KILLED);
      List<String> before = kept;
      kept = runs(killed);
      assertThat(kept).containsAll(before).hasSizeGreaterThan(before.size());
    }
    assertThat(end(start())).as("output: %s", output()).isZero();
    List<String> results = Files.readAllLines(killed.resolve("results.csv"));
    assertThat(results).containsAll(kept); // their times, too: no run was made again
    assertThat(killed.toFile().list())
        .containsExactlyInAnyOrder("results.csv", "report.html", "report.svg");

    System.setProperty("study.quick", "true");
    Path whole = folder.resolve("whole");
    new SamplersStudy().run(Study.Context.of(whole));
    assertThat(scores(results))
        .containsExactlyElementsOf(scores(Files.readAllLines(whole.resolve("results.csv"))));
  }

  private Process start() throws IOException {
    return ChildJvm.start(
        List.of(),
        List.of(
            "-Dstudy.quick=true",
            "-Dorg.deeplearning4j.resources.directory=" + Mnist.install().directory()),
        Studies.class,
        List.of(folder.toString(), STUDY),
        folder.resolve("output.log"));
  }

  private int end(Process life) throws InterruptedException {
    try {
      return life.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) ? life.exitValue() : -1;
    } finally {
      life.destroyForcibly();
    }
  }

  private void awaitRuns(Process life, Path study, int runs) throws Exception {
    long start = System.nanoTime();
    while (runs(study).size() < runs) {
      assertThat(life.isAlive()).as("output: %s", output()).isTrue();
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
      Thread.sleep(5);
    }
  }

  /** The whole lines of the finished runs, in the file that is there while the study runs. */
  private static List<String> runs(Path study) throws IOException {
    if (!Files.isDirectory(study)) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(study)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".partial")).toList()) {
        String text = Files.readString(file);
        text.substring(0, text.lastIndexOf('\n') + 1).lines().skip(1).forEach(lines::add);
      }
    }
    return lines;
  }

  /** Without the commit, and the two times at the end, which no two runs have in common. */
  private static List<String> scores(List<String> lines) {
    return lines.stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceFirst("(,[^,]*){2}$", ""))
        .collect(Collectors.toList());
  }

  private String output() throws IOException {
    return Files.readString(folder.resolve("output.log"));
  }
}
