package io.github.dl4jx.studies.mnist;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.github.dl4jx.studies.mnist.SourceException.Reach;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One of the four files that {@code MnistDataSetIterator} reads, and what its bytes must be.
 *
 * @param part which of the four
 * @param size of the unpacked file in bytes
 * @param sha256 of the unpacked file, in lower case hexadecimal
 */
record MnistFile(Part part, long size, String sha256) {

  /** MNIST itself. */
  static final List<MnistFile> MNIST =
      List.of(
          new MnistFile(
              Part.TRAIN_IMAGES,
              47_040_016,
              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
          new MnistFile(
              Part.TRAIN_LABELS,
              60_008,
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
          new MnistFile(
              Part.TEST_IMAGES,
              7_840_016,
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
          new MnistFile(
              Part.TEST_LABELS,
              10_008,
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));

  /** Fashion-MNIST. */
  static final List<MnistFile> FASHION =
      List.of(
          new MnistFile(
              Part.TRAIN_IMAGES,
              47_040_016,
              "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
          new MnistFile(
              Part.TRAIN_LABELS,
              60_008,
              "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
          new MnistFile(
              Part.TEST_IMAGES,
              7_840_016,
              "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
          new MnistFile(
              Part.TEST_LABELS,
              10_008,
              "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));

  private static final int BUFFER = 1 << 16;
  private static final byte[] GZIP_MAGIC = {0x1f, (byte) 0x8b};

  /** The four files by role. */
  enum Part {
    TRAIN_IMAGES("train-images-idx3-ubyte"),
    TRAIN_LABELS("train-labels-idx1-ubyte"),
    TEST_IMAGES("t10k-images-idx3-ubyte"),
    TEST_LABELS("t10k-labels-idx1-ubyte");

    private final String fileName;

    Part(String fileName) {
      this.fileName = fileName;
    }

    String fileName() {
      return fileName;
    }
  }

  /** The name under which Deeplearning4j looks for it. */
  String name() {
    return part.fileName();
  }

  /** The file with the given bytes. */
  static MnistFile of(Part part, byte[] bytes) {
    return new MnistFile(part, bytes.length, HexFormat.of().formatHex(newDigest().digest(bytes)));
  }

  /**
   * What is wrong with a file on disk.
   *
   * @param path an existing file
   * @return expected and found, or empty if every byte is right
   */
  Optional<String> mismatch(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return Optional.of(expected() + ", found something that is not a file");
    }
    long found = Files.size(path);
    if (found != size) {
      return Optional.of(expected() + ", found " + found + " bytes");
    }
    MessageDigest digest = newDigest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(path)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return mismatch(found, digest);
  }

  /**
   * Copies a stream unpacked, checks the bytes and forces them to the disk. Reads at most one
   * unpacked byte more than expected, whatever the stream holds.
   *
   * @param raw the bytes, gzipped or not: web browsers and some servers unpack on their own
   * @param target created or overwritten
   * @param origin for messages
   * @param progress told the number of unpacked bytes after each piece
   * @throws SourceException if the stream breaks off or the bytes are wrong
   * @throws IOException if the target cannot be written
   */
  void copy(InputStream raw, Path target, String origin, LongConsumer progress) throws IOException {
    MessageDigest digest = newDigest();
    long total = 0;
    byte[] buffer = new byte[BUFFER];
    try (FileChannel out = FileChannel.open(target, CREATE, TRUNCATE_EXISTING, WRITE)) {
      InputStream in = reading(origin, () -> unpacked(raw));
      while (total <= size) {
        int limit = (int) Math.min(buffer.length, size + 1 - total);
        int n = reading(origin, () -> in.read(buffer, 0, limit));
        if (n < 0) {
          break;
        }
        digest.update(buffer, 0, n);
        for (ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n); bytes.hasRemaining(); ) {
          out.write(bytes);
        }
        total += n;
        progress.accept(total);
      }
      out.force(true);
    }
    Optional<String> wrong = mismatch(total, digest);
    if (wrong.isPresent()) {
      throw new SourceException(Reach.FILE, name() + " from " + origin + ": " + wrong.get(), null);
    }
  }

  private static InputStream unpacked(InputStream raw) throws IOException {
    PushbackInputStream in = new PushbackInputStream(raw, GZIP_MAGIC.length);
    byte[] start = in.readNBytes(GZIP_MAGIC.length);
    in.unread(start);
    return Arrays.equals(start, GZIP_MAGIC) ? new GZIPInputStream(in, BUFFER) : in;
  }

  /** Tells trouble with the source from trouble with the target. */
  private <T> T reading(String origin, Reading<T> reading) throws SourceException {
    try {
      return reading.run();
    } catch (SourceException e) {
      throw e;
    } catch (ZipException e) {
      throw unreadable(Reach.FILE, origin, "is not sound gzip", e);
    } catch (IOException e) {
      throw unreadable(Reach.MOMENT, origin, "breaks off", e);
    }
  }

  private SourceException unreadable(Reach reach, String origin, String what, IOException cause) {
    String message = name() + " from " + origin + " " + what + ": " + cause.getMessage();
    return new SourceException(reach, message, cause);
  }

  /** Something that reads from the source. */
  private interface Reading<T> {
    T run() throws IOException;
  }

  private Optional<String> mismatch(long found, MessageDigest digest) {
    if (found > size) {
      return Optional.of(expected() + ", found more than that");
    }
    String sum = HexFormat.of().formatHex(digest.digest());
    if (found == size && sum.equals(sha256)) {
      return Optional.empty();
    }
    return Optional.of(expected() + ", found " + found + " bytes with SHA-256 " + sum);
  }

  private String expected() {
    return "expected " + size + " bytes with SHA-256 " + sha256;
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
