package io.github.dl4jx.training.resume;

import io.github.dl4jx.training.network.AtomicFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder of checkpoints, which are numbered in the order in which they were taken. */
final class CheckpointFolder {

  private static final Logger log = LoggerFactory.getLogger(CheckpointFolder.class);

  private static final String PREFIX = "checkpoint-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)\\.zip");

  /** The largest number: a thousand checkpoints a second for eleven days. */
  static final long MOST = 999_999_999;

  private static final int MOST_DIGITS = 9;

  private final Path folder;

  CheckpointFolder(File folder) {
    this.folder = folder.toPath().toAbsolutePath();
  }

  /**
   * Makes the folder if need be, deletes what a killed process has left half written, and tries
   * whether a file can be written, while no other process uses the folder.
   */
  void prepare() throws IOException {
    Files.createDirectories(folder);
    FolderLock.whileOwned(
        folder,
        () -> {
          AtomicFiles.deleteLeftovers(folder, PREFIX);
          next(); // whether there is one
          Path trial = folder.resolve(PREFIX + "trial");
          AtomicFiles.write(trial, out -> out.write(0));
          Files.delete(trial);
        });
  }

  /** Takes the folder for a run; see {@link FolderLock#takeOver}. */
  FolderLock takeOver() throws IOException {
    return FolderLock.takeOver(folder);
  }

  /** The checkpoints, oldest first, by their numbers. */
  SortedMap<Long, Path> files() throws IOException {
    return files(new ArrayList<>());
  }

  /**
   * The checkpoints, oldest first, by their numbers.
   *
   * @param others is given the files that are called like checkpoints, but have too large a number
   *     or one that another has
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

  /** What to say of files that do not count as checkpoints. */
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
  Path next() throws IOException {
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
   * @param every numbers that are multiples of it are kept, too; 0 for none
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
