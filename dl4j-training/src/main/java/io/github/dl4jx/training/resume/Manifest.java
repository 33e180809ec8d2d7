package io.github.dl4jx.training.resume;

import io.github.dl4jx.training.network.ArrayFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of a checkpoint, all of it checked: the file may come from anywhere.
 *
 * <pre>
 * network, iteration, epoch, batch, unconstrained, threads     where in the run it was taken
 * data.first, .shapes, .finished, .batches                     of DataDigest; may all be missing
 * listeners                                                    their number
 * listener.0.kind, .arrays, .value.NAME                        the state of each
 * array.coefficients.bin = FLOAT 123                           type and length of each array
 * </pre>
 */
final class Manifest {

  private static final String DATA = "data.";
  private static final String VALUE = "value.";

  private static final int MOST_LISTENERS = 1000;
  private static final int MOST_CHARACTERS = 1 << 16;

  /** Deeplearning4j adds one to these counts. */
  private static final int MOST = Integer.MAX_VALUE - 1;

  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,9}");
  private static final Pattern THREADS = Pattern.compile("[0-9]{1,9} OpenMP, [0-9]{1,9} BLAS");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{8}");

  /** The state of a listener. */
  static final class Listener {
    final String kind;
    final int arrays;
    final Map<String, String> values = new TreeMap<>();

    Listener(String kind, int arrays) {
      this.kind = kind;
      this.arrays = arrays;
    }
  }

  final String network;
  final CheckpointFile.Position at;
  final String threads;
  final DataDigest.@Nullable Record data;
  final List<Listener> listeners = new ArrayList<>();

  /** Type and length of each array, by its entry. */
  final Map<String, String> arrays = new TreeMap<>();

  private final Properties properties;

  /** The keys that have a meaning. */
  private final Set<String> known = new HashSet<>(Set.of("format", "version"));

  private Manifest(Properties properties) throws IOException {
    this.properties = properties;
    this.network = text("network", Pattern.compile("MULTI_LAYER_NETWORK|COMPUTATION_GRAPH"));
    this.at =
        new CheckpointFile.Position(
            number("iteration", MOST),
            number("epoch", MOST),
            number("batch", MOST),
            Boolean.parseBoolean(text("unconstrained", Pattern.compile("true|false"))));
    this.threads = text("threads", THREADS);
    this.data = data();
    Set<String> entries = arrays();
    int count = number("listeners", MOST_LISTENERS);
    for (int i = 0; i < count; i++) {
      listeners.add(listener(i, entries));
    }
    if (!entries.isEmpty()) {
      throw new IOException("arrays must belong to the network or a listener, got " + entries);
    }
    Set<String> others = new HashSet<>(properties.stringPropertyNames());
    others.removeAll(known);
    if (!others.isEmpty()) {
      throw new IOException("there must be no other keys, got " + others);
    }
  }

  /**
   * Reads a manifest.
   *
   * @throws IOException if anything in it is missing, unknown, or out of its range; the message
   *     says what
   */
  static Manifest of(Properties properties) throws IOException {
    return new Manifest(properties);
  }

  /**
   * Type and length of an array.
   *
   * @throws IOException if there is no such array
   */
  ArrayFormat.Description array(String entry) throws IOException {
    String description = arrays.get(entry);
    if (description == null) {
      throw new IOException("the array " + entry + " is missing");
    }
    return ArrayFormat.Description.parse(description);
  }

  /** Writes all but the listeners' states and the arrays. */
  static void put(
      Properties manifest,
      String network,
      CheckpointFile.Position at,
      DataDigest.@Nullable Record data,
      int listeners) {
    manifest.setProperty("network", network);
    manifest.setProperty("iteration", String.valueOf(at.iteration));
    manifest.setProperty("epoch", String.valueOf(at.epoch));
    manifest.setProperty("batch", String.valueOf(at.batch));
    manifest.setProperty("unconstrained", String.valueOf(at.unconstrained));
    manifest.setProperty("threads", CheckpointFile.threads());
    manifest.setProperty("listeners", String.valueOf(listeners));
    if (data != null) {
      manifest.setProperty(DATA + "first", data.first);
      manifest.setProperty(DATA + "shapes", data.shapes);
      manifest.setProperty(DATA + "finished", data.finished);
      manifest.setProperty(DATA + "batches", String.valueOf(data.batches));
    }
  }

  private DataDigest.@Nullable Record data() throws IOException {
    if (properties.stringPropertyNames().stream().noneMatch(key -> key.startsWith(DATA))) {
      return null;
    }
    return new DataDigest.Record(
        text(DATA + "first", DIGEST),
        text(DATA + "shapes", null),
        text(DATA + "finished", DIGEST),
        number(DATA + "batches", MOST));
  }

  /** Reads all arrays and returns the entries of the listeners'. */
  private Set<String> arrays() throws IOException {
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith(CheckpointFile.arrayKey(""))) {
        String description = text(key, null);
        try {
          ArrayFormat.Description.parse(description);
        } catch (IOException e) {
          throw new IOException(key + ": " + cut(e.getMessage()), e);
        }
        arrays.put(key.substring(CheckpointFile.arrayKey("").length()), description);
      }
    }
    if (!arrays.containsKey(ModelSerializer.COEFFICIENTS_BIN)) {
      throw new IOException("the array " + ModelSerializer.COEFFICIENTS_BIN + " is missing");
    }
    Set<String> entries = new HashSet<>(arrays.keySet());
    entries.removeAll(Set.of(ModelSerializer.COEFFICIENTS_BIN, ModelSerializer.UPDATER_BIN));
    return entries;
  }

  private Listener listener(int i, Set<String> entries) throws IOException {
    Listener listener =
        new Listener(
            text(CheckpointFile.listener(i, "kind"), null),
            number(CheckpointFile.listener(i, "arrays"), arrays.size()));
    for (int k = 0; k < listener.arrays; k++) {
      if (!entries.remove(CheckpointFile.listenerArray(i, k))) {
        throw new IOException("the array " + CheckpointFile.listenerArray(i, k) + " is missing");
      }
    }
    String prefix = CheckpointFile.listener(i, VALUE);
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith(prefix)) {
        listener.values.put(key.substring(prefix.length()), text(key, null));
      }
    }
    return listener;
  }

  private int number(String key, int most) throws IOException {
    String text = properties.getProperty(key);
    known.add(key);
    if (text != null && NUMBER.matcher(text).matches() && Long.parseLong(text) <= most) {
      return Integer.parseInt(text);
    }
    throw new IOException(key + " must be a number from 0 to " + most + ", got " + cut(text));
  }

  private String text(String key, @Nullable Pattern form) throws IOException {
    String text = properties.getProperty(key);
    known.add(key);
    if (text == null || text.length() > MOST_CHARACTERS) {
      throw new IOException(
          key + " must have at most " + MOST_CHARACTERS + " characters, got " + cut(text));
    }
    if (form != null && !form.matcher(text).matches()) {
      throw new IOException(key + " must be of the form " + form + ", got " + cut(text));
    }
    return text;
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= 100 ? text : text.substring(0, 100) + "..";
  }
}
