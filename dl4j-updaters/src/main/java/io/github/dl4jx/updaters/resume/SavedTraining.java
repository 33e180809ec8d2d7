package io.github.dl4jx.updaters.resume;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A checkpoint of {@link ResumableCheckpoints} that was found whole. */
public final class SavedTraining {

  private static final Logger log = LoggerFactory.getLogger(SavedTraining.class);

  private final Path file;
  private final Properties manifest;
  private final CheckpointFile.Position at;

  private SavedTraining(Path file, Properties manifest, CheckpointFile.Position at) {
    this.file = file;
    this.manifest = manifest;
    this.at = at;
  }

  static SavedTraining open(Path file) throws IOException {
    try {
      Properties manifest = CheckpointFile.verify(file);
      CheckpointFile.Position at =
          new CheckpointFile.Position(
              number(manifest, "iteration"),
              number(manifest, "epoch"),
              number(manifest, "batch"),
              Boolean.parseBoolean(manifest.getProperty("unconstrained")));
      return new SavedTraining(file, manifest, at);
    } catch (IOException | IllegalArgumentException e) { // the latter for a name that is not UTF-8
      throw damaged(file, e);
    }
  }

  private static IOException damaged(Path file, Exception e) {
    return new IOException(
        "the checkpoint " + file + " is damaged, or no checkpoint: " + e.getMessage(), e);
  }

