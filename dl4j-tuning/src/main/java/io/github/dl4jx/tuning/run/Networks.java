package io.github.dl4jx.tuning.run;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.FrozenLayers;
import io.github.dl4jx.training.network.Network;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/** Makes the networks of a search, of either kind, from the user's function. */
final class Networks {

  private final @Nullable Function<? super TrialSetup, MultiLayerConfiguration> layers;
  private final @Nullable Function<? super TrialSetup, ComputationGraphConfiguration> graph;

  private Networks(
      @Nullable Function<? super TrialSetup, MultiLayerConfiguration> layers,
      @Nullable Function<? super TrialSetup, ComputationGraphConfiguration> graph) {
    this.layers = layers;
    this.graph = graph;
  }

  static Networks ofLayers(Function<? super TrialSetup, MultiLayerConfiguration> configuration) {
    return new Networks(Arguments.notNull("configuration", configuration), null);
  }

  static Networks ofGraph(
      Function<? super TrialSetup, ComputationGraphConfiguration> configuration) {
    return new Networks(null, Arguments.notNull("configuration", configuration));
  }

  Network.Kind kind() {
    return layers != null ? Network.Kind.MULTI_LAYER_NETWORK : Network.Kind.COMPUTATION_GRAPH;
  }

  /** The configuration, with the trial's seed, at iteration and epoch 0. */
  MultiLayerConfiguration layers(TrialSetup setup) {
    Preconditions.checkState(
        layers != null, "the search must be of MultiLayerNetworks, got ComputationGraphs");
    MultiLayerConfiguration given =
        Arguments.notNull("configuration", Arguments.notNull("layers", layers).apply(setup));
    // JSON, not clone(): clones share their updaters' configuration
    MultiLayerConfiguration own = MultiLayerConfiguration.fromJson(given.toJson());
    own.getConfs().forEach(layer -> layer.setSeed(setup.seed()));
    own.setIterationCount(0);
    own.setEpochCount(0);
    return own;
  }

  /** The configuration, with the trial's seed, at iteration and epoch 0. */
  ComputationGraphConfiguration graph(TrialSetup setup) {
    Preconditions.checkState(
        graph != null, "the search must be of ComputationGraphs, got MultiLayerNetworks");
    ComputationGraphConfiguration given =
        Arguments.notNull("configuration", Arguments.notNull("graph", graph).apply(setup));
    ComputationGraphConfiguration own = ComputationGraphConfiguration.fromJson(given.toJson());
    own.getDefaultConfiguration().setSeed(setup.seed());
    own.getVertices().values().stream()
        .filter(vertex -> vertex instanceof LayerVertex)
        .forEach(vertex -> ((LayerVertex) vertex).getLayerConf().setSeed(setup.seed()));
    own.setIterationCount(0);
    own.setEpochCount(0);
    return own;
  }

  /** A network with initial weights. Its frozen layers stay, whatever its updaters do. */
  Model network(TrialSetup setup) {
    return layers != null ? network(layers(setup)) : network(graph(setup));
  }

  /** The same from a configuration that has the trial's seed. */
  static Model network(Network.Kind kind, String json) {
    return kind == Network.Kind.MULTI_LAYER_NETWORK
        ? network(MultiLayerConfiguration.fromJson(json))
        : network(ComputationGraphConfiguration.fromJson(json));
  }

  private static Model network(MultiLayerConfiguration configuration) {
    MultiLayerNetwork made = new MultiLayerNetwork(configuration);
    made.init();
    FrozenLayers.hold(made);
    return made;
  }

  private static Model network(ComputationGraphConfiguration configuration) {
    ComputationGraph made = new ComputationGraph(configuration);
    made.init();
    FrozenLayers.hold(made);
    return made;
  }
}
