package io.github.dl4jx.ensembles.io;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.LoadPolicy;
import io.github.dl4jx.training.network.ModelFiles;
import io.github.dl4jx.training.network.Network;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.common.base.Preconditions;

/**
 * Saves an ensemble as a zip file and loads it.
 *
 * <pre>
 * manifest.properties   format, version, rule, number of members; kind, size and SHA-256 of each
 * member-0.zip          a network as Deeplearning4j's ModelSerializer writes it
 * member-1.zip
 * ..
 * </pre>
 *
 * <p>Files are written completely or not at all. Files need not be trusted: loading checks the
 * sizes and checksums of all members before it builds a network, never deserializes Java objects,
 * allows only configuration classes of Deeplearning4j, ND4J and this library, unless others are
 * added, and limits the memory of all members together by one {@link LoadPolicy}.
 *
 * <pre>{@code
 * EnsembleSerializer.save(bag, file);
 * Ensemble back = EnsembleSerializer.load(file);
 * Ensemble own = EnsembleSerializer.allowing(MyLayer.class).load(file);
 * }</pre>
 */
public final class EnsembleSerializer {

  static final String FORMAT = "dl4jx-ensemble";
  static final int VERSION = 1;
  static final String MANIFEST = "manifest.properties";

  private EnsembleSerializer() {}

  /**
   * Saves an ensemble.
   *
   * @param ensemble the ensemble
   * @param file the target; replaced if it exists
   * @throws IOException if it cannot be written; an existing file is then unchanged
   * @throws IllegalArgumentException if its rule is not one of this library, an argument is null,
   *     or the file has no name
   */
  public static void save(Ensemble ensemble, File file) throws IOException {
    Arguments.notNull("ensemble", ensemble);
    Path path = Arguments.path("file", file);
    CombinationRule.named(ensemble.rule().name()); // throws if it could not be loaded
    AtomicFiles.write(path, out -> write(ensemble, out));
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
        line(manifest, key(m, "kind"), Network.of(member).kind());
        line(manifest, key(m, "bytes"), bytes.length);
        line(manifest, key(m, "sha256"), hex(sha256().digest(bytes)));
        store(zip, memberName(m), bytes);
      } finally {
        Network.of(member).release();
      }
    }
    store(zip, MANIFEST, manifest.toString().getBytes(StandardCharsets.ISO_8859_1));
    zip.finish();
  }

  /**
   * Loads an ensemble with the standard {@link LoadPolicy}.
   *
   * @param file a file of {@link #save}
   * @return the ensemble
   * @throws IOException if the file is missing, damaged, not an ensemble, or not allowed by the
   *     policy; the message names the part
   */
  public static Ensemble load(File file) throws IOException {
    return load(file, LoadPolicy.standard());
  }

  /**
   * {@return a loader that allows members to use further classes}
   *
   * @param classes trusted layers, vertices, updaters, losses and so on
   * @throws IllegalArgumentException as {@link LoadPolicy#allowing}
   */
  public static Loader allowing(Class<?>... classes) {
    return new Loader(LoadPolicy.standard().allowing(classes));
  }

  /** Loads ensembles with a policy. */
  public static final class Loader {

    private final LoadPolicy policy;

    private Loader(LoadPolicy policy) {
      this.policy = policy;
    }

    /**
     * Loads an ensemble.
     *
     * @param file a file of {@link EnsembleSerializer#save}
     * @return the ensemble
     * @throws IOException as {@link EnsembleSerializer#load(File)}
     */
    public Ensemble load(File file) throws IOException {
      return EnsembleSerializer.load(file, policy);
    }
  }

  /**
   * Loads an ensemble.
   *
   * @param file a file of {@link #save}
   * @param policy the classes that members may use, and the memory limit of all members together
   * @return the ensemble
   * @throws IOException if the file is missing, damaged, not an ensemble, or not allowed by the
   *     policy; the message names the part
   */
  public static Ensemble load(File file, LoadPolicy policy) throws IOException {
    Path path = Arguments.path("file", file);
    Preconditions.checkArgument(policy != null, "policy must not be null");
    try {
      return EnsembleFile.check(path, policy).read();
    } catch (IOException | RuntimeException | OutOfMemoryError | LinkageError e) {
      throw new IOException("cannot load an ensemble from " + file + ": " + e.getMessage(), e);
    }
  }

  static String memberName(int member) {
    return "member-" + member + ".zip";
  }

  static String key(int member, String what) {
    return "member." + member + "." + what;
  }

  private static void line(StringBuilder manifest, String key, Object value) {
    manifest.append(key).append('=').append(value).append('\n');
  }

  /** Adds an entry, not compressed: members are zips already, and its size is that in the file. */
  private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0); // so that the same ensemble gives the same bytes
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String hex(byte[] bytes) {
    StringBuilder hex = new StringBuilder();
    for (byte b : bytes) {
      hex.append(String.format("%02x", b));
    }
    return hex.toString();
  }
}
