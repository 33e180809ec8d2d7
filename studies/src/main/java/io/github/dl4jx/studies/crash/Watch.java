package io.github.dl4jx.studies.crash;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Watches a life's folder from outside, for the moment of its death. */
final class Watch {

  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d+)\\.zip");
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Path folder;
  private final Process process;
  private final long start = System.nanoTime();

  Watch(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  /** What is waited for. */
  private interface Sight {
    boolean reached() throws IOException;
  }

  /** Number of the newest checkpoint; 0 if there is none. */
  static long newest(Path folder) throws IOException {
    long newest = 0;
    if (Files.exists(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          newest = Math.max(newest, number(file));
        }
      }
    }
    return newest;
  }

  /** Number of a checkpoint; 0 if the file is something else. */
  static long number(Path file) {
    Matcher name = CHECKPOINT.matcher(String.valueOf(file.getFileName()));
    return name.matches() ? Long.parseLong(name.group(1)) : 0;
  }

  /** Size of the temporary file of a checkpoint that is being written; -1 if there is none. */
  static long temporaryBytes(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".checkpoint-*.tmp")) {
        for (Path file : files) {
          return Files.size(file);
        }
      } catch (NoSuchFileException e) {
        // renamed meanwhile
      }
    }
    return -1;
  }

  /** Age of the process. */
  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  /** Lets some time pass. False if the process has ended: there is nothing to kill. */
  boolean pass(long micros) throws IOException {
    long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
    return until(() -> System.nanoTime() - end >= 0, PAUSE_NANOS);
  }

  /** Waits for a checkpoint with this number or a higher one. */
  boolean checkpoint(long number) throws IOException {
    return until(() -> newest(folder) >= number, PAUSE_NANOS);
  }

  /** Waits until the newest checkpoint, of this number or a higher one, ends an epoch. */
  boolean epochEnd(long number, Plan plan) throws IOException {
    return until(
        () -> {
          long newest = newest(folder);
          return newest >= number && plan.isEpochEnd(newest);
        },
        PAUSE_NANOS);
  }

  /** Waits until so much of a checkpoint is written. */
  boolean written(long bytes) throws IOException {
    return until(() -> temporaryBytes(folder) >= bytes, 0); // without a pause: it lasts very short
  }

  private boolean until(Sight sight, long pauseNanos) throws IOException {
    while (!sight.reached()) {
      if (!process.isAlive()) {
        return false;
      }
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IOException("the training process makes no progress in " + folder);
      }
      LockSupport.parkNanos(pauseNanos);
    }
    return true;
  }
}
