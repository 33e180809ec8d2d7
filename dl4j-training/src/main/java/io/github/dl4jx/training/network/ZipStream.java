package io.github.dl4jx.training.network;

import io.github.dl4jx.random.internal.Arguments;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * The entries of a zip, from the first to the last, each byte once.
 *
 * <p>The directory at a zip's end is ignored: it can list many entries over the same bytes and
 * claim any size, and reading it takes memory before anything is checked. Here entries cannot
 * overlap or repeat, and their unpacked bytes are counted against a budget. Their checksums are
 * verified when they are read to their ends.
 */
public final class ZipStream implements AutoCloseable {

  private static final int BUFFER = 1 << 16;
  private static final int ENTRY_BYTES = 512;
  private static final int END_BYTES = 22;
  private static final int END_SIGNATURE = 0x06054b50;

  private final ZipInputStream zip;
  private final MemoryBudget budget;
  private final Set<String> names = new HashSet<>();
  private final Content content = new Content();
  private String name = "";
  private long size;

  /**
   * The entries of a stream.
   *
   * @param in the zip; closed with this
   * @param budget memory for the unpacked entries
   */
  public ZipStream(InputStream in, MemoryBudget budget) {
    this.zip = new ZipInputStream(Arguments.notNull("in", in));
    this.budget = Arguments.notNull("budget", budget);
  }

  /**
   * {@return the entries of a file, to be closed by the caller}
   *
   * @param file a regular file
   * @param budget memory for the unpacked entries
   * @throws IOException if it cannot be read or is cut off
   */
  public static ZipStream open(Path file, MemoryBudget budget) throws IOException {
    Arguments.notNull("budget", budget);
    checkEnd(file);
    return new ZipStream(new BufferedInputStream(RegularFiles.open(file), BUFFER), budget);
  }

  /**
   * Checks that a file ends as a zip does: one that is cut off may still have complete entries.
   *
   * @param file a regular file
   * @throws IOException if it does not, or is not a regular file
   */
  public static void checkEnd(Path file) throws IOException {
    RegularFiles.check(file);
    byte[] end = new byte[END_BYTES];
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      if (bytes.length() >= END_BYTES) {
        bytes.seek(bytes.length() - END_BYTES);
        bytes.readFully(end);
      }
    }
    checkEnd(end);
  }

  /**
   * Checks that bytes end as a zip does.
   *
   * @param zip the bytes
   * @throws IOException if they do not
   */
  public static void checkEnd(byte[] zip) throws IOException {
    ByteBuffer end = ByteBuffer.wrap(Arguments.notNull("zip", zip)).order(ByteOrder.LITTLE_ENDIAN);
    if (zip.length < END_BYTES || end.getInt(zip.length - END_BYTES) != END_SIGNATURE) {
      throw new IOException("it is cut off, or not a zip: its end is missing");
    }
  }

  /**
   * Goes to the next entry and skips the rest of the current one.
   *
   * @return its name, or null if there is none
   * @throws IOException if an entry is damaged, comes twice, or unpacks to more than the budget
   */
  public @Nullable String next() throws IOException {
    skip();
    @Nullable ZipEntry entry;
    try {
      entry = zip.getNextEntry();
    } catch (IllegalArgumentException e) {
      throw new IOException("the name of an entry is not UTF-8", e);
    }
    if (entry == null) {
      return null;
    }
    name = entry.getName();
    size = 0;
    budget.take("the name of an entry", ENTRY_BYTES + name.length());
    if (!names.add(name)) {
      throw new IOException("the entry " + name + " comes twice");
    }
    return name;
  }

  /** {@return the entry's content, a stream that ends with the entry; closing it does nothing} */
  public InputStream content() {
    return content;
  }

  /**
   * {@return the whole content of the entry}
   *
   * @param most how many bytes it may have, at least 0
   * @throws IllegalArgumentException if most is below 0
   * @throws IOException if it has more, or is damaged
   */
  public byte[] bytes(int most) throws IOException {
    Preconditions.checkArgument(most >= 0, "most must be >= 0, got %s", most);
    byte[] bytes = content.readNBytes(most);
    if (bytes.length == most && content.read() >= 0) {
      throw new IOException("the entry " + name + " must have at most " + most + " bytes");
    }
    return bytes;
  }

  /**
   * Reads the rest of the entry, which verifies its checksum.
   *
   * @return the size of the whole entry
   * @throws IOException if it is damaged
   */
  public long skip() throws IOException {
    if (!names.isEmpty()) {
      content.transferTo(OutputStream.nullOutputStream());
    }
    return size;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  private final class Content extends FilterInputStream {

    Content() {
      super(zip);
    }

    private int count(int n) throws IOException {
      if (n > 0) {
        budget.take("the entry " + name, n);
        size += n;
      }
      return n;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      return count(zip.read(bytes, from, length));
    }

    @Override
    public long skip(long n) throws IOException {
      byte[] chunk = new byte[(int) Math.min(BUFFER, Math.max(0, n))];
      return n <= 0 ? 0 : Math.max(0, read(chunk, 0, chunk.length));
    }

    @Override
    public void close() {}
  }
}
