package io.github.dl4jx.ensembles.io;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.Networks;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.updaters.resume.AtomicFiles;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;

/**
 * Saves an ensemble as one zip and loads it again.
 *
 * <pre>
 * manifest.properties   format, version, rule, number of members; kind, size and SHA-256 of each
 * member-0.zip          a network as Deeplearning4j's ModelSerializer writes it
 * member-1.zip
 * ..
 * </pre>
 *
 * <p>A file is written whole or not at all. Loading checks the size and the checksum of each member
 * before it builds a network, never deserializes Java objects, and uses no classes but those of
 * Deeplearning4j, ND4J and this library, unless it is told of more. A checksum tells damage, not
 * intent: sizes are checked again where they are used.
 *
 * <pre>{@code
 * EnsembleSerializer.save(bag, file);
 * Ensemble back = EnsembleSerializer.load(file);
 * }</pre>
 */
public final class EnsembleSerializer {

  private static final String FORMAT = "dl4jx-ensemble";
  private static final int VERSION = 1;
  private static final List<String> PACKAGES =
      List.of("org.deeplearning4j.", "org.nd4j.", "io.github.dl4jx.");
  private static final String MANIFEST = "manifest.properties";
  private static final int MAX_MEMBERS = 10_000;
  private static final int MAX_MANIFEST_BYTES = 4 << 20;

  private EnsembleSerializer() {}

  /**
   * Saves an ensemble.
   *
   * @param ensemble the ensemble
   * @param file the target; replaced if it exists
   * @throws IOException if it cannot be written; an older file is then untouched
   * @throws IllegalArgumentException if its rule is not one of this library
   */
  public static void save(Ensemble ensemble, File file) throws IOException {
    CombinationRule.named(ensemble.rule().name()); // refuses what could not be loaded again
    AtomicFiles.write(file.toPath(), out -> write(ensemble, out));
  }

  private static void write(Ensemble ensemble, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    StringBuilder manifest = new StringBuilder();
    line(manifest, "format", FORMAT);
    line(manifest, "version", VERSION);
    line(manifest, "rule", ensemble.rule().name());
    line(manifest, "members", ensemble.size());
    for (int m = 0; m < ensemble.size(); m++) {
      Model member = ensemble.member(m);
      try {
        byte[] bytes = ModelFiles.write(member);
        line(manifest, key(m, "kind"), ModelFiles.Kind.of(member));
        line(manifest, key(m, "bytes"), bytes.length);
        line(manifest, key(m, "sha256"), sha256(bytes));
        store(zip, memberName(m), bytes);
      } finally {
        Networks.release(member);
      }
    }
    store(zip, MANIFEST, manifest.toString().getBytes(StandardCharsets.ISO_8859_1));
    zip.finish();
  }

  /**
   * Loads an ensemble.
   *
   * @param file what {@link #save} wrote
   * @param packages beginnings of the names of further classes that its members may have, such as
   *     {@code com.example.layers.}
   * @return the ensemble
   * @throws IOException if the file is missing, damaged, or not an ensemble, or names other
   *     classes; the message says which part is wrong
   */
  public static Ensemble load(File file, String... packages) throws IOException {
    List<String> allowed = new ArrayList<>(PACKAGES);
    allowed.addAll(List.of(packages));
    try (ZipFile zip = new ZipFile(file)) {
      return read(zip, allowed);
    } catch (IOException | RuntimeException e) {
      throw new IOException("cannot load an ensemble from " + file + ": " + e.getMessage(), e);
    }
  }

  private static Ensemble read(ZipFile zip, List<String> packages) throws IOException {
    Properties manifest = new Properties();
    byte[] text = content(zip, MANIFEST, MAX_MANIFEST_BYTES);
    manifest.load(new StringReader(new String(text, StandardCharsets.ISO_8859_1)));
    require("format", FORMAT, manifest.getProperty("format"));
    require("version", String.valueOf(VERSION), manifest.getProperty("version"));
    CombinationRule rule = CombinationRule.named(manifest.getProperty("rule", "none"));
    int members = number(manifest, "members", MAX_MEMBERS);
    if (zip.size() != members + 1) {
      throw new IOException(
          "there must be 1 manifest and " + members + " members, got " + zip.size() + " entries");
    }
    List<Model> networks = new ArrayList<>(members);
    try {
      for (int m = 0; m < members; m++) {
        int size = number(manifest, key(m, "bytes"), Integer.MAX_VALUE - 8);
        byte[] bytes = content(zip, memberName(m), size);
        require(key(m, "sha256"), manifest.getProperty(key(m, "sha256"), "given"), sha256(bytes));
        ModelFiles.Kind kind =
            ModelFiles.Kind.valueOf(manifest.getProperty(key(m, "kind"), "none"));
        networks.add(ModelFiles.read(bytes, kind, memberName(m), packages));
      }
      return Ensemble.of(rule, networks);
    } finally {
      networks.forEach(Networks::release);
    }
  }

  private static byte[] content(ZipFile zip, String name, int maxBytes) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new IOException("the entry " + name + " is missing");
    }
    if (entry.getMethod() != ZipEntry.STORED || entry.getSize() > maxBytes) {
      throw new IOException(
          String.format(
              "the entry %s must be stored uncompressed, in at most %d bytes, got %d",
              name, maxBytes, entry.getSize()));
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes((int) entry.getSize());
      if (bytes.length != entry.getSize() || in.read() >= 0) {
        throw new IOException("the entry " + name + " is not as long as it says");
      }
      return bytes;
    }
  }

  private static void require(String name, String expected, String actual) throws IOException {
    if (!expected.equals(actual)) {
      throw new IOException(name + " must be " + expected + ", got " + actual);
    }
  }

  private static int number(Properties manifest, String name, int max) throws IOException {
    String text = manifest.getProperty(name, "none");
    try {
      int value = Integer.parseInt(text);
      if (value >= 1 && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IOException(name + " must be a number from 1 to " + max + ", got " + text);
  }

  private static String memberName(int member) {
    return "member-" + member + ".zip";
  }

  private static String key(int member, String what) {
    return "member." + member + "." + what;
  }

  private static void line(StringBuilder manifest, String key, Object value) {
    manifest.append(key).append('=').append(value).append('\n');
  }

  /** Stored, not deflated: members are zips, and an entry's length is its size in the file. */
  private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0); // the same ensemble gives the same bytes
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private static String sha256(byte[] bytes) {
    try {
      StringBuilder hex = new StringBuilder();
      for (byte b : MessageDigest.getInstance("SHA-256").digest(bytes)) {
        hex.append(String.format("%02x", b));
      }
      return hex.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
