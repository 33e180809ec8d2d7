package io.github.dl4jx.ensembles.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a file whole or not at all. */
final class AtomicFiles {

  private AtomicFiles() {}

  /** What fills the file. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes to a temporary file beside the target, forces it to disk and renames it. */
  static void write(Path target, Content content) throws IOException {
    Path absolute = target.toAbsolutePath();
    // not createTempFile: its files are readable by their owner only
    Path temporary =
        absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel file =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file));
        content.writeTo(out);
        out.flush();
        file.force(true);
      }
      Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
