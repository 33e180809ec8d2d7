package io.github.dl4jx.studies.log;

import io.github.dl4jx.training.network.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Text files that are there whole or not at all. */
public final class TextFiles {

  private TextFiles() {}

  /** Writes a file, over one that was there before. */
  public static void write(Path file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(bytes));
  }
}
