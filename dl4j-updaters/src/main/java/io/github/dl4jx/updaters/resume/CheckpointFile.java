package io.github.dl4jx.updaters.resume;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The file of one checkpoint.
 *
 * <pre>
 * configuration.json        as Deeplearning4j's ModelSerializer writes them,
 * coefficients.bin          and can read them from this file
 * updaterState.bin
 * listener-0-array-0.bin    states of listeners, e.g. an average
 * ..
 * training.properties       format, counts, position, threads, listeners, and every array's length
 * </pre>
 *
 * <p>Nothing is compressed: weights hardly can be, and it takes longer than training. Every entry
 * has a CRC-32, which reading verifies. The manifest comes last and lists the entries.
 */
final class CheckpointFile {

  static final String MANIFEST = "training.properties";
  private static final String FORMAT = "dl4jx-training";
  private static final String VERSION = "1";
  private static final int MOST_TEXT_BYTES = 64 << 20;

  private CheckpointFile() {}

  /** What a checkpoint holds beside the network: where in the run it was taken. */
  static final class Position {

    final int iteration;
    final int epoch;
    final int batch;

    /** Whether constraints have not been applied: Deeplearning4j does that after its listeners. */
    final boolean unconstrained;

    Position(int iteration, int epoch, int batch, boolean unconstrained) {
      this.iteration = iteration;
      this.epoch = epoch;
      this.batch = batch;
      this.unconstrained = unconstrained;
    }
  }

  static void write(Path file, TrainedNetwork net, Position at, List<ListenerState> states)
      throws IOException {
    AtomicFiles.write(file, out -> write(out, net, at, states));
  }

  private static void write(
      OutputStream out, TrainedNetwork net, Position at, List<ListenerState> states)
      throws IOException {
    Properties manifest = new Properties();
    manifest.setProperty("format", FORMAT);
    manifest.setProperty("version", VERSION);
    manifest.setProperty("network", net.kind());
    manifest.setProperty("iteration", String.valueOf(at.iteration));
    manifest.setProperty("epoch", String.valueOf(at.epoch));
    manifest.setProperty("batch", String.valueOf(at.batch));
    manifest.setProperty("unconstrained", String.valueOf(at.unconstrained));
    manifest.setProperty("threads", threads());
    manifest.setProperty("listeners", String.valueOf(states.size()));
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setLevel(0);
    text(zip, ModelSerializer.CONFIGURATION_JSON, net.configuration(at.iteration, at.epoch));
    array(zip, manifest, ModelSerializer.COEFFICIENTS_BIN, net.parameters());
    INDArray updaterState = net.updaterState();
    if (updaterState != null && !updaterState.isEmpty()) {
      array(zip, manifest, ModelSerializer.UPDATER_BIN, updaterState);
    }
    for (int i = 0; i < states.size(); i++) {
      ListenerState state = states.get(i);
      manifest.setProperty(listener(i, "kind"), state.kind());
      manifest.setProperty(listener(i, "arrays"), String.valueOf(state.arrays().size()));
      for (Map.Entry<String, String> value : state.values().entrySet()) {
        manifest.setProperty(listener(i, "value." + value.getKey()), value.getValue());
      }
      for (int k = 0; k < state.arrays().size(); k++) {
        array(zip, manifest, listenerArray(i, k), state.arrays().get(k));
      }
    }
    StringWriter lines = new StringWriter();
    manifest.store(lines, null);
    text(zip, MANIFEST, lines.toString());
    zip.finish();
  }

  /** The number of threads of ND4J's own loops and of matrix products: part of a run's identity. */
  static String threads() {
    return Nd4j.getEnvironment().maxThreads() + " OpenMP, " + blasThreads() + " BLAS";
  }

  private static int blasThreads() {
    return Nd4j.factory().blas().getMaxThreads();
  }

  static String listener(int i, String what) {
    return "listener." + i + "." + what;
  }

  static String listenerArray(int i, int k) {
    return "listener-" + i + "-array-" + k + ".bin";
  }

  /** The manifest's key for an array's type and length. */
  static String arrayKey(String entry) {
    return "array." + entry;
  }

  static String describe(INDArray array) {
    return array.dataType() + " " + array.length();
  }

  private static void text(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(entry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  private static void array(ZipOutputStream zip, Properties manifest, String name, INDArray array)
      throws IOException {
    manifest.setProperty(arrayKey(name), describe(array));
    zip.putNextEntry(entry(name));
    ArrayFormat.write(array, zip);
    zip.closeEntry();
  }

  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(0);
    return entry;
  }

  /**
   * Reads every byte of a checkpoint and compares the checksums.
   *
   * @return its manifest
   * @throws IOException if it is damaged or something else; the message says what is wrong with it
   */
  static Properties verify(Path file) throws IOException {
    long fileSize = Files.size(file);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Set<String> found = new HashSet<>();
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        if (entry.getSize() > fileSize || !found.add(entry.getName())) {
          throw new IOException("the entry " + entry.getName() + " is too large or comes twice");
        }
        verify(zip, entry);
      }
      Properties manifest = new Properties();
      String text = text(zip, MANIFEST);
      try {
        manifest.load(new StringReader(text));
      } catch (IllegalArgumentException e) {
        throw new IOException(MANIFEST + " is not a list of properties: " + e.getMessage(), e);
      }
      require(manifest, "format", FORMAT);
      require(manifest, "version", VERSION);
      Set<String> expected = new HashSet<>(Set.of(MANIFEST, ModelSerializer.CONFIGURATION_JSON));
      for (String key : manifest.stringPropertyNames()) {
        if (key.startsWith(arrayKey(""))) {
          expected.add(key.substring(arrayKey("").length()));
        }
      }
      if (!found.equals(expected)) {
        throw new IOException("the entries must be " + expected + ", got " + found);
      }
      return manifest;
    }
  }

  private static void verify(ZipFile zip, ZipEntry entry) throws IOException {
    CRC32 crc = new CRC32();
    byte[] chunk = new byte[1 << 16];
    long size = 0;
    try (InputStream in = zip.getInputStream(entry)) {
      for (int n = in.read(chunk); n >= 0 && size <= entry.getSize(); n = in.read(chunk)) {
        crc.update(chunk, 0, n);
        size += n;
      }
    }
    if (size != entry.getSize() || crc.getValue() != entry.getCrc()) {
      throw new IOException("the checksum of the entry " + entry.getName() + " is wrong");
    }
  }

  /** A text entry of an open checkpoint. */
  static String text(ZipFile zip, String name) throws IOException {
    ZipEntry entry = require(zip, name);
    if (entry.getSize() > MOST_TEXT_BYTES) {
      throw new IOException("the entry " + name + " must have at most 64 MiB");
    }
    StringWriter text = new StringWriter();
    try (InputStreamReader in =
        new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8)) {
      in.transferTo(text);
    }
    return text.toString();
  }

  /** An array of an open checkpoint. */
  static INDArray array(ZipFile zip, String name, ArrayFormat.Target target) throws IOException {
    ZipEntry entry = require(zip, name);
    try (InputStream in = zip.getInputStream(entry)) {
      return ArrayFormat.read(in, entry.getSize(), target);
    }
  }

  private static ZipEntry require(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new IOException("the entry " + name + " is missing");
    }
    return entry;
  }

  private static void require(Properties manifest, String key, String value) throws IOException {
    @Nullable String actual = manifest.getProperty(key);
    if (!value.equals(actual)) {
      throw new IOException(key + " must be " + value + ", got " + actual);
    }
  }
}
