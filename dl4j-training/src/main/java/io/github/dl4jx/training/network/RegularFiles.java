package io.github.dl4jx.training.network;

import io.github.dl4jx.random.internal.Arguments;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens regular files only: a pipe may block forever, and a device may never end. */
public final class RegularFiles {

  private RegularFiles() {}

  /**
   * {@return the content of a file, to be closed by the caller}
   *
   * @param file the file, or a link to it
   * @throws IOException if it is missing or not a regular file
   */
  public static InputStream open(Path file) throws IOException {
    check(file);
    return Files.newInputStream(file);
  }

  /**
   * Checks a file before it is opened.
   *
   * @param file the file, or a link to it
   * @throws IOException if it is missing or not a regular file
   */
  public static void check(Path file) throws IOException {
    Arguments.notNull("file", file);
    if (!Files.isRegularFile(file)) {
      if (Files.notExists(file)) {
        throw new NoSuchFileException(file.toString());
      }
      throw new IOException(file + " must be a regular file, got a folder, pipe, or device");
    }
  }
}