  private static int number(Properties manifest, String key) throws IOException {
    @Nullable String text = manifest.getProperty(key);
    try {
      int value = Integer.parseInt(String.valueOf(text));
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IOException(key + " must be a number from 0 on, got " + text);
  }

  /**
   * The file.
   *
   * @return the file of the checkpoint
   */
  public File file() {
    return file.toFile();
  }

  /**
   * Number of finished iterations.
   *
   * @return the number, from 0 on
   */
  public int iteration() {
    return at.iteration;
  }

  /**
   * Number of finished epochs.
   *
   * @return the number, from 0 on
   */
  public int epoch() {
    return at.epoch;
  }

  /**
   * Number of finished batches of the epoch that was under way.
   *
   * @return the number; 0 between two epochs
   */
  public int batch() {
    return at.batch;
  }

  /**
   * The network as it was: configuration, weights, updater state and counts. It has no listeners;
   * give it those of the run and {@link #restoreInto} restores their states.
   *
   * @param type {@link MultiLayerNetwork} or {@link ComputationGraph}, whichever was trained
   * @param <T> the type
   * @return a new network
   * @throws IllegalArgumentException if the checkpoint is of the other kind
   * @throws UncheckedIOException if the file cannot be read any more
   */
  public <T extends Model> T network(Class<T> type) {
    String kind = type == ComputationGraph.class ? "COMPUTATION_GRAPH" : "MULTI_LAYER_NETWORK";
    checkKind(kind);
    try (ZipFile zip = new ZipFile(file())) {
      String json = CheckpointFile.text(zip, ModelSerializer.CONFIGURATION_JSON);
      INDArray parameters =
          CheckpointFile.array(
              zip,
              ModelSerializer.COEFFICIENTS_BIN,
              (dataType, length) -> Nd4j.createUninitializedDetached(dataType, length));
      Model model;
      // with given parameters, memory is taken for no more than the file really holds
      if (type == ComputationGraph.class) {
        ComputationGraph graph = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
        graph.init(parameters, false);
        model = graph;
      } else {
        MultiLayerNetwork net = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
        net.init(parameters, false);
        model = net;
      }
      TrainedNetwork net = TrainedNetwork.of(model);
      checkArrays(net);
      restore(zip, net);
      return type.cast(model);
    } catch (IOException e) {
      throw new UncheckedIOException(damaged(file, e));
    }
  }

  /**
   * Restores weights, updater state, counts and the states of listeners into a network of the same
   * configuration, with the same {@link ResumableListener}s in the same order. Only the place in
   * the data is left to the caller.
   *
   * @param network a {@link MultiLayerNetwork} or a {@link ComputationGraph}
   * @throws IllegalArgumentException if its configuration or its listeners differ; nothing has been
   *     changed then
   * @throws UncheckedIOException if the file cannot be read any more
   */
  public void restoreInto(Model network) {
    TrainedNetwork net = TrainedNetwork.of(network);
    net.parameters();
    checkKind(net.kind());
    List<ResumableListener> listeners = resumable(net);
    checkListeners(listeners);
    try (ZipFile zip = new ZipFile(file())) {
      checkConfiguration(net, CheckpointFile.text(zip, ModelSerializer.CONFIGURATION_JSON));
      checkArrays(net);
      restore(zip, net);
      for (int i = 0; i < listeners.size(); i++) {
        listeners.get(i).restore(network, state(zip, i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(damaged(file, e));
    }
    for (TrainingListener listener : net.listeners()) {
      if (listener instanceof ResumableCheckpoints) {
        ((ResumableCheckpoints) listener).startAfter(at.batch);
      }
    }
    String threads = CheckpointFile.threads();
    if (!threads.equals(manifest.getProperty("threads"))) {
      log.warn(
          "{} was saved with {} threads, now there are {}: matrix products, and so the weights,"
              + " will differ in their last bits",
          file,
          manifest.getProperty("threads"),
          threads);
    }
  }

  private void restore(ZipFile zip, TrainedNetwork net) throws IOException {
    into(zip, ModelSerializer.COEFFICIENTS_BIN, net.parameters());
    INDArray updaterState = net.updaterState();
    if (updaterState != null && !updaterState.isEmpty()) {
      into(zip, ModelSerializer.UPDATER_BIN, updaterState);
    }
    net.setCounts(at.iteration, at.epoch);
    if (at.unconstrained) {
      net.model().applyConstraints(at.iteration, at.epoch);
    }
  }

  private static void into(ZipFile zip, String entry, INDArray target) throws IOException {
    CheckpointFile.array(
        zip,
        entry,
        (type, length) -> {
          if (type != target.dataType() || length != target.length()) {
            throw new IOException(
                entry
                    + " must be "
                    + CheckpointFile.describe(target)
                    + ", got "
                    + type
                    + " "
                    + length);
          }
          return target;
        });
  }

  private ListenerState state(ZipFile zip, int i) throws IOException {
    List<INDArray> arrays = new ArrayList<>();
    for (int k = 0; k < number(manifest, CheckpointFile.listener(i, "arrays")); k++) {
      arrays.add(
          CheckpointFile.array(
              zip,
              CheckpointFile.listenerArray(i, k),
              (type, length) -> Nd4j.createUninitializedDetached(type, length)));
    }
    Map<String, String> values = new TreeMap<>();
    String prefix = CheckpointFile.listener(i, "value.");
    for (String key : manifest.stringPropertyNames()) {
      if (key.startsWith(prefix)) {
        values.put(key.substring(prefix.length()), manifest.getProperty(key));
      }
    }
    return new ListenerState(
        manifest.getProperty(CheckpointFile.listener(i, "kind"), ""), values, arrays);
  }

  static List<ResumableListener> resumable(TrainedNetwork net) {
    List<ResumableListener> listeners = new ArrayList<>();
    for (TrainingListener listener : net.listeners()) {
      if (listener instanceof ResumableListener) {
        listeners.add((ResumableListener) listener);
      }
    }
    return listeners;
  }

  private void checkKind(String kind) {
    if (!kind.equals(manifest.getProperty("network"))) {
      throw new IllegalArgumentException(
          "the checkpoint "
              + file
              + " is of a "
              + manifest.getProperty("network")
              + ", got "
              + kind);
    }
  }

  private void checkListeners(List<ResumableListener> listeners) {
    List<String> given = new ArrayList<>();
    for (ResumableListener listener : listeners) {
      given.add(listener.state().kind());
    }
    List<String> saved = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(manifest.getProperty("listeners", "0")); i++) {
      saved.add(manifest.getProperty(CheckpointFile.listener(i, "kind"), ""));
    }
    if (!given.equals(saved)) {
      throw new IllegalArgumentException(
          "the checkpoint "
              + file
              + " has the states of the listeners "
              + saved
              + ", the network has "
              + given
              + ": set the same ones in the same order");
    }
  }

  private void checkConfiguration(TrainedNetwork net, String saved) {
    String[] theirs = TrainedNetwork.withCounts(saved, 0, 0).split("\n", -1);
    String[] ours = net.configuration(0, 0).split("\n", -1);
    for (int i = 0; i < Math.max(theirs.length, ours.length); i++) {
      String their = i < theirs.length ? theirs[i].trim() : "nothing";
      String our = i < ours.length ? ours[i].trim() : "nothing";
      if (!their.equals(our)) {
        throw new IllegalArgumentException(
            "the checkpoint "
                + file
                + " is of a network with another configuration: it has "
                + their
                + " where this one has "
                + our
                + ". Use another folder, or go on with the saved network, network(..)");
      }
    }
  }

  private void checkArrays(TrainedNetwork net) {
    checkArray(ModelSerializer.COEFFICIENTS_BIN, net.parameters());
    checkArray(ModelSerializer.UPDATER_BIN, net.updaterState());
  }

  private void checkArray(String entry, @Nullable INDArray target) {
    String expected =
        target == null || target.isEmpty() ? "nothing" : CheckpointFile.describe(target);
    String saved = manifest.getProperty(CheckpointFile.arrayKey(entry), "nothing");
    if (!expected.equals(saved)) {
      throw new IllegalArgumentException(
          "the checkpoint "
              + file
              + " has "
              + saved
              + " as "
              + entry
              + ", the network "
              + expected);
    }
  }
}
