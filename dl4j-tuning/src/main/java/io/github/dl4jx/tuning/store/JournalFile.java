package io.github.dl4jx.tuning.store;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a journal. It is opened, locked, read from where this process has come to, appended
 * to, forced to disk and closed: one process or thread at a time does that.
 */
final class JournalFile {

  private static final String NAME = "journal.jsonl";

  /** Closing any channel to a file gives up the locks of the whole process. */
  private static final Object ONE_AT_A_TIME = new Object();

  private static final Logger log = LoggerFactory.getLogger(JournalFile.class);

  /**
   * How often the file is forced to disk at most. A process that is killed loses nothing anyway; a
   * power failure loses what the trials' folders still know.
   */
  private static final long FORCE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** A million events and more; checked before memory is taken. */
  private static final int LARGEST = 1 << 28;

  private final Path folder;
  private final Path path;

  /** Those that have been read or written. */
  private final List<Line> lines = new ArrayList<>();

  /** Where the next one begins. */
  private long end;

  private long forced = System.nanoTime();
  private boolean unforced;

  /** Of an event, and whether it is still there. */
  private static final class Line {

    final long start;
    final int length;
    private final long checksum;

    Line(long start, byte[] bytes) {
      this.start = start;
      this.length = bytes.length;
      this.checksum = checksum(bytes);
    }

    boolean isIn(FileChannel channel) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, start + bytes.position()) < 0) {
          return false;
        }
      }
      return checksum(bytes.array()) == checksum;
    }

    private static long checksum(byte[] bytes) {
      CRC32C crc = new CRC32C();
      crc.update(bytes, 0, bytes.length);
      return crc.getValue();
    }
  }

  /** What is read and written while the file is locked. */
  interface Exchange {
    /**
     * Another process has written an event.
     *
     * @return whether it stays; otherwise it is cut off, with those after it
     */
    boolean found(Event event);

    /**
     * Another process has cut events off.
     *
     * @return how many are left
     */
    int left();

    /** What is appended. */
    List<Event> added();
  }

  private interface Work {
    void on(FileChannel channel) throws IOException;
  }

  JournalFile(Path folder) {
    this.folder = folder;
    this.path = folder.resolve(NAME);
  }

  File folder() {
    return folder.toFile();
  }

  /**
   * Reads and appends.
   *
   * @param last whether all that was appended must be on the disk now
   */
  void exchange(Exchange exchange, boolean last) {
    locked(
        channel -> {
          if (!lines.isEmpty() && !lines.get(lines.size() - 1).isIn(channel)) {
            forget(exchange.left());
          }
          read(channel, exchange);
          append(channel, exchange.added());
          if (unforced && (last || System.nanoTime() - forced > FORCE_NANOS)) {
            channel.force(true);
            forced = System.nanoTime();
            unforced = false;
          }
        });
  }

  /** Cuts off the events from a number on, if no other process has done so. */
  void cut(int number) {
    locked(
        channel -> {
          boolean there = lines.get(number).isIn(channel);
          forget(number);
          if (there) {
            channel.truncate(end);
            channel.force(true);
          }
        });
  }

  private void forget(int number) {
    end = lines.get(number).start;
    lines.subList(number, lines.size()).clear();
  }

  private void locked(Work work) {
    synchronized (ONE_AT_A_TIME) {
      try (FileChannel channel =
              FileChannel.open(
                  path,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS); // or a link could have any file cut
          FileLock lock = channel.lock()) {
        work.on(channel);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot use the journal " + path + ": " + e, e);
      }
    }
  }

  private void read(FileChannel channel, Exchange exchange) throws IOException {
    long unread = channel.size() - end;
    if (unread < 0) {
      throw new IOException("the file has become shorter");
    }
    if (unread > LARGEST) {
      throw new IOException("it must have at most " + LARGEST + " bytes, got " + channel.size());
    }
    ByteBuffer tail = ByteBuffer.allocate((int) unread);
    while (tail.hasRemaining()) {
      if (channel.read(tail, end + tail.position()) < 0) {
        throw new IOException("the file has become shorter");
      }
    }
    byte[] bytes = tail.array();
    boolean damaged = false;
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        Event event = parsed(new String(bytes, from, i - from, StandardCharsets.UTF_8));
        if (event == null) {
          damaged = true;
          break;
        }
        if (!exchange.found(event)) {
          break;
        }
        add(Arrays.copyOfRange(bytes, from, i + 1));
        from = i + 1;
      }
    }
    damaged |= from == 0 && bytes.length > 0 && !EventText.isBegun(bytes);
    if (damaged && lines.isEmpty()) {
      throw new IOException("its first line is none of a journal's, is it another file?");
    }
    if (damaged) {
      Path copy = path.resolveSibling(path.getFileName() + ".damaged");
      copy(channel, copy);
      log.warn("What was in {} is kept in {}", path, copy);
    }
    if (channel.size() > end) { // a process was killed while it wrote, or stopped sooner
      log.info("{} is cut after {} whole lines, at byte {}", path, lines.size(), end);
      channel.truncate(end);
      channel.force(true);
    }
  }

  /** Through the channel that has the lock: another one could not read it on every system. */
  private static void copy(FileChannel channel, Path to) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            to,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING,
            LinkOption.NOFOLLOW_LINKS)) {
      for (long at = 0; at < channel.size(); ) {
        at += channel.transferTo(at, channel.size() - at, out);
      }
      out.force(true);
    }
  }

  private @Nullable Event parsed(String line) {
    try {
      return Event.parse(line);
    } catch (IOException e) {
      log.warn("{} is damaged after {} lines: {}", path, lines.size(), e.getMessage());
      return null;
    }
  }

  private void append(FileChannel channel, List<Event> events) throws IOException {
    if (events.isEmpty()) {
      return;
    }
    long at = end;
    ByteArrayOutputStream added = new ByteArrayOutputStream();
    List<byte[]> written = new ArrayList<>();
    for (Event event : events) {
      written.add((event + "\n").getBytes(StandardCharsets.UTF_8));
    }
    written.forEach(added::writeBytes);
    ByteBuffer bytes = ByteBuffer.wrap(added.toByteArray());
    while (bytes.hasRemaining()) {
      channel.write(bytes, at + bytes.position());
    }
    written.forEach(this::add);
    unforced = true;
  }

  private void add(byte[] line) {
    lines.add(new Line(end, line));
    end += line.length;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
