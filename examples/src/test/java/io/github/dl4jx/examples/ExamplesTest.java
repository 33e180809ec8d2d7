package io.github.dl4jx.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.mnist.Mnist;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every program runs, on less than it takes by itself. */
class ExamplesTest {

  private static final Path SOURCES = Path.of("src/main/java/io/github/dl4jx/examples");

  @TempDir static File folder;

  /** What a program does, small, and what must come out. */
  private interface Small {
    void run() throws Exception;
  }

  private static Arguments row(Class<?> program, Small small) {
    return Arguments.of(program.getSimpleName(), small);
  }

  static Stream<Arguments> programs() {
    return Stream.of(
        row(LeNetMnist.class, () -> assertThat(LeNetMnist.run(128, 2, 100)).isBetween(0.1, 1.0)),
        row(
            LeNetMnistImproved.class,
            () -> assertThat(LeNetMnistImproved.run(128, 2, 100)).isBetween(0.1, 1.0)),
        row(
            CharacterLstm.class,
            () -> {
              CharacterLstm.Result result = CharacterLstm.run(400, 1);
              assertThat(List.of(result.plain, result.dropout, result.averaged))
                  .allSatisfy(bits -> assertThat(bits).isBetween(1.0, Math.log(28) / Math.log(2)));
              assertThat(result.text).isNotEmpty();
            }),
        row(
            CsvBagging.class,
            () -> {
              CsvBagging.Result result = CsvBagging.run(150, 3, 10);
              assertThat(List.of(result.one, result.bagging, result.outOfBag))
                  .allSatisfy(accuracy -> assertThat(accuracy).isBetween(0.5, 1.0));
            }),
        row(
            CsvBoosting.class,
            () -> {
              CsvBoosting.Result result = CsvBoosting.run(200, 3, 5);
              assertThat(result.boosting).isBetween(1.0, 6.0); // the labels' deviation is 5
            }),
        row(
            Uncertainty.class,
            () -> {
              Uncertainty.Result result = Uncertainty.run(500, 3, 5, folder);
              assertThat(result.errorOfTheSurerHalf).isLessThan(result.error);
              assertThat(result.picture).isFile();
              assertThat(result.diagram).isFile();
            }),
        row(KilledTraining.class, ExamplesTest::killAndGoOn),
        row(
            GraphEnsemble.class,
            () -> assertThat(GraphEnsemble.run(300, 2, 3)[1]).isBetween(0.4, 1.0)),
        row(
            SameDiffMnist.class,
            () -> assertThat(SameDiffMnist.run(2_000, 3)[1]).isBetween(0.3, 1.0)),
        row(
            TransferLearningDigits.class,
            () -> {
              TransferLearningDigits.Result result = TransferLearningDigits.run(300, 30, 5, 300);
              assertThat(List.of(result.anew, result.transfer, result.improved))
                  .allSatisfy(accuracy -> assertThat(accuracy).isBetween(0.1, 1.0));
              assertThat(result.frozen).isTrue();
            }),
        row(
            SearchExample.class,
            () -> assertThat(SearchExample.run(200, 3, 4).best).isBetween(0.2, 1.0)));
  }

  @BeforeAll
  static void installMnist() throws IOException {
    Mnist.install();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("programs")
  void program_small_runs(String name, Small small) throws Exception {
    small.run();
  }

  @Test
  void programs_ofThePackage_areAllInTheTables() throws IOException {
    TreeSet<String> programs = new TreeSet<>();
    try (Stream<Path> files = Files.list(SOURCES)) {
      files.map(file -> file.getFileName().toString()).forEach(programs::add);
    }
    programs.removeAll(List.of("Examples.java", "package-info.java"));

    Stream<String> withTheirOwnTests = Stream.of("SparkLocal.java", "TrainingUi.java");
    assertThat(Stream.concat(programs().map(row -> row.get()[0] + ".java"), withTheirOwnTests))
        .containsExactlyInAnyOrderElementsOf(programs);
    assertThat(Examples.NAMES.stream().map(name -> name + ".java"))
        .containsExactlyInAnyOrderElementsOf(programs);
    String readme = Files.readString(Path.of("README.md"));
    assertThat(programs).allSatisfy(name -> assertThat(readme).contains("/" + name + ")"));
  }

  /** Each start in a JVM of its own: the first one halts. */
  private static void killAndGoOn() throws Exception {
    assertThat(start("killed")).contains("Killed in epoch").doesNotContain("Second start");
    assertThat(start("went-on")).contains("bit for bit: true", "average of them:      true");
  }

  private static String start(String name) throws Exception {
    File log = new File(folder, name + ".log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-classpath",
                System.getProperty("java.class.path"),
                KilledTraining.class.getName(),
                "1000",
                new File(folder, "checkpoints").toString())
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(log.toPath()).stream().collect(Collectors.joining("\n"));
  }
}
