package io.github.dl4jx.tuning.run;

import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.SavedTraining;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.store.TemporaryFolder;
import io.github.dl4jx.tuning.store.TrialFolder;
import io.github.dl4jx.tuning.trial.Trial;
import java.lang.ref.Reference;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/** One trial of a search that has a score, with its network. */
public final class TrialResult {

  private final Trial trial;
  private final double score;
  private final TrialSetup setup;
  private final Networks networks;
  private final TrialFolder folder;

  /** It is deleted when nobody refers to it any more. */
  private final @Nullable TemporaryFolder temporary;

  TrialResult(
      Trial trial,
      double score,
      TrialSetup setup,
      Networks networks,
      TrialFolder folder,
      @Nullable TemporaryFolder temporary) {
    this.trial = trial;
    this.score = score;
    this.setup = setup;
    this.networks = networks;
    this.folder = folder;
    this.temporary = temporary;
  }

  /**
   * The trial.
   *
   * @return with all its scores
   */
  public Trial trial() {
    return trial;
  }

  /**
   * The trial's number.
   *
   * @return a number from 0 on
   */
  public int number() {
    return trial.number();
  }

  /**
   * Its last score.
   *
   * @return a finite number
   */
  public double score() {
    return score;
  }

  /**
   * What it has tried.
   *
   * @return the point
   */
  public Point point() {
    return trial.point();
  }

  /**
   * The value of a parameter.
   *
   * @param parameter a key of the space
   * @param <T> type of its values
   * @return the value that the trial has tried
   * @throws IllegalArgumentException if the space has no such parameter, or it does not matter here
   */
  public <T> T get(Parameter<T> parameter) {
    return trial.get(parameter);
  }

  /**
   * The configuration of a search of {@code MultiLayerNetwork}s.
   *
   * @return a new one, with the trial's seed
   * @throws IllegalStateException if the search is of graphs
   */
  public MultiLayerConfiguration configuration() {
    return networks.layers(setup);
  }

  /**
   * The configuration of a search of {@code ComputationGraph}s.
   *
   * @return a new one, with the trial's seed
   * @throws IllegalStateException if the search is of layers
   */
  public ComputationGraphConfiguration graphConfiguration() {
    return networks.graph(setup);
  }

  /**
   * Whether there is a network: the checkpoints of trials that were stopped are deleted.
   *
   * @return whether the trial was not stopped
   */
  public boolean hasNetwork() {
    return trial.state() != Trial.State.STOPPED;
  }

  /**
   * The trained network of a search of {@code MultiLayerNetwork}s.
   *
   * @return a new one, without listeners
   * @throws IllegalStateException if the search is of graphs, or as {@link #model}
   * @throws java.io.UncheckedIOException as {@link #model}
   */
  public MultiLayerNetwork network() {
    checkKind(Network.Kind.MULTI_LAYER_NETWORK);
    return (MultiLayerNetwork) model();
  }

  /**
   * The trained network of a search of {@code ComputationGraph}s.
   *
   * @return a new one, without listeners
   * @throws IllegalStateException if the search is of layers, or as {@link #model}
   * @throws java.io.UncheckedIOException as {@link #model}
   */
  public ComputationGraph graph() {
    checkKind(Network.Kind.COMPUTATION_GRAPH);
    return (ComputationGraph) model();
  }

  private void checkKind(Network.Kind kind) {
    Preconditions.checkState(
        networks.kind() == kind, "the search must be of a %s, got %s", kind, networks.kind());
  }

  /**
   * The trained network, of either kind, read from the trial's newest checkpoint.
   *
   * @return a new one, without listeners
   * @throws IllegalStateException if there is none: the trial was stopped, the result is closed, or
   *     a longer run in the same folder has trained it further
   * @throws java.io.UncheckedIOException if the checkpoints cannot be read
   */
  public Model model() {
    try {
      return read();
    } finally {
      Reference.reachabilityFence(temporary);
    }
  }

  private Model read() {
    Optional<SavedTraining> saved = ResumableCheckpoints.resume(folder.checkpoints());
    if (saved.isEmpty()) {
      throw new IllegalStateException(
          "there is no network of "
              + trial
              + " any more: it was stopped, or the folder of the search was deleted");
    }
    Preconditions.checkState(
        saved.get().epoch() == trial.epochs(),
        "the network of %s is now one of %s epochs: another run in the folder has trained it",
        trial,
        saved.get().epoch());
    Model network = networks.network(setup);
    saved.get().restoreInto(network);
    return network;
  }

  @Override
  public String toString() {
    return trial.toString();
  }
}
