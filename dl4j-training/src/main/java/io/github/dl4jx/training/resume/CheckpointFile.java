package io.github.dl4jx.training.resume;

import io.github.dl4jx.training.network.ArrayFormat;
import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.ManifestText;
import io.github.dl4jx.training.network.MemoryBudget;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.network.RegularFiles;
import io.github.dl4jx.training.network.SavedConfiguration;
import io.github.dl4jx.training.network.ZipStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
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
 * training.properties       format, counts, position, threads, data, listeners, and every array's
 *                           length: see Manifest
 * </pre>
 *
 * <p>Nothing is compressed: weights hardly shrink, and compressing takes longer than training.
 * Every entry has a CRC-32, which is verified. The manifest comes last and lists the entries. A
 * normalizer that {@code ModelSerializer.addNormalizerToModel} adds is ignored.
 */
final class CheckpointFile {

  static final String MANIFEST = "training.properties";
  private static final String FORMAT = "dl4jx-training";
  private static final String VERSION = "2";
  private static final int MOST_TEXT_BYTES = 4 << 20;
  private static final int MOST_LINES = 20_000;

  /** Memory for the names of entries. */
  private static final long NAMES_BYTES = 1 << 20;

  private CheckpointFile() {}

  /** Where in the run a checkpoint was taken. */
  static final class Position {

    final int iteration;
    final int epoch;
    final int batch;

    /** Whether constraints were not applied yet: Deeplearning4j does that after its listeners. */
    final boolean unconstrained;

    Position(int iteration, int epoch, int batch, boolean unconstrained) {
      this.iteration = iteration;
      this.epoch = epoch;
      this.batch = batch;
      this.unconstrained = unconstrained;
    }
  }

  static void write(
      Path file,
      Network net,
      Position at,
      DataDigest.@Nullable Record data,
      List<ListenerState> states)
      throws IOException {
    AtomicFiles.write(file, out -> write(out, net, at, data, states));
  }

  private static void write(
      OutputStream out,
      Network net,
      Position at,
      DataDigest.@Nullable Record data,
      List<ListenerState> states)
      throws IOException {
    Properties manifest = new Properties();
    manifest.setProperty("format", FORMAT);
    manifest.setProperty("version", VERSION);
    Manifest.put(manifest, net.kind().name(), at, data, states.size());
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setLevel(0);
    String configuration = NetworkState.withCounts(net.json(), at.iteration, at.epoch);
    SavedConfiguration.checkLength(configuration);
    text(zip, ModelSerializer.CONFIGURATION_JSON, configuration);
    array(zip, manifest, ModelSerializer.COEFFICIENTS_BIN, net.model().params());
    INDArray updaterState = NetworkState.updater(net);
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
    text(zip, MANIFEST, readable(manifest));
    zip.finish();
  }

  /** The manifest's text, if it can be read again: older checkpoints are deleted for this one. */
  private static String readable(Properties manifest) throws IOException {
    StringWriter lines = new StringWriter();
    manifest.store(lines, null);
    String text = lines.toString();
    if (text.getBytes(StandardCharsets.UTF_8).length > MOST_TEXT_BYTES) {
      throw new IOException(
          MANIFEST + " must have at most " + MOST_TEXT_BYTES + " bytes, got " + text.length());
    }
    Manifest.of(ManifestText.parse(MANIFEST, text, MOST_LINES));
    return text;
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
    return ArrayFormat.Description.of(array).toString();
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

  /** The content of a checkpoint without the numbers of its arrays. */
  static final class Content {

    final Properties manifest;
    final String configuration;

    /** Type and length of each array, by its entry. */
    final Map<String, String> arrays = new TreeMap<>();

    private Content(Properties manifest, String configuration) {
      this.manifest = manifest;
      this.configuration = configuration;
    }
  }

  private static ZipStream open(Path file) throws IOException {
    RegularFiles.check(file);
    // nothing is compressed, so that the content is no larger than the file
    return ZipStream.open(file, new MemoryBudget(Files.size(file) + NAMES_BYTES));
  }

  /**
   * Reads every byte of a checkpoint and compares the checksums.
   *
   * @return its content
   * @throws IOException if it is damaged or not a checkpoint; the message says why
   */
  static Content verify(Path file) throws IOException {
    @Nullable String manifest = null;
    @Nullable String configuration = null;
    Map<String, String> arrays = new TreeMap<>();
    try (ZipStream zip = open(file)) {
      for (String name = zip.next(); name != null; name = zip.next()) {
        if (name.equals(MANIFEST)) {
          manifest = text(zip);
        } else if (name.equals(ModelSerializer.CONFIGURATION_JSON)) {
          configuration = text(zip);
        } else if (name.equals(ModelSerializer.NORMALIZER_BIN)) {
          zip.skip(); // a user may add it, as to any model file
        } else {
          arrays.put(name, array(zip, name));
        }
      }
    }
    if (manifest == null || configuration == null) {
      throw new IOException(
          "the entry "
              + (manifest == null ? MANIFEST : ModelSerializer.CONFIGURATION_JSON)
              + " is missing");
    }
    Content content =
        new Content(ManifestText.parse(MANIFEST, manifest, MOST_LINES), configuration);
    content.arrays.putAll(arrays);
    @Nullable String format = content.manifest.getProperty("format");
    if (!FORMAT.equals(format)) {
      throw new IOException("format must be " + FORMAT + ", got " + format);
    }
    @Nullable String version = content.manifest.getProperty("version");
    if (!VERSION.equals(version)) {
      throw new IOException(
          "version must be "
              + VERSION
              + ", got "
              + version
              + ": another version of dl4jx wrote it, finish the training with that");
    }
    return content;
  }

  private static String text(ZipStream zip) throws IOException {
    return new String(zip.bytes(MOST_TEXT_BYTES), StandardCharsets.UTF_8);
  }

  private static String array(ZipStream zip, String name) throws IOException {
    try {
      ArrayFormat.Header header = ArrayFormat.header(zip.content());
      header.check(zip.skip());
      return header.toString();
    } catch (IOException e) {
      throw new IOException("the entry " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads arrays of a checkpoint that was verified.
   *
   * @param targets the arrays to fill, by the names of their entries
   * @throws IOException if the file has changed since
   */
  static void read(Path file, Map<String, INDArray> targets) throws IOException {
    Set<String> missing = new HashSet<>(targets.keySet());
    try (ZipStream zip = open(file)) {
      for (String name = zip.next(); name != null; name = zip.next()) {
        @Nullable INDArray target = targets.get(name);
        if (target != null) {
          ArrayFormat.Header header = ArrayFormat.header(zip.content());
          if (!header.toString().equals(describe(target))) {
            throw new IOException(
                "the entry " + name + " must be " + describe(target) + ", got " + header);
          }
          ArrayFormat.numbers(zip.content(), header, target);
          missing.remove(name);
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new IOException("the entries " + missing + " are missing");
    }
  }
}
