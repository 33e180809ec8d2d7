package io.github.dl4jx.studies.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.studies.report.Summary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {

  @TempDir Path folder;

  private static Run run(String technique, long seed, double accuracy) {
    return new Run("MNIST", technique, seed, accuracy, 0.1, 0.2, 0.01, 0.002, 3.25, 8.5);
  }

  @Test
  void complete_twoTechniques_writesThemInOrder() throws IOException {
    RunLog log = RunLog.open(folder, "full", "MNIST");
    log.add(run("b, with \"quotes\"", 2, 0.75));
    log.add(run("b, with \"quotes\"", 1, 0.5));
    log.add(run("a", 1, 0.25));
    List<Run> runs = log.complete(List.of("a", "b, with \"quotes\""));
    assertThat(runs).extracting(Run::accuracy).containsExactly(0.25, 0.5, 0.75);
    assertThat(Files.readString(folder.resolve("results.csv")))
        .isEqualTo(
            "data,technique,seed,accuracy,nll,brier,ece,aurc,train_seconds,infer_micros_per_example\n"
                + "MNIST,a,1,0.250000,0.100000,0.200000,0.010000,0.002000,3.25,8.50\n"
                + "MNIST,\"b, with \"\"quotes\"\"\",1,0.500000,0.100000,0.200000,0.010000,0.002000,3.25,8.50\n"
                + "MNIST,\"b, with \"\"quotes\"\"\",2,0.750000,0.100000,0.200000,0.010000,0.002000,3.25,8.50\n");
    KeptRuns.clear(folder);
    assertThat(folder.toFile().list()).containsExactly("results.csv");
  }

  @Test
  void open_killedBetweenResultsAndReport_findsEveryRun() throws IOException {
    RunLog log = RunLog.open(folder, "full", "MNIST");
    log.add(run("a", 1, 0.25));
    log.complete(List.of("a"));
    RunLog again = RunLog.open(folder, "full", "MNIST");
    assertThat(again.contains("a", 1)).isTrue();
    assertThat(again.complete(List.of("a"))).containsExactly(run("a", 1, 0.25));
  }

  @Test
  void open_lineTornInsideALetter_findsTheLinesBeforeIt() throws IOException {
    RunLog log = RunLog.open(folder, "full", "MNIST");
    log.add(run("a", 1, 0.25));
    String[] files = folder.toFile().list();
    assertThat(files).hasSize(1);
    byte[] half = {'M', (byte) 0xC3}; // the first of the two bytes of an umlaut
    Files.write(folder.resolve(files[0]), half, StandardOpenOption.APPEND);
    RunLog again = RunLog.open(folder, "full", "MNIST");
    assertThat(again.size()).isEqualTo(1);
    assertThat(again.contains("a", 1)).isTrue();
  }

  @Test
  void open_afterACrash_findsTheWholeLinesOfTheSameSettings() throws IOException {
    RunLog log = RunLog.open(folder, "full", "MNIST");
    log.add(run("a", 1, 0.25));
    log.add(run("a", 2, 0.5));
    String[] files = folder.toFile().list();
    assertThat(files).hasSize(1);
    Files.writeString(folder.resolve(files[0]), "MNIST,a,3,0.7", StandardOpenOption.APPEND);
    RunLog again = RunLog.open(folder, "full", "MNIST");
    assertThat(again.size()).isEqualTo(2);
    assertThat(again.contains("a", 2)).isTrue();
    assertThat(again.contains("a", 3)).isFalse();
    again.add(run("a", 3, 0.75));
    assertThat(again.complete(List.of("a"))).hasSize(3).contains(run("a", 3, 0.75));
    assertThat(RunLog.open(folder, "quick", "MNIST").size()).isZero();
  }

  @Test
  void open_afterRunsOnOtherData_leavesThemOut() throws IOException {
    RunLog.open(folder, "full", "MNIST").add(run("a", 1, 0.25));
    assertThat(RunLog.open(folder, "full", "drawn digits (not MNIST)").size()).isZero();
  }

  @Test
  void summary_threeSeeds_isMeanAndSampleDeviation() {
    List<Run> runs = List.of(run("a", 1, 0.2), run("a", 2, 0.5), run("a", 3, 0.8), run("b", 1, 0));
    Summary summary = Summary.of(runs, "a", Run::accuracy);
    assertThat(summary.mean()).isCloseTo(0.5, within(1e-12));
    // squares 0.09 + 0 + 0.09 over n - 1 = 2
    assertThat(summary.deviation()).isCloseTo(0.3, within(1e-12));
    assertThat(Summary.of(runs, "b", Run::accuracy)).isEqualTo(new Summary(0, 0, 1));
  }
}
