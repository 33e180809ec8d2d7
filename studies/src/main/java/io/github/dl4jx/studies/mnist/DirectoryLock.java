package io.github.dl4jx.studies.mnist;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One installer at a time in a directory, among the threads and the processes of a machine.
 *
 * <p>The lock file stays: deleting it would let a third installer lock a new file of that name
 * while a second one still holds the old. The system drops the lock of a process that dies.
 */
final class DirectoryLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DirectoryLock.class);

  private static final String FILE_NAME = ".mnist.lock";
  private static final int POLL_MILLIS = 100;

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits until nobody else holds the lock. */
  static DirectoryLock acquire(Path directory) throws IOException {
    Path file = directory.resolve(FILE_NAME);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      for (boolean told = false; tryLock(channel) == null; told = true) {
        if (!told) {
          LOG.info("Another installation is at work in {}; waiting for it", directory);
        }
        Thread.sleep(POLL_MILLIS);
      }
      return new DirectoryLock(channel);
    } catch (InterruptedException e) {
      channel.close();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + file);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Null while another process holds the lock, or another thread of this one. */
  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Closing the channel releases its lock. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
