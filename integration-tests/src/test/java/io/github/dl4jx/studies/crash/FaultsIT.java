package io.github.dl4jx.studies.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.mnist.Mnist;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.SavedTraining;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails costs time, but not a bit of the result. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no ulimit")
class FaultsIT {

  private static final Plan FIRST_EPOCH = new Plan(1, 20);
  private static final Plan WHOLE = new Plan(2, 20);

  @TempDir static Path shared;

  private static Path data;
  private static Outcome expected;
  private static Path firstEpoch;

  @TempDir Path folder;

  private CrashProcess run;

  @BeforeAll
  static void runWithoutFaults() throws IOException {
    data = Mnist.install().directory();
    CrashProcess undisturbed = new CrashProcess(shared.resolve("whole"), data);
    complete(undisturbed, WHOLE);
    expected = undisturbed.outcome();
    CrashProcess begun = new CrashProcess(shared.resolve("begun"), data);
    complete(begun, FIRST_EPOCH);
    firstEpoch = begun.checkpoints();
  }

  @BeforeEach
  void copyFirstEpoch() throws IOException {
    run = new CrashProcess(folder, data);
    FileUtils.copyDirectory(firstEpoch.toFile(), run.checkpoints().toFile());
  }

  private static void complete(CrashProcess run, Plan plan) throws IOException {
    int exit = run.await(run.start(plan));
    assertThat(exit).as(run.output()).isZero();
  }

  private Path newest() {
    return ResumableCheckpoints.resume(run.checkpoints().toFile())
        .map(SavedTraining::file)
        .orElseThrow()
        .toPath();
  }

  private void assertSameBits() throws IOException {
    complete(run, WHOLE);
    assertThat(run.outcome().differences(expected)).isEmpty();
    assertThat(Watch.temporaryBytes(run.checkpoints())).as("temporary file").isNegative();
  }

  @Test
  void fit_kernelRefusesToWriteOn_endsWithTheOlderCheckpointIntact() throws IOException {
    Path before = newest();
    byte[] content = Files.readAllBytes(before);
    int half = content.length / 2 / 1024;

    int exit = run.await(run.startWithFilesOfAtMost(half, WHOLE));

    assertThat(exit).isEqualTo(1); // an exception, not a signal
    assertThat(run.output())
        .contains("UncheckedIOException: cannot write the checkpoint")
        .contains("checkpoint-00000004.zip after iteration 80 (")
        .contains("): older ones, if there are any, are intact");
    assertThat(Watch.temporaryBytes(run.checkpoints())).as("temporary file").isNegative();
    assertThat(newest()).isEqualTo(before).hasBinaryContent(content);
    assertSameBits();
  }

  @Test
  void fit_newestCheckpointTorn_goesOnFromTheOneBefore() throws IOException {
    Path torn = newest();
    try (FileChannel file = FileChannel.open(torn, StandardOpenOption.WRITE)) {
      file.truncate(file.size() / 2);
    }
    assertThat(newest()).isNotEqualTo(torn);
    assertSameBits();
    assertThat(run.output()).contains(torn.getFileName() + " is damaged");
  }

  @Test
  void fit_oneBitFlipped_goesOnFromTheOneBefore() throws IOException {
    Path flipped = newest();
    byte[] content = Files.readAllBytes(flipped);
    content[content.length / 2] ^= 1;
    Files.write(flipped, content);
    assertThat(newest()).isNotEqualTo(flipped);
    assertSameBits();
  }

  @Test
  void fit_checkpointsGone_startsAnewWithTheSameBits() throws IOException {
    FileUtils.cleanDirectory(run.checkpoints().toFile());
    assertSameBits();
  }
}
