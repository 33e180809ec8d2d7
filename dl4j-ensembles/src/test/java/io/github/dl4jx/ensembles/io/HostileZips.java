package io.github.dl4jx.ensembles.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Zips made by hand, with whatever is wrong in them. */
final class HostileZips {

  static final String JSON = "configuration.json";
  static final String PARAMETERS = "coefficients.bin";
  static final String MANIFEST = "manifest.properties";

  private static final Map<Integer, Deflated> ZEROS = new HashMap<>();

  private HostileZips() {}

  /** What an entry holds once compressed. */
  static final class Deflated {

    private final byte[] bytes;
    private final int size;
    private final int crc;

    Deflated(byte[] bytes, int size, int crc) {
      this.bytes = bytes;
      this.size = size;
      this.crc = crc;
    }
  }

  static Map<String, byte[]> entries(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        entries.put(e.getName(), in.readAllBytes());
      }
    }
    return entries;
  }

  static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return out.toByteArray();
  }

  /** A zip with one entry changed, added, or, for null, left out. */
  static byte[] with(byte[] zip, String name, byte[] content) throws IOException {
    Map<String, byte[]> entries = entries(zip);
    if (content == null) {
      entries.remove(name);
    } else {
      entries.put(name, content);
    }
    return zip(entries);
  }

  /**
   * A zip with one entry changed, which is too large to be made in memory: the bytes that {@link
   * ZipOutputStream} writes, the sizes behind the entry.
   */
  static byte[] with(byte[] zip, String name, Deflated content) throws IOException {
    byte[] others = with(zip, name, (byte[]) null);
    ByteBuffer in = ByteBuffer.wrap(others).order(ByteOrder.LITTLE_ENDIAN);
    int end = others.length - 22;
    int directory = in.getInt(end + 16);
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    short nameLength = (short) nameBytes.length;
    ByteBuffer out =
        ByteBuffer.allocate(others.length + 30 + 16 + 46 + 2 * nameLength + content.bytes.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.put(others, 0, directory);
    out.put(others, 0, 30).putShort(directory + 26, nameLength).putShort(directory + 28, (short) 0);
    out.put(nameBytes).put(content.bytes);
    out.putInt(0x08074b50).putInt(content.crc).putInt(content.bytes.length).putInt(content.size);
    int start = out.position();
    out.put(others, directory, end - directory);
    int record = out.position();
    out.put(others, directory, 46).putInt(record + 16, content.crc);
    out.putInt(record + 20, content.bytes.length).putInt(record + 24, content.size);
    out.putShort(record + 28, nameLength)
        .putShort(record + 30, (short) 0)
        .putInt(record + 42, directory);
    out.put(nameBytes);
    int tail = out.position();
    short count = (short) (in.getShort(end + 10) + 1);
    out.put(others, end, 22).putShort(tail + 8, count).putShort(tail + 10, count);
    out.putInt(tail + 12, tail - start).putInt(tail + 16, start);
    return out.array();
  }

  /** Compressed zeros: made once, as a gigabyte takes seconds. */
  static Deflated zeros(int bytes) {
    return ZEROS.computeIfAbsent(bytes, HostileZips::deflate);
  }

  private static Deflated deflate(int zeros) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CRC32 crc = new CRC32();
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try (DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater)) {
      byte[] chunk = new byte[1 << 16];
      for (int left = zeros; left > 0; left -= chunk.length) {
        int n = Math.min(chunk.length, left);
        deflated.write(chunk, 0, n);
        crc.update(chunk, 0, n);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is written to but memory
    } finally {
      deflater.end();
    }
    return new Deflated(out.toByteArray(), zeros, (int) crc.getValue());
  }

  /** An ensemble's file of some members, with the checksums that belong to them. */
  static byte[] ensemble(String kind, byte[]... members) throws IOException {
    StringBuilder manifest =
        new StringBuilder("format=dl4jx-ensemble\nversion=1\nrule=soft-vote\n");
    manifest.append("members=").append(members.length).append('\n');
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int m = 0; m < members.length; m++) {
      String key = "member." + m + ".";
      manifest.append(key).append("kind=").append(kind).append('\n');
      manifest.append(key).append("bytes=").append(members[m].length).append('\n');
      manifest.append(key).append("sha256=").append(sha256(members[m])).append('\n');
      entries.put("member-" + m + ".zip", members[m]);
    }
    entries.put(MANIFEST, manifest.toString().getBytes(StandardCharsets.ISO_8859_1));
    return stored(entries);
  }

  /** A zip as the serializer writes it: nothing is compressed. */
  static byte[] stored(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> content : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(content.getKey());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.getValue().length);
        CRC32 crc = new CRC32();
        crc.update(content.getValue());
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content.getValue());
      }
    }
    return out.toByteArray();
  }

  static byte[] sha(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String sha256(byte[] bytes) {
    StringBuilder hex = new StringBuilder();
    for (byte b : sha(bytes)) {
      hex.append(String.format("%02x", b));
    }
    return hex.toString();
  }

  /** The directory's records of the first entry, so many times over the same bytes. */
  static byte[] manyOverOne(byte[] zip, String[] names) {
    ByteBuffer in = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int nameLength = in.getShort(26);
    int extra = in.getShort(28);
    int end = zip.length - 22;
    int directory = in.getInt(end + 16);
    // the first entry's data, up to the next local header or the directory
    int size = in.getInt(directory + 20);
    int first = 30 + nameLength + extra + size;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(zip, 0, first);
    int start = out.size();
    for (String name : names) {
      ByteBuffer record = ByteBuffer.allocate(46 + name.length()).order(ByteOrder.LITTLE_ENDIAN);
      record.put(zip, directory, 46).putShort(28, (short) name.length());
      record.putShort(30, (short) 0).putShort(32, (short) 0).putInt(42, 0);
      record.put(name.getBytes(StandardCharsets.UTF_8));
      out.writeBytes(record.array());
    }
    ByteBuffer tail = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
    tail.put(zip, end, 22).putShort(8, (short) names.length).putShort(10, (short) names.length);
    tail.putInt(12, out.size() - start).putInt(16, start);
    out.writeBytes(tail.array());
    return out.toByteArray();
  }
}
