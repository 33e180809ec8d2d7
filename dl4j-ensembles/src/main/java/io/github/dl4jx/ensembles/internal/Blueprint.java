package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.internal.ClassAxis;
import io.github.dl4jx.ensembles.graph.FeatureSubset;
import io.github.dl4jx.training.network.FrozenLayers;
import io.github.dl4jx.training.network.Network;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/** A configuration, of either kind, that new networks are made from. */
public final class Blueprint implements Serializable {

  private static final long serialVersionUID = 1;

  /** The configuration, whose seed is 0. */
  private final String json;

  /** The kind of network. */
  private final Network.Kind kind;

  private Blueprint(String json, Network.Kind kind) {
    this.json = json;
    this.kind = kind;
  }

  /**
   * A network with initial weights drawn from the seed, at iteration and epoch 0. Its frozen layers
   * stay, whatever its updaters do.
   */
  public Model create(long seed) {
    return create(seed, null);
  }

  /** The same, which sees some of its input's features. */
  Model create(long seed, @Nullable FeatureSubset subset) {
    Preconditions.checkArgument(
        subset == null || !json.contains("\"NWC\""),
        "features must be 1 for sequences in the format NWC, whose second dimension is time");
    return kind == Network.Kind.MULTI_LAYER_NETWORK
        ? createNetwork(seed, subset)
        : createGraph(seed, subset);
  }

  private Model createNetwork(long seed, @Nullable FeatureSubset subset) {
    MultiLayerConfiguration copy = network(seed);
    if (subset != null) {
      copy.getInputPreProcessors().put(0, before(subset, copy.getInputPreProcess(0)));
    }
    MultiLayerNetwork network = new MultiLayerNetwork(copy);
    network.init();
    FrozenLayers.hold(network);
    return network;
  }

  /** A copy of the configuration of a {@code MultiLayerNetwork}, at iteration and epoch 0. */
  MultiLayerConfiguration network(long seed) {
    MultiLayerConfiguration copy = MultiLayerConfiguration.fromJson(json);
    copy.getConfs().forEach(layer -> layer.setSeed(seed));
    copy.setIterationCount(0);
    copy.setEpochCount(0);
    return copy;
  }

  private Model createGraph(long seed, @Nullable FeatureSubset subset) {
    ComputationGraphConfiguration copy = ComputationGraphConfiguration.fromJson(json);
    copy.getDefaultConfiguration().setSeed(seed);
    copy.setIterationCount(0);
    copy.setEpochCount(0);
    if (subset != null) {
      restrict(copy, subset);
    }
    ComputationGraph network = new ComputationGraph(copy);
    network.init();
    FrozenLayers.hold(network);
    return network;
  }

  /** Refuses a rule that cannot combine the networks' outputs. */
  void check(CombinationRule rule) {
    if (kind == Network.Kind.MULTI_LAYER_NETWORK) {
      ClassAxis.check(rule, MultiLayerConfiguration.fromJson(json));
    } else {
      ClassAxis.check(rule, ComputationGraphConfiguration.fromJson(json));
    }
  }

  /** The configuration, whose seed is always 0. */
  public String json() {
    return json;
  }

  public Network.Kind kind() {
    return kind;
  }

  /** The configurations of a trainer that takes several. */
  public static List<Blueprint> listOf(Stream<Blueprint> blueprints) {
    List<Blueprint> list = blueprints.collect(Collectors.toList());
    Preconditions.checkArgument(!list.isEmpty(), "configurations must have at least 1, got 0");
    return list;
  }

  public static Blueprint of(MultiLayerConfiguration configuration) {
    Preconditions.checkArgument(configuration != null, "configuration must not be null");
    // JSON, not clone(): clones share their updaters' configuration
    MultiLayerConfiguration own = MultiLayerConfiguration.fromJson(configuration.toJson());
    own.getConfs().forEach(layer -> layer.setSeed(0)); // by default it is the time
    return new Blueprint(own.toJson(), Network.Kind.MULTI_LAYER_NETWORK);
  }

  public static Blueprint of(ComputationGraphConfiguration configuration) {
    Preconditions.checkArgument(configuration != null, "configuration must not be null");
    ComputationGraphConfiguration own =
        ComputationGraphConfiguration.fromJson(configuration.toJson());
    own.getDefaultConfiguration().setSeed(0); // by default it is the time
    own.getVertices().values().stream()
        .filter(vertex -> vertex instanceof LayerVertex)
        .forEach(vertex -> ((LayerVertex) vertex).getLayerConf().setSeed(0));
    return new Blueprint(own.toJson(), Network.Kind.COMPUTATION_GRAPH);
  }

  private static void restrict(ComputationGraphConfiguration graph, FeatureSubset subset) {
    String input = graph.getNetworkInputs().get(0);
    graph
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (graph.getVertexInputs().getOrDefault(name, List.of()).contains(input)) {
                Preconditions.checkArgument(
                    vertex instanceof LayerVertex,
                    "to see some features only, a graph's input must go to layers, got the %s %s",
                    vertex.getClass().getSimpleName(),
                    name);
                LayerVertex layer = (LayerVertex) vertex;
                layer.setPreProcessor(before(subset, layer.getPreProcessor()));
              }
            });
  }

  private static InputPreProcessor before(FeatureSubset subset, @Nullable InputPreProcessor other) {
    return other == null ? subset : new ComposableInputPreProcessor(subset, other);
  }
}
