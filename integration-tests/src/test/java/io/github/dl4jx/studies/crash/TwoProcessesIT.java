package io.github.dl4jx.studies.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.mnist.Mnist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that are started on one folder while another one trains there: each is refused, or has
 * the folder to itself, and what comes out are the bits of a run that nobody disturbed.
 *
 * <p>{@code -Dtwo.processes.starts=20} starts so many; the default is 5. Every fourth start is
 * preceded by a SIGKILL for the one that has the folder. Never are there more than two at once.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no SIGKILL")
class TwoProcessesIT {

  private static final int STARTS = Integer.getInteger("two.processes.starts", 5);

  private static final int EPOCHS_A_START = 4;

  private static final int EVERY_ITERATIONS = 2;
  private static final int KILL_EVERY = 4;

  /** The longest time between two starts: a process takes about as long to get to training. */
  private static final int MOST_MILLIS = 2500;

  @TempDir Path folder;

  private final List<Rival> rivals = new ArrayList<>();

  private record Rival(CrashProcess run, Process process) {

    boolean wasRefused() throws IOException {
      return process.exitValue() == 1 && run.output().contains("is in use by process ");
    }
  }

  @AfterEach
  void end() {
    rivals.forEach(rival -> rival.process.destroyForcibly());
  }

  @Test
  void fit_startedAgainWhileItRuns_refusesTheSecondAndLosesNoCheckpoint() throws Exception {
    Path data = Mnist.install().directory();
    Plan plan = new Plan(1 + STARTS * EPOCHS_A_START, EVERY_ITERATIONS);
    CrashProcess whole = new CrashProcess(folder.resolve("whole"), data);
    CrashProcess shared = new CrashProcess(folder.resolve("shared"), data);
    Plan fewCheckpoints = new Plan(plan.epochs(), Plan.BATCHES); // the result does not depend on it
    assertThat(whole.await(whole.start(fewCheckpoints))).as(whole.output()).isZero();

    Random random = new Random(22);
    start(shared, plan);
    long newest = 0;
    for (int start = 1; start <= STARTS; start++) {
      newest = watch(shared, newest, random.nextInt(MOST_MILLIS));
      while (rivals.stream().filter(rival -> rival.process.isAlive()).count() > 1) {
        newest = watch(shared, newest, 20);
      }
      if (start % KILL_EVERY == 0) {
        killOwner(shared);
      }
      start(shared, plan);
    }
    newest = watch(shared, newest, 0);
    int refused = 0;
    int finished = 0;
    List<Long> ids = rivals.stream().map(rival -> rival.process.pid()).toList();
    for (Rival rival : rivals) {
      while (rival.process.isAlive()) {
        newest = watch(shared, newest, 50);
      }
      String output = rival.run.output();
      assertThat(output).doesNotContain("cannot write the checkpoint").doesNotContain("is damaged");
      if (rival.process.exitValue() == ChildJvm.KILLED) {
        continue;
      }
      if (rival.process.exitValue() == 0) {
        finished++;
        assertThat(rival.run.outcome().differences(whole.outcome())).isEmpty();
      } else {
        assertThat(rival.wasRefused()).as(output).isTrue();
        assertThat(ids).anyMatch(id -> output.contains("is in use by process " + id + ": "));
        refused++;
      }
    }
    if (finished == 0) { // the last one may have been killed
      Rival last = start(shared, plan);
      assertThat(last.run.await(last.process)).as(last.run.output()).isZero();
      assertThat(last.run.outcome().differences(whole.outcome())).isEmpty();
    }
    System.out.printf(
        "%d starts: %d refused, %d finished, %d processes killed%n",
        STARTS, refused, finished, rivals.size() - refused - finished);
    assertThat(refused).isPositive();
    assertThat(Watch.newest(shared.checkpoints())).isEqualTo(plan.checkpoints());
    assertThat(Watch.temporaryBytes(shared.checkpoints())).as("temporary file").isNegative();
  }

  private void killOwner(CrashProcess shared) throws Exception {
    Path lock = shared.checkpoints().resolve(".dl4jx.lock");
    String id = Files.exists(lock) ? Files.readString(lock) : "";
    for (Rival rival : rivals) {
      if (id.equals(String.valueOf(rival.process.pid()))) {
        rival.process.destroyForcibly();
        rival.process.waitFor();
      }
    }
  }

  private Rival start(CrashProcess shared, Plan plan) throws IOException {
    CrashProcess run = shared.rival(folder.resolve("rival-" + rivals.size()));
    Rival rival = new Rival(run, run.start(plan));
    rivals.add(rival);
    return rival;
  }

  /** Lets some time pass in which no checkpoint may be lost. */
  private static long watch(CrashProcess shared, long before, int millis) throws Exception {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long newest = before;
    do {
      long now = Watch.newest(shared.checkpoints());
      assertThat(now).as("newest checkpoint").isGreaterThanOrEqualTo(newest);
      newest = now;
      Thread.sleep(5);
    } while (System.nanoTime() - end < 0);
    return newest;
  }
}
