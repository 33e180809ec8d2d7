package io.github.dl4jx.studies.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One {@link CrashRun} on disk, and the processes that work on it, one after the other. */
final class CrashProcess {

  private static final int PATIENCE_MINUTES = 10;
  private static final int LOG_LINES = 100;

  private final Path data;
  private final Path checkpoints;
  private final Path result;
  private final Path log;

  /**
   * A run that has a folder to itself.
   *
   * @param folder holds the checkpoints, the outcome and the output of the processes
   * @param data MNIST's folder: found once by the caller, so that no life has to look for it
   */
  CrashProcess(Path folder, Path data) throws IOException {
    this(folder, data, folder.resolve("checkpoints"));
  }

  private CrashProcess(Path folder, Path data, Path checkpoints) throws IOException {
    this.data = data;
    this.checkpoints = checkpoints;
    this.result = folder.resolve("outcome.bin");
    this.log = folder.resolve("output.log");
    Files.createDirectories(folder);
  }

  /**
   * A process that works on the same checkpoints, maybe at the same time.
   *
   * @param folder holds its outcome and output
   */
  CrashProcess rival(Path folder) throws IOException {
    return new CrashProcess(folder, data, checkpoints);
  }

  Path checkpoints() {
    return checkpoints;
  }

  Outcome outcome() throws IOException {
    return Outcome.read(result);
  }

  Process start(Plan plan) throws IOException {
    return start(plan, List.of());
  }

  /** A life in which no file can become larger: the kernel refuses to write any further. */
  Process startWithFilesOfAtMost(int kibibytes, Plan plan) throws IOException {
    String limit = "ulimit -f " + kibibytes + "; exec \"$@\"";
    return start(plan, List.of("bash", "-c", limit, "bash"));
  }

  private Process start(Plan plan, List<String> prefix) throws IOException {
    return ChildJvm.start(
        prefix,
        List.of("-Dorg.deeplearning4j.resources.directory=" + data),
        CrashRun.class,
        List.of(
            checkpoints.toString(),
            result.toString(),
            String.valueOf(plan.epochs()),
            String.valueOf(plan.everyIterations())),
        log);
  }

  /** Waits for the end of a life; ends it if it never comes. */
  int await(Process process) throws IOException {
    try {
      if (process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        return process.exitValue();
      }
      throw new IOException("the training process hangs; its output: " + output());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** The last lines that the processes have written. */
  String output() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }
}
