package io.github.dl4jx.training.resume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that keeps other processes out of a folder: it contains this process's id, and is locked
 * by the operating system. Not thread-safe.
 */
final class LockFile {

  private static final Logger log = LoggerFactory.getLogger(LockFile.class);

  /** One byte far behind the text is locked: Windows lets nobody read what is locked. */
  private static final long LOCKED_BYTE = 1L << 30;

  private static final int MOST_DIGITS = 19;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /**
   * Channels to lock files that this process has locked by another path: closing one would make the
   * operating system forget the lock.
   */
  private static final Set<FileChannel> ALIASES = new HashSet<>();

  private static boolean warned;

  private final Path file;
  private final FileChannel channel;

  /** Identifies the file, which somebody may delete and make again; null if unknown. */
  private final @Nullable Object fileKey;

  private LockFile(Path file, FileChannel channel, @Nullable Object fileKey) {
    this.file = file;
    this.channel = channel;
    this.fileKey = fileKey;
  }

  /** Whether the locked file still has its name. */
  boolean isThere() {
    try {
      Object now = fileKey(file);
      return fileKey == null || fileKey.equals(now);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Makes and locks the file of a folder.
   *
   * @param real the folder's real path
   * @param folder its path in messages
   * @throws IllegalStateException if another process has locked it
   * @throws IOException if no file can be made in the folder
   */
  static LockFile in(Path real, Path folder) throws IOException {
    long start = System.nanoTime();
    while (true) {
      try {
        Files.createFile(real.resolve(FolderLock.FILE));
      } catch (FileAlreadyExistsException e) {
        // left by a process that was killed, or the lock of another one
      }
      boolean late = System.nanoTime() - start > PATIENCE_NANOS;
      LockFile held = tryLock(real, folder, late);
      if (held != null) {
        return held;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Null to try again: the file was deleted, or its owner has not written its id yet. */
  private static @Nullable LockFile tryLock(Path real, Path folder, boolean late)
      throws IOException {
    Path file = real.resolve(FolderLock.FILE);
    FileChannel channel = null;
    boolean done = false;
    try {
      Object key = fileKey(file);
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS); // or a link could have any file overwritten
      if (isLocked(channel, folder)) {
        // if the file has been deleted meanwhile, another process could lock a new one
        if (key == null || key.equals(fileKey(file))) {
          write(channel, String.valueOf(ProcessHandle.current().pid()));
          done = true;
          return new LockFile(file, channel, key);
        }
      } else {
        String id = read(channel);
        if (late || isAlive(id)) {
          throw refused(folder, id.isEmpty() ? "of unknown number" : id);
        }
      }
      return null;
    } catch (NoSuchFileException e) {
      if (!Files.isDirectory(real)) {
        throw e;
      }
      return null;
    } catch (OverlappingFileLockException e) {
      done = true;
      ALIASES.add(channel);
      throw refused(folder, ProcessHandle.current().pid() + ", this very process");
    } finally {
      if (channel != null && !done) {
        channel.close();
      }
    }
  }

  private static boolean isLocked(FileChannel channel, Path folder) {
    try {
      return channel.tryLock(LOCKED_BYTE, 1, false) != null;
    } catch (IOException | UnsupportedOperationException e) {
      if (!warned) {
        warned = true;
        log.warn(
            "The file system of {} has no locks ({}): nothing keeps a second process out of it",
            folder,
            e.toString());
      }
      return true;
    }
  }

  static IllegalStateException refused(Path folder, String process) {
    return new IllegalStateException(
        "the folder "
            + folder
            + " is in use by process "
            + process
            + ": only one run at a time may use it");
  }

  private static @Nullable Object fileKey(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new IOException("the lock file " + file + " must be a regular file");
    }
    return attributes.fileKey();
  }

  private static void write(FileChannel channel, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    channel.write(ByteBuffer.wrap(bytes), 0);
    channel.truncate(bytes.length);
  }

  /** The process id in a lock file, or nothing. */
  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MOST_DIGITS + 1);
    channel.read(bytes, 0);
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    return text.matches("[0-9]{1," + MOST_DIGITS + "}") ? text : "";
  }

  /** False for the id of an earlier owner that the new one has not overwritten yet. */
  private static boolean isAlive(String id) {
    try {
      return ProcessHandle.of(Long.parseLong(id)).map(ProcessHandle::isAlive).orElse(false);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Deletes and unlocks the file. */
  void release() {
    try {
      // while it is locked; on Windows it stays
      if (fileKey != null && isThere()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      log.debug("Cannot delete {}: {}", file, e.toString());
    }
    unlock();
  }

  /** Unlocks the file and leaves it. */
  void unlock() {
    try {
      channel.close();
    } catch (IOException e) {
      log.warn("Cannot unlock {}: {}", file, e.toString());
    }
  }
}
