package io.github.dl4jx.training.jobs;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.RegularFiles;
import io.github.dl4jx.training.resume.FolderLock;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The finished results of a job in a folder, so that a job that was killed does not compute them
 * again.
 *
 * <pre>
 * training.txt     what is done: settings, configurations, data; another job is refused
 * member-0.zip     a finished result; the job's unit, the task's index, the format's extension
 * </pre>
 *
 * <p>The folder is one job's at a time, until it is closed: see {@link FolderLock}.
 *
 * @param <R> type of the results
 */
public final class KeptResults<R> implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KeptResults.class);

  private static final String RECORD = "training.txt";

  /** Null if nothing is kept. */
  private final @Nullable Kept<R> kept;

  private KeptResults(@Nullable Kept<R> kept) {
    this.kept = kept;
  }

  /** A folder that this job has. */
  private static final class Kept<R> {
    final Path folder;
    final FolderLock lock;
    final String unit;
    final ResultFormat<R> format;

    Kept(Path folder, FolderLock lock, String unit, ResultFormat<R> format) {
      this.folder = folder;
      this.lock = lock;
      this.unit = unit;
      this.format = format;
    }

    Path file(int index) {
      return folder.resolve(unit + "-" + index + "." + format.extension());
    }
  }

  /**
   * Keeps nothing.
   *
   * @param <R> type of the results
   * @return results none of which is there
   */
  public static <R> KeptResults<R> none() {
    return new KeptResults<>(null);
  }

  /**
   * Opens the folder of a job, or begins one.
   *
   * @param folder a folder for this job alone; made if need be
   * @param description what is done; must be the same each time
   * @param unit what a task is called, small letters: the names of files begin with it
   * @param format how results are written and read
   * @param <R> type of the results
   * @return the results in the folder, to be closed by the caller
   * @throws IllegalArgumentException if the folder holds another job
   * @throws IllegalStateException if another process or thread has the folder
   */
  public static <R> KeptResults<R> in(
      File folder, String description, String unit, ResultFormat<R> format) {
    Path path = Arguments.path("folder", folder).toAbsolutePath();
    Arguments.notNull("description", description);
    Preconditions.checkArgument(
        Arguments.notNull("unit", unit).matches("[a-z]{1,32}"),
        "unit must be a word of at most 32 small letters, got %s",
        unit);
    Arguments.notNull("format", format);
    FolderLock lock;
    try {
      Files.createDirectories(path);
      lock = FolderLock.acquire(path);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot use the folder of " + unit + "s " + path + ": " + e, e);
    }
    try {
      prepare(path, description, unit);
      return new KeptResults<>(new Kept<>(path, lock, unit, format));
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static void prepare(Path folder, String description, String unit) {
    Path record = folder.resolve(RECORD);
    byte[] text = description.getBytes(StandardCharsets.UTF_8);
    try {
      AtomicFiles.deleteLeftovers(folder, RECORD);
      AtomicFiles.deleteLeftovers(folder, unit + "-");
      if (Files.exists(record)) {
        RegularFiles.check(record);
        Preconditions.checkArgument(
            Files.size(record) == text.length
                && description.equals(Files.readString(record, StandardCharsets.UTF_8)),
            "folder must be empty or hold the same training, got %s, whose %s tells of another"
                + " configuration, setting or data",
            folder,
            RECORD);
      } else {
        AtomicFiles.write(record, out -> out.write(text));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot use the folder of " + unit + "s " + folder + ": " + e, e);
    }
  }

  /**
   * The result that is kept, or else a new one, which is then kept. A file that cannot be read
   * counts as none.
   *
   * @param index of the task, from 0 on
   * @param computed gives the new one
   * @return the result
   */
  public R get(int index, Supplier<? extends R> computed) {
    Preconditions.checkArgument(index >= 0, "index must be >= 0, got %s", index);
    Arguments.notNull("computed", computed);
    if (kept == null) {
      return Arguments.notNull("what is computed", computed.get());
    }
    Path file = kept.file(index);
    if (Files.exists(file)) {
      try {
        return kept.format.read(file);
      } catch (IOException e) {
        log.warn("Training {} {} again: {}", kept.unit, index + 1, e.getMessage());
      }
    }
    R result = Arguments.notNull("what is computed", computed.get());
    save(kept, file, result);
    return result;
  }

  private static <R> void save(Kept<R> kept, Path file, R result) {
    // a thread that did not stop when the job failed comes too late
    Preconditions.checkState(kept.lock.isHeld(), "the training in %s is over", kept.folder);
    try {
      synchronized (kept) { // one file at a time is in memory
        byte[] bytes = kept.format.write(result);
        AtomicFiles.write(file, out -> out.write(bytes));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot save the " + kept.unit + " " + file + ": " + e, e);
    }
  }

  /** Gives the folder up. */
  @Override
  public void close() {
    if (kept != null) {
      kept.lock.close();
    }
  }
}
