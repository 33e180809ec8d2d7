package io.github.dl4jx.training.resume;

import io.github.dl4jx.random.internal.Arguments;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One run at a time in a folder, among the processes of a machine and the threads of this one.
 *
 * <p>A file {@value #FILE} with the owner's process id is locked. The operating system unlocks it
 * when the process dies, however it does; the file that is left then means nothing. Closing the
 * lock deletes it. Where the file system has no locks, a warning says so once, and only runs of
 * this process are kept apart. Reading a folder needs no lock.
 *
 * <pre>{@code
 * try (FolderLock lock = FolderLock.acquire(folder)) {
 *   ..
 * }
 * }</pre>
 */
public final class FolderLock implements AutoCloseable {

  /** Name of the lock file. */
  static final String FILE = ".dl4jx.lock";

  private static final Cleaner CLEANER = Cleaner.create();

  /** The folders of this process, by their real paths; guarded by itself. */
  private static final Map<Path, Held> HELD = new HashMap<>();

  private final Held held;
  private final Owner owner;

  /** The run of this process that has a folder. */
  private static final class Owner {
    final boolean firm;

    Owner(boolean firm) {
      this.firm = firm;
    }
  }

  /** A folder that this process has locked. */
  private static final class Held {
    final Path folder;
    final LockFile file;
    Owner owner = new Owner(false);

    Held(Path folder, LockFile file) {
      this.folder = folder;
      this.file = file;
    }
  }

  /** Work on files. */
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
   * Locks a folder until the lock is closed.
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
   * Takes a folder for a run that need not close its lock: the next run of this process takes the
   * folder over, and the run before {@linkplain #isHeld has it no longer}.
   */
  static FolderLock takeOver(Path folder) throws IOException {
    return take(folder, false);
  }

  /** Does some work while no other process has the folder; a run of this process keeps it. */
  static void whileOwned(Path folder, Work work) throws IOException {
    synchronized (HELD) {
      Held held = HELD.get(folder.toRealPath());
      if (held != null && held.file.isThere()) {
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
        throw LockFile.refused(folder, ProcessHandle.current().pid() + ", this very process");
      }
      if (held != null && !held.file.isThere()) { // the folder was deleted and made again
        HELD.remove(real);
        held.file.unlock();
        held = null;
      }
      if (held == null) {
        held = new Held(real, LockFile.in(real, folder));
        HELD.put(real, held);
      }
      return new FolderLock(held, firm);
    }
  }

  /**
   * {@return whether the folder is still this lock's: not once it is closed, or another run of this
   * process has taken the folder over}
   */
  public boolean isHeld() {
    synchronized (HELD) {
      return HELD.get(held.folder) == held && held.owner == owner;
    }
  }

  /** Releases the folder; a second call does nothing. */
  @Override
  public void close() {
    release(held, owner);
  }

  private static void release(Held held, Owner owner) {
    synchronized (HELD) {
      if (HELD.get(held.folder) == held && held.owner == owner) {
        HELD.remove(held.folder);
        held.file.release();
      }
    }
  }

  @Override
  public String toString() {
    return "FolderLock(" + held.folder + ")";
  }
}
