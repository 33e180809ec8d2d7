package io.github.dl4jx.training.resume;

import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.Network;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of checkpoints, which are numbered in the order in which they were taken, and the lock
 * that keeps it for one run.
 */
final class CheckpointFolder {

  private static final Logger log = LoggerFactory.getLogger(CheckpointFolder.class);

  private static final String PREFIX = "checkpoint-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)\\.zip");

  /** The largest number: a thousand checkpoints a second for eleven days. */
  static final long MOST = 999_999_999;

  private static final int MOST_DIGITS = 9;

  private final Path folder;

  private @Nullable FolderLock lock;

  CheckpointFolder(File folder) {
    this.folder = folder.toPath().toAbsolutePath();
  }

  /**
   * Makes the folder if need be, deletes what a killed process has left half written, and tests
   * that a file can be written, while no other process uses the folder.
   */
  void prepare() {
    use(
        () -> {
          Files.createDirectories(folder);
          FolderLock.whileOwned(folder, this::clean);
        });
  }

  private void clean() throws IOException {
    AtomicFiles.deleteLeftovers(folder, PREFIX);
    next(); // fails if there is no number left
    Path trial = folder.resolve(PREFIX + "trial");
    AtomicFiles.write(trial, out -> out.write(0));
    Files.delete(trial);
  }

  private void use(FolderLock.Work work) {
    try {
      work.run();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the folder " + folder + ": " + e, e);
    }
  }

  /**
   * Makes the folder if need be, and takes it until {@link #release}.
   *
   * @throws IllegalStateException if another run has it; that run keeps it
   */
  void acquire() {
    use(
        () -> {
          Files.createDirectories(folder);
          lock = FolderLock.acquire(folder);
        });
  }

  /**
   * Takes the folder at the start of training, if there is one; see {@link FolderLock#takeOver}. A
   * folder that a later run has taken stays with it.
   */
  void takeOver() {
    if (lock != null || Files.isDirectory(folder)) {
      use(this::requireOwned);
    }
  }

  private void requireOwned() throws IOException {
    if (lock == null) {
      lock = FolderLock.takeOver(folder);
    } else if (!lock.isHeld()) {
      throw new IllegalStateException(
          "another run of this process has taken over the folder "
              + folder
              + ": only one run at a time may use it; close() gives it up, to train on");
    }
  }

  /**
   * Writes the next checkpoint.
   *
   * @return its file
   * @throws UncheckedIOException if it cannot be written
   * @throws IllegalStateException if another run has the folder
   */
  Path write(
      Network net,
      CheckpointFile.Position at,
      DataDigest.@Nullable Record data,
      List<ListenerState> states) {
    Path file = null;
    try {
      file = next();
      requireOwned();
      CheckpointFile.write(file, net, at, data, states);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write the checkpoint "
              + (file == null ? "in " + folder : file)
              + " after iteration "
              + at.iteration
              + " ("
              + e.getMessage()
              + "): older ones, if there are any, are intact",
          e);
    }
  }

  /** Releases the folder for other processes. */
  void release() {
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }

  /**
   * The newest checkpoint that is whole; a warning is logged for every one that is not.
   *
   * @throws UncheckedIOException if there are checkpoints, but none is whole, or the folder cannot
   *     be read
   */
  Optional<SavedTraining> newest() {
    try {
      return newestWhole();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot resume from " + folder + ": " + e.getMessage(), e);
    }
  }

  private Optional<SavedTraining> newestWhole() throws IOException {
    List<Path> others = new ArrayList<>();
    SortedMap<Long, Path> files = files(others);
    if (!others.isEmpty()) {
      String what = notCounted(others);
      if (files.isEmpty()) {
        throw new IOException("these files " + what);
      }
      log.warn("In {} these files {}", folder, what);
    }
    List<Path> newestFirst = new ArrayList<>(files.values());
    Collections.reverse(newestFirst);
    for (Path file : newestFirst) {
      try {
        return Optional.of(SavedTraining.open(file));
      } catch (IOException e) {
        log.warn("{}; trying the one before", e.getMessage());
      }
    }
    if (files.isEmpty()) {
      return Optional.empty();
    }
    throw new IOException(
        "none of the "
            + files.size()
            + " checkpoints can be read (the log says why): to start anew, delete them or use"
            + " another folder");
  }

  /** The checkpoints, oldest first, by their numbers. */
  SortedMap<Long, Path> files() throws IOException {
    return files(new ArrayList<>());
  }

  /**
   * The checkpoints, oldest first, by their numbers.
   *
   * @param others collects the files named like checkpoints whose number is too large or taken
   */
  SortedMap<Long, Path> files(List<Path> others) throws IOException {
    SortedMap<Long, Path> files = new TreeMap<>();
    if (!Files.exists(folder)) {
      return files;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path file : all) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
          continue;
        }
        String digits = name.group(1).replaceFirst("^0+(?=.)", "");
        if (digits.length() > MOST_DIGITS) {
          others.add(file);
          continue;
        }
        long number = Long.parseLong(digits);
        Path another = files.put(number, file);
        if (another != null) {
          boolean ours = file.equals(file(number));
          files.put(number, ours ? file : another);
          others.add(ours ? another : file);
        }
      }
    }
    return files;
  }

  /** The message for files that are no checkpoints in spite of their names. */
  static String notCounted(List<Path> others) {
    return "do not count as checkpoints, whose numbers are unique and at most "
        + MOST
        + ": "
        + others
        + "; rename them, or move them away";
  }

  private Path file(long number) {
    return folder.resolve(String.format("%s%08d.zip", PREFIX, number));
  }

  /** The name of the next checkpoint. */
  private Path next() throws IOException {
    SortedMap<Long, Path> files = files();
    long number = files.isEmpty() ? 1 : files.lastKey() + 1;
    if (number > MOST) {
      throw new IOException(
          "there is no number after that of "
              + files.get(files.lastKey())
              + ": rename it to the one that it had, or use another folder");
    }
    return file(number);
  }

  /**
   * Deletes old checkpoints.
   *
   * @param last how many of the newest are kept
   * @param every checkpoints whose numbers are multiples of it are kept, too; 0 for none
   */
  void prune(int last, int every) {
    try {
      SortedMap<Long, Path> files = files();
      int old = files.size() - last;
      for (Map.Entry<Long, Path> file : files.entrySet()) {
        if (old-- <= 0) {
          return;
        }
        if (every == 0 || file.getKey() % every != 0) {
          Files.deleteIfExists(file.getValue());
        }
      }
    } catch (IOException e) {
      log.warn("Cannot delete an old checkpoint in {}: {}", folder, e.toString());
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
