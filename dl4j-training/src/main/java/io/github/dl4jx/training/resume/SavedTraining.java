package io.github.dl4jx.training.resume;

import io.github.dl4jx.training.network.ArrayFormat;
import io.github.dl4jx.training.network.LoadPolicy;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.network.SavedConfiguration;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A checkpoint of {@link ResumableCheckpoints} that is whole: it has been read and verified. */
public final class SavedTraining {

  private static final Logger log = LoggerFactory.getLogger(SavedTraining.class);

  private final Path file;
  private final Manifest manifest;
  private final String configuration;
  private final CheckpointFile.Position at;
  private final Compatibility compatibility;

  private SavedTraining(Path file, Manifest manifest, String configuration) {
    this.file = file;
    this.manifest = manifest;
    this.configuration = configuration;
    this.at = manifest.at;
    this.compatibility = new Compatibility(file, manifest);
  }

  static SavedTraining open(Path file) throws IOException {
    try {
      CheckpointFile.Content content = CheckpointFile.verify(file);
      Manifest manifest = Manifest.of(content.manifest);
      if (!content.arrays.equals(manifest.arrays)) {
        throw new IOException(
            "the arrays must be "
                + manifest.arrays
                + ", as "
                + CheckpointFile.MANIFEST
                + " says, got "
                + content.arrays);
      }
      return new SavedTraining(file, manifest, content.configuration);
    } catch (IOException | OutOfMemoryError e) {
      throw damaged(file, e);
    }
  }

  private static IOException damaged(Path file, Throwable e) {
    return new IOException(
        "the checkpoint " + file + " is damaged, or no checkpoint: " + e.getMessage(), e);
  }

  /** {@return the file of the checkpoint} */
  public File file() {
    return file.toFile();
  }

  /** {@return the number of finished iterations} */
  public int iteration() {
    return at.iteration;
  }

  /** {@return the number of finished epochs} */
  public int epoch() {
    return at.epoch;
  }

  /** {@return the number of finished batches of the current epoch; 0 between two epochs} */
  public int batch() {
    return at.batch;
  }

  /**
   * Restores the network with the standard {@link LoadPolicy}.
   *
   * @param type {@link MultiLayerNetwork} or {@link ComputationGraph}, whichever was trained
   * @param <T> the type
   * @return a new network
   * @throws IllegalArgumentException as {@link #network(Class, LoadPolicy)}
   * @throws UncheckedIOException as {@link #network(Class, LoadPolicy)}
   */
  public <T extends Model> T network(Class<T> type) {
    return network(type, LoadPolicy.standard());
  }

  /**
   * Restores the network: configuration, weights, updater state and counts. It has no listeners;
   * give it those of the run and {@link #restoreInto} restores their states.
   *
   * @param type {@link MultiLayerNetwork} or {@link ComputationGraph}, whichever was trained
   * @param policy the classes that its configuration may name, and the memory for it; memory for
   *     the parameters is limited by the file's size
   * @param <T> the type
   * @return a new network
   * @throws IllegalArgumentException if the type is another class, the checkpoint is of the other
   *     kind, or the policy is null
   * @throws UncheckedIOException if the file cannot be read any more, or has what is not allowed
   */
  public <T extends Model> T network(Class<T> type, LoadPolicy policy) {
    Preconditions.checkArgument(
        type == MultiLayerNetwork.class || type == ComputationGraph.class,
        "type must be MultiLayerNetwork or ComputationGraph, got %s",
        type);
    Preconditions.checkArgument(policy != null, "policy must not be null");
    compatibility.checkKind(
        (type == ComputationGraph.class
                ? Network.Kind.COMPUTATION_GRAPH
                : Network.Kind.MULTI_LAYER_NETWORK)
            .name());
    @Nullable INDArray parameters = null;
    try {
      SavedConfiguration<T> saved =
          SavedConfiguration.read(
              configuration, type, policy, policy.budget(configuration.length()));
      parameters = array(ModelSerializer.COEFFICIENTS_BIN, saved);
      T network = saved.network(parameters);
      Network net = Network.of(network);
      compatibility.checkArrays(net);
      restore(net);
      return network;
    } catch (IOException | OutOfMemoryError e) {
      if (parameters != null) {
        parameters.close();
      }
      throw new UncheckedIOException(damaged(file, e));
    } catch (RuntimeException e) {
      if (parameters != null) {
        parameters.close();
      }
      throw e;
    }
  }

