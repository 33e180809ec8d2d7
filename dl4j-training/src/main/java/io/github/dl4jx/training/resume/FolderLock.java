package io.github.dl4jx.training.resume;

import io.github.dl4jx.random.internal.Arguments;
import java.io.IOException;
import java.lang.ref.Cleaner;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run at a time in a folder, among the processes of a machine and the threads of this one.
 *
 * <p>A file {@value #FILE} with the owner's process id is locked. The operating system lets go of
 * it when the process dies, however it does; the file that is left then means nothing. It is
 * deleted when the lock is given up. Where the file system has no locks, a warning says so once,
 * and only runs of this process are kept apart. Reading a folder needs no lock.
 *
 * <pre>{@code
 * try (FolderLock lock = FolderLock.acquire(folder)) {
 *   ..
 * }
 * }</pre>
 */
public final class FolderLock implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FolderLock.class);

  /** Name of the lock file. */
  static final String FILE = ".dl4jx.lock";

  /** What is locked is one byte far behind the text: Windows lets nobody read what is locked. */
  private static final long LOCKED_BYTE = 1L << 30;

  private static final int MOST_DIGITS = 19;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final Cleaner CLEANER = Cleaner.create();

  /** The folders of this process, by their real paths; guarded by itself. */
  private static final Map<Path, Held> HELD = new HashMap<>();

  /**
   * Channels to lock files that this process has locked by another path: closing one would make the
   * operating system forget the lock.
   */
  private static final Set<FileChannel> ALIASES = new HashSet<>();

  private static boolean warned;

  private final Held held;
  private final Owner owner;

  /** Who has a folder of this process. */
  private static final class Owner {
    final boolean firm;

    Owner(boolean firm) {
      this.firm = firm;
    }
  }

  /** A folder that this process has locked. */
  private static final class Held {
    final Path folder;
    final FileChannel channel;

    /** Which file it was: somebody may delete it. */
    final @Nullable Object fileKey;

    Owner owner = new Owner(false);

    Held(Path folder, FileChannel channel, @Nullable Object fileKey) {
      this.folder = folder;
      this.channel = channel;
      this.fileKey = fileKey;
    }

    Path file() {
      return folder.resolve(FILE);
    }

    boolean isThere() {
      try {
        Object now = fileKey(file());
        return fileKey == null || fileKey.equals(now);
      } catch (IOException e) {
        return false;
      }
    }
  }

  /** Something to do while a folder is this process's own. */
  interface Work {
    void run() throws IOException;
  }

  private FolderLock(Held held, boolean firm) {
    Owner mine = new Owner(firm);
    this.held = held;
    this.owner = mine;
    held.owner = mine;
    CLEANER.register(this, () -> release(held, mine));
  }

  /**
   * Takes a folder until the lock is closed.
   *
   * @param folder an existing folder
   * @return the lock
   * @throws IllegalStateException if another process has the folder, or another run of this one;
   *     the message has the folder and the process id
   * @throws IOException if no file can be made in the folder
   */
  public static FolderLock acquire(Path folder) throws IOException {
    Arguments.notNull("folder", folder);
    return take(folder, true);
  }

  /**
   * Takes a folder for a run whose end nobody tells: the next run of this process takes it over,
   * the one before then {@linkplain #isHeld has it no longer}.
   */
  static FolderLock takeOver(Path folder) throws IOException {
    return take(folder, false);
  }

  /** Does something that no other process may do meanwhile; no run of this process is disturbed. */
  static void whileOwned(Path folder, Work work) throws IOException {
    synchronized (HELD) {
      Held held = HELD.get(folder.toRealPath());
      if (held != null && held.isThere()) {
        work.run();
        return;
      }
      try (FolderLock lock = take(folder, true)) {
        work.run();
      }
    }
  }

  private static FolderLock take(Path folder, boolean firm) throws IOException {
    synchronized (HELD) {
      Path real = folder.toRealPath();
      Held held = HELD.get(real);
      if (held != null && held.owner.firm) {
        throw refused(folder, ProcessHandle.current().pid() + ", this very process");
      }
      if (held != null && !held.isThere()) { // the folder was deleted and made again
        HELD.remove(real);
        held.channel.close();
        held = null;
      }
      if (held == null) {
        held = lock(folder, real);
        HELD.put(real, held);
      }
      return new FolderLock(held, firm);
    }
  }

  private static Held lock(Path folder, Path real) throws IOException {
    Path file = real.resolve(FILE);
    long start = System.nanoTime();
    while (true) {
      try {
        Files.createFile(file);
      } catch (FileAlreadyExistsException e) {
        // left by a process that was killed, or the lock of another one
      }
      boolean late = System.nanoTime() - start > PATIENCE_NANOS;
      Held held = tryLock(folder, real, file, late);
      if (held != null) {
        return held;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Null if it is to be tried again: the file was deleted, or who has it has not yet said so. */
  private static @Nullable Held tryLock(Path folder, Path real, Path file, boolean late)
      throws IOException {
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
        // the file may be one that its owner has deleted: then a third could lock a new one
        if (key == null || key.equals(fileKey(file))) {
          write(channel, String.valueOf(ProcessHandle.current().pid()));
          done = true;
          return new Held(real, channel, key);
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

  private static IllegalStateException refused(Path folder, String process) {
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

  /** False for the id of an owner before, which the new one has not replaced yet. */
  private static boolean isAlive(String id) {
    try {
      return ProcessHandle.of(Long.parseLong(id)).map(ProcessHandle::isAlive).orElse(false);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /**
   * Whether the folder is still this lock's.
   *
   * @return false once it is closed, or another run of this process has taken the folder over
   */
  public boolean isHeld() {
    synchronized (HELD) {
      return HELD.get(held.folder) == held && held.owner == owner;
    }
  }

  /** Gives the folder up; does nothing if that was done before. */
  @Override
  public void close() {
    release(held, owner);
  }

  private static void release(Held held, Owner owner) {
    synchronized (HELD) {
      if (HELD.get(held.folder) != held || held.owner != owner) {
        return;
      }
      HELD.remove(held.folder);
      try {
        // while it is locked; on Windows it stays
        if (held.fileKey != null && held.isThere()) {
          Files.deleteIfExists(held.file());
        }
      } catch (IOException e) {
        log.debug("Cannot delete {}: {}", held.file(), e.toString());
      }
      try {
        held.channel.close();
      } catch (IOException e) {
        log.warn("Cannot unlock {}: {}", held.file(), e.toString());
      }
    }
  }

  @Override
  public String toString() {
    return "FolderLock(" + held.folder + ")";
  }
}
