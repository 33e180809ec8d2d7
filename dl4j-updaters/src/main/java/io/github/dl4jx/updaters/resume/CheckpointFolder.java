package io.github.dl4jx.updaters.resume;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{1,18})\\.zip");

  private final Path folder;

  CheckpointFolder(File folder) {
    this.folder = folder.toPath().toAbsolutePath();
  }

  /**
   * Makes the folder if need be, deletes what a killed process has left half written, and tries
   * whether a file can be written.
   */
  void prepare() throws IOException {
    Files.createDirectories(folder);
    AtomicFiles.deleteLeftovers(folder, PREFIX);
    Path trial = folder.resolve(PREFIX + "trial");
    AtomicFiles.write(trial, out -> out.write(0));
    Files.delete(trial);
  }

  /** The checkpoints, oldest first, by their numbers. */
  SortedMap<Long, Path> files() throws IOException {
    SortedMap<Long, Path> files = new TreeMap<>();
    if (!Files.exists(folder)) {
      return files;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path file : all) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          files.put(Long.parseLong(name.group(1)), file);
        }
      }
    }
    return files;
  }

  /** The name of the next checkpoint. */
  Path next() throws IOException {
    SortedMap<Long, Path> files = files();
    long number = files.isEmpty() ? 1 : files.lastKey() + 1;
    return folder.resolve(String.format("%s%08d.zip", PREFIX, number));
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