  /** Allocates memory for as many parameters as the file has. */
  private INDArray array(String entry, SavedConfiguration<?> saved) throws IOException {
    ArrayFormat.Description description = manifest.array(entry);
    saved.checkNumber(description.length());
    return description.allocate();
  }

  /**
   * Restores weights, updater state, counts and the states of listeners into a network of the same
   * configuration, with the same {@link ResumableListener}s in the same order. The caller must go
   * to the position in the data.
   *
   * @param network a {@link MultiLayerNetwork} or a {@link ComputationGraph}
   * @throws IllegalArgumentException if its configuration or its listeners differ; nothing has been
   *     changed then
   * @throws UncheckedIOException if the file cannot be read any more
   */
  public void restoreInto(Model network) {
    restoreInto(network, () -> {});
  }

  /**
   * As {@link #restoreInto(Model)}.
   *
   * @param lastCheck runs when everything else has been checked, and nothing is changed yet
   */
  void restoreInto(Model network, Runnable lastCheck) {
    Network net = Network.initialized(network);
    compatibility.checkKind(net.kind().name());
    List<ResumableListener> listeners = ListenerStates.resumable(net);
    compatibility.checkListeners(listeners);
    try {
      compatibility.checkConfiguration(net, configuration);
      compatibility.checkArrays(net);
      List<ListenerState> states = new ArrayList<>();
      try {
        for (int i = 0; i < listeners.size(); i++) {
          states.add(allocate(i));
        }
        CheckpointFile.read(file, ListenerStates.byEntry(states));
        for (int i = 0; i < listeners.size(); i++) {
          listeners.get(i).check(network, states.get(i));
        }
        lastCheck.run();
      } catch (IOException | RuntimeException e) {
        states.forEach(state -> state.arrays().forEach(INDArray::close));
        throw e;
      }
      restore(net);
      for (int i = 0; i < listeners.size(); i++) {
        listeners.get(i).restore(network, states.get(i));
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
    if (!threads.equals(manifest.threads)) {
      log.warn(
          "{} was saved with {} threads, now there are {}: matrix products, and so the weights,"
              + " will differ in their last bits",
          file,
          manifest.threads,
          threads);
    }
  }

  /** The record of the data; null if the run was not one of {@link Training}. */
  DataDigest.@Nullable Record data() {
    return manifest.data;
  }

  private void restore(Network net) throws IOException {
    Map<String, INDArray> targets = new HashMap<>();
    targets.put(ModelSerializer.COEFFICIENTS_BIN, net.model().params());
    INDArray updaterState = NetworkState.updater(net);
    if (updaterState != null && !updaterState.isEmpty()) {
      targets.put(ModelSerializer.UPDATER_BIN, updaterState);
    }
    CheckpointFile.read(file, targets);
    net.setCounts(at.iteration, at.epoch);
    if (at.unconstrained) {
      net.model().applyConstraints(at.iteration, at.epoch);
    }
  }

  /** A listener's state with arrays that are not filled yet. */
  private ListenerState allocate(int i) throws IOException {
    Manifest.Listener listener = manifest.listeners.get(i);
    List<INDArray> arrays = new ArrayList<>();
    for (int k = 0; k < listener.arrays; k++) {
      arrays.add(manifest.array(CheckpointFile.listenerArray(i, k)).allocate());
    }
    return new ListenerState(listener.kind, listener.values, arrays, " of the checkpoint " + file);
  }
}
