package io.github.dl4jx.training.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JobTest {

  @TempDir Path folder;

  private static List<Integer> run(Sums job, int threads) {
    return run(job, threads, KeptResults.none(), (index, finished, result) -> {});
  }

  private static List<Integer> run(
      Sums job, int threads, KeptResults<Integer> kept, Job.Progress<Integer> progress) {
    try (Execution.Session<Integer, Integer> session = Execution.threads(threads).open(job)) {
      return job.run(session, kept, progress);
    }
  }

  private KeptResults<Integer> kept(Sums job, String description) {
    return KeptResults.in(folder.toFile(), description, job.unit(), job.format);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new CancellationException("stopped");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void run_anyNumberOfThreads_givesResultsInTheOrderOfTasks(int threads) {
    assertThat(run(new Sums(5, i -> i * i), threads)).containsExactly(100, 101, 104, 109, 116);
  }

  @Test
  void run_laterTaskFinishesFirst_isReportedFirstInTheCallersThread() {
    CountDownLatch second = new CountDownLatch(1);
    Sums job =
        new Sums(
            2,
            i -> {
              if (i == 0) {
                await(second);
              }
              return i;
            });
    List<String> reports = new ArrayList<>();
    List<Integer> results =
        run(
            job,
            2,
            KeptResults.none(),
            (index, finished, result) -> {
              reports.add(index + " " + finished + " " + result);
              assertThat(Thread.currentThread().getName()).doesNotContain("dl4jx-sum");
              second.countDown();
            });
    assertThat(reports).containsExactly("1 1 101", "0 2 100");
    assertThat(results).containsExactly(100, 101);
  }

  @Test
  void run_taskFails_stopsTheOthersAndNamesItAndTheCause() {
    CountDownLatch started = new CountDownLatch(2);
    AtomicInteger stopped = new AtomicInteger();
    Sums job =
        new Sums(
            3,
            i -> {
              if (i == 1) {
                await(started);
                throw new IllegalArgumentException("no rows");
              }
              started.countDown();
              if (i == 2) {
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  stopped.incrementAndGet();
                  throw new CancellationException("stopped");
                }
              }
              return i;
            });
    assertThatIllegalStateException()
        .isThrownBy(() -> run(job, 3))
        .withMessageContaining("training one of 3 sums failed: ")
        .withMessageContaining("sum 2: ")
        .withMessageContaining("no rows")
        .havingRootCause()
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(stopped).hasValue(1);
    assertThat(job.format.released).containsExactly(100);
  }

  @Test
  void run_taskEndsWithAnError_namesIt() {
    Sums job =
        new Sums(
            1,
            i -> {
              throw new LinkageError("no library");
            });
    assertThatIllegalStateException()
        .isThrownBy(() -> run(job, 1))
        .withMessageContaining("sum 1: java.lang.LinkageError: no library");
  }

  @Test
  void run_interrupted_stopsAll() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(2);
    Sums job =
        new Sums(
            2,
            i -> {
              started.countDown();
              await(new CountDownLatch(1));
              return i;
            });
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread running =
        new Thread(
            () -> {
              try {
                run(job, 2);
              } catch (IllegalStateException e) {
                end.set(e);
              }
            });
    running.start();
    await(started);
    running.interrupt();
    running.join();
    assertThat(end.get()).hasMessage("interrupted while training 2 sums");
  }

  @Test
  void run_progressThrows_stopsWithThat() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                run(
                    new Sums(3, i -> i),
                    1,
                    KeptResults.none(),
                    (index, finished, result) -> {
                      throw new IllegalStateException("enough");
                    }))
        .withMessage("enough");
  }

  @Test
  void kept_someResults_runsTheOthersOnly() throws IOException {
    Sums first = new Sums(3, i -> i);
    try (KeptResults<Integer> kept = kept(first, "sums")) {
      run(first, 2, kept, (index, finished, result) -> {});
    }
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("training.txt", "sum-0.txt", "sum-1.txt", "sum-2.txt");
    Files.delete(folder.resolve("sum-0.txt"));
    Files.writeString(folder.resolve("sum-1.txt"), "damaged");
    Sums again = new Sums(3, i -> i);
    List<Integer> reported = new ArrayList<>();
    try (KeptResults<Integer> kept = kept(again, "sums")) {
      assertThat(run(again, 1, kept, (index, finished, result) -> reported.add(result)))
          .containsExactly(100, 101, 102);
    }
    assertThat(again.run).containsExactly(0, 1);
    assertThat(reported).containsExactly(100, 101, 102);
  }

  @Test
  void kept_anotherDescription_isRefused() {
    Sums job = new Sums(1, i -> i);
    kept(job, "sums").close();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kept(job, "products"))
        .withMessageStartingWith("folder must be empty or hold the same training, got");
    kept(job, "sums").close(); // nothing is locked
  }

  @Test
  void kept_folderInUse_isRefusedAndHarmsNothing() throws IOException {
    Sums job = new Sums(1, i -> i);
    Path writing = folder.resolve(".sum-0.txt.some-id.tmp");
    try (KeptResults<Integer> other = kept(job, "sums")) {
      Files.write(writing, new byte[9]);
      assertThatIllegalStateException()
          .isThrownBy(() -> kept(job, "sums"))
          .withMessageContaining("is in use by process " + ProcessHandle.current().pid());
      assertThat(writing).exists();
      assertThat(other.get(0, () -> 7)).isEqualTo(7);
    }
    kept(job, "sums").close();
    assertThat(writing).doesNotExist(); // what a killed process left behind
  }

  @Test
  void kept_resultAfterClose_isNotWritten() {
    Sums job = new Sums(1, i -> i);
    KeptResults<Integer> kept = kept(job, "sums");
    kept.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> kept.get(0, () -> 7))
        .withMessageContaining("is over");
    assertThat(folder.resolve("sum-0.txt")).doesNotExist();
  }

  @Test
  void kept_folderIsAFile_isRefused() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(
            () -> KeptResults.in(file.toFile(), "sums", "sum", new Sums(1, i -> i).format()))
        .withMessageStartingWith("cannot use the folder of sums " + file);
  }

  @Test
  void threads_none_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Execution.threads(0))
        .withMessage("parallelism must be >= 1, got 0");
  }
}
