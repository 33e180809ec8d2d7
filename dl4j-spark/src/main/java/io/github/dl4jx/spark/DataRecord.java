package io.github.dl4jx.spark;

import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.RegularFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What tells a run's settings and data from others, in a file beside its checkpoints. */
final class DataRecord {

  private static final Logger log = LoggerFactory.getLogger(DataRecord.class);

  private static final String NAME = "data.txt";
  private static final int MOST_BYTES = 1 << 20;

  private final @Nullable Path file;
  private final boolean begun;
  private final String settings;

  /** What is to be written. */
  private @Nullable String unwritten;

  /**
   * The record of a folder.
   *
   * @param folder null for none: anything goes then
   * @param begun whether the folder has a checkpoint
   * @param settings of the training, in one line
   * @throws IllegalArgumentException if the run was begun with others
   */
  DataRecord(@Nullable File folder, boolean begun, String settings) {
    this.file = folder == null ? null : folder.toPath().resolve(NAME);
    this.begun = begun;
    this.settings = settings;
    String before = read();
    Preconditions.checkArgument(
        before == null || before.startsWith(settings + "\n"),
        "settings must be those that the run in the folder was begun with, of which %s tells; got"
            + " %s",
        file,
        settings);
  }

  /** {@return whether data has to be compared or written down} */
  boolean isKept() {
    return file != null;
  }

  /**
   * Compares data with what the run was begun with; at its beginning anything goes.
   *
   * @param data a description, or digests
   * @throws IllegalArgumentException if it is other data
   */
  void check(String data) {
    if (file == null) {
      return;
    }
    String text = settings + "\n" + data;
    String before = read();
    if (before == null) {
      unwritten = text;
      if (begun) {
        log.warn(
            "{} is not there: the data is not compared with that of the run's beginning", file);
      }
      return;
    }
    Preconditions.checkArgument(
        before.equals(text),
        "data must be what the run in the folder was begun with, of which %s tells; got %s",
        file,
        data);
  }

  /** What the run was begun with; null if that is not known. */
  private @Nullable String read() {
    if (file == null || !begun || !Files.exists(file)) {
      return null;
    }
    try {
      RegularFiles.check(file);
      Preconditions.checkArgument(
          Files.size(file) <= MOST_BYTES, "the record of the data %s is too long", file);
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the record of the data " + file + ": " + e, e);
    }
  }

  /** Writes down what is not yet; to be called when this run has the folder's lock. */
  void write() {
    String data = unwritten;
    if (file == null || data == null) {
      return;
    }
    try {
      AtomicFiles.write(file, out -> out.write(data.getBytes(StandardCharsets.UTF_8)));
      unwritten = null;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the record of the data " + file + ": " + e, e);
    }
  }
}
