package io.github.dl4jx.tuning.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.tuning.trial.History;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Searches in other processes, which are killed with SIGKILL, or share a folder. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no SIGKILL")
class KilledSearchTest {

  private static final int KILLS = 25;
  private static final int TRIALS = 60;

  /** {@code -Dsearch.network.kills=25} kills as often; each process gets some events further. */
  private static final int NETWORK_KILLS = Integer.getInteger("search.network.kills", 3);

  private static final int NETWORKS = 12 + 2 * NETWORK_KILLS;

  private static final int EVENTS_A_LIFE = Math.max(1, 30 / NETWORK_KILLS);
  private static final long MICROS = 40_000;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(4);

  @TempDir Path folder;

  private final List<Process> processes = new ArrayList<>();

  private Path whole;
  private Path shared;

  private History reference() throws IOException {
    whole = Files.createDirectories(folder.resolve("whole"));
    shared = Files.createDirectories(folder.resolve("shared"));
    CheapSearch search = new CheapSearch();
    search.sampler = CheapSearch.SAMPLERS.get("tpe");
    search.schedule = CheapSearch.SCHEDULES.get("hyperband");
    return search.run(TRIALS, whole);
  }

  private Process start(int parallelism) throws IOException {
    return start(
        CheapSearch.class,
        shared,
        "tpe",
        "hyperband",
        String.valueOf(parallelism),
        String.valueOf(TRIALS),
        String.valueOf(MICROS));
  }

  private Process start(Class<?> program, Path search, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                search.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output-" + processes.size() + ".txt").toFile())
            .start();
    processes.add(process);
    return process;
  }

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }

  /** What ends with the last whole line. */
  private String lines() throws IOException {
    Path journal = shared.resolve("journal.jsonl");
    String text = Files.exists(journal) ? Files.readString(journal) : "";
    return text.substring(0, text.lastIndexOf('\n') + 1);
  }

  private static long count(String lines) {
    return lines.chars().filter(c -> c == '\n').count();
  }

  /** Waits until there are some more lines, or the process has ended. */
  private String awaitMore(Process process, int more) throws IOException {
    long start = System.nanoTime();
    String lines = lines();
    long target = count(lines) + more;
    while (count(lines) < target && process.isAlive()) {
      assertThat(System.nanoTime() - start).isLessThan(PATIENCE_NANOS);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      lines = lines();
    }
    return lines;
  }

  private void awaitEnd(Process process) throws Exception {
    assertThat(process.waitFor(PATIENCE_NANOS, TimeUnit.NANOSECONDS)).isTrue();
    assertThat(process.exitValue())
        .as(
            "%s",
            Files.readString(
                folder.resolve("output-" + processes.indexOf(process) + ".txt"),
                StandardCharsets.UTF_8))
        .isZero();
  }

  private void assertWhole(History reference) throws Exception {
    assertThat(CheapSearch.timeless(shared)).isEqualTo(CheapSearch.timeless(whole));
    CheapSearch again = new CheapSearch();
    again.sampler = CheapSearch.SAMPLERS.get("tpe");
    again.schedule = CheapSearch.SCHEDULES.get("hyperband");
    assertThat(CheapSearch.text(again.run(TRIALS, shared))).isEqualTo(CheapSearch.text(reference));
  }

  @Test
  void run_killed25Times_losesNoRecord() throws Exception {
    History reference = reference();
    Random random = new Random(7);
    String before = "";
    int killed = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = start(1 + kill % 2);
      awaitMore(process, 1 + random.nextInt(6));
      if (process.isAlive()) {
        killed++;
      }
      process.destroyForcibly().waitFor();
      assertThat(lines()).startsWith(before);
      before = lines();
    }
    awaitEnd(start(2));
    assertThat(lines()).startsWith(before);
    assertThat(killed).isEqualTo(KILLS);
    assertWhole(reference);
  }

  @Test
  void run_twoProcesses_doTheSameSearchTogether() throws Exception {
    History reference = reference();
    Process first = start(2);
    Process second = start(1);
    awaitMore(first, 20);
    first.destroyForcibly().waitFor();
    Process third = start(1);
    awaitEnd(second);
    awaitEnd(third);
    assertWhole(reference);
  }

  /** Networks in mid-training; each of the processes trains trials that were another's. */
  @Test
  void run_networksKilledAndShared_endWithTheSameBits() throws Exception {
    whole = folder.resolve("whole");
    shared = Files.createDirectories(folder.resolve("shared"));
    Search search = new TinySearch().builder().resumeIn(whole).build();
    try (SearchResult reference = search.run(TinySearch.train(), NETWORKS)) {
      String[] arguments = {"2", String.valueOf(NETWORKS)};
      Process older = start(TinySearch.class, shared, arguments);
      int killed = 0;
      for (int kill = 0; kill < NETWORK_KILLS; kill++) {
        Process younger = start(TinySearch.class, shared, arguments);
        awaitMore(older, EVENTS_A_LIFE);
        killed += older.isAlive() ? 1 : 0;
        older.destroyForcibly().waitFor();
        older = younger;
      }
      assertThat(killed).isEqualTo(NETWORK_KILLS);
      awaitEnd(start(TinySearch.class, shared, arguments));
      awaitEnd(older);
      assertThat(CheapSearch.timeless(shared)).isEqualTo(CheapSearch.timeless(whole));
      Search again = new TinySearch().builder().resumeIn(shared).build();
      try (SearchResult result = again.run(TinySearch.train(), NETWORKS)) {
        assertThat(result.best().model().params()).isEqualTo(reference.best().model().params());
        TrialResult paused = paused(reference);
        assertThat(paused.trial().scores()).containsOnlyKeys(1, 3, 9);
        assertThat(paused(result).number()).isEqualTo(paused.number());
        assertThat(paused(result).model().params()).isEqualTo(paused.model().params());
      }
    }
  }

  /** The best of those that were trained in three pieces. */
  private static TrialResult paused(SearchResult result) {
    return result.top(NETWORKS).stream()
        .filter(trial -> trial.trial().scores().size() == 3)
        .findFirst()
        .orElseThrow();
  }
}
