package io.github.dl4jx.training.network;

import io.github.dl4jx.random.internal.Arguments;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Writes a file whole or not at all: to a temporary name, forced to disk, then renamed. */
public final class AtomicFiles {

  private static final String TEMPORARY = ".tmp";
  private static final int BUFFER = 1 << 16;

  /** Names of the temporary files that this process is writing now. */
  private static final Set<String> WRITING = ConcurrentHashMap.newKeySet();

  private AtomicFiles() {}

  /** What is written into a file. */
  public interface Content {

    /**
     * Writes the content.
     *
     * @param out where to; not closed by this method
     * @throws IOException if that fails
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file. An older one is replaced in the last step, and untouched if a step before fails.
   *
   * @param target the file
   * @param content its content
   * @throws IOException if it cannot be written; the temporary file is then deleted
   */
  public static void write(Path target, Content content) throws IOException {
    Path absolute = Arguments.notNull("target", target).toAbsolutePath();
    Arguments.notNull("content", content);
    // not createTempFile: its files are readable by their owner only
    String name = "." + absolute.getFileName() + "." + UUID.randomUUID() + TEMPORARY;
    Path temporary = absolute.resolveSibling(name);
    WRITING.add(name);
    try {
      try (FileChannel file =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER);
        content.writeTo(out);
        out.flush();
        file.force(true);
      }
      Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      WRITING.remove(name);
      Files.deleteIfExists(temporary);
    }
    forceFolder(temporary.resolveSibling("."));
  }

  /** Makes the new name survive a power failure, on systems that can open folders. */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows, whose file systems have a journal of renames
    }
  }

  /**
   * Deletes the temporary files that a killed process has left behind; those that this process is
   * writing stay.
   *
   * @param folder the folder, which no other process writes to: its {@code FolderLock} is held
   * @param prefix how the names of the targets begin
   * @throws IOException if the folder cannot be read or a file cannot be deleted
   */
  public static void deleteLeftovers(Path folder, String prefix) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            Arguments.notNull("folder", folder),
            "." + Arguments.notNull("prefix", prefix) + "*" + TEMPORARY)) {
      for (Path file : files) {
        if (!WRITING.contains(String.valueOf(file.getFileName()))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
