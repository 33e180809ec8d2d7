package io.github.dl4jx.training.resume;

import io.github.dl4jx.random.internal.Arguments;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A second network of the same configuration, over given parameters, that shares nothing else with
 * the first: no listeners, no updater state, no settings.
 *
 * <p>It is made from the configuration's JSON, because Deeplearning4j's clones share the settings
 * of their updaters.
 */
public final class NetworkTwin {

  private NetworkTwin() {}

  /**
   * A twin.
   *
   * @param network the network
   * @param parameters its parameters, not copied; a vector as long as the network's
   * @return the twin
   * @throws IllegalArgumentException if one is null or they do not fit
   */
  public static MultiLayerNetwork of(MultiLayerNetwork network, INDArray parameters) {
    String json = Arguments.notNull("network", network).getLayerWiseConfigurations().toJson();
    MultiLayerNetwork twin = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
    init(parameters, given -> twin.init(given, false));
    return twin;
  }

  /**
   * A twin.
   *
   * @param graph the graph
   * @param parameters its parameters, not copied; a vector as long as the graph's
   * @return the twin
   * @throws IllegalArgumentException if one is null or they do not fit
   */
  public static ComputationGraph of(ComputationGraph graph, INDArray parameters) {
    String json = Arguments.notNull("graph", graph).getConfiguration().toJson();
    ComputationGraph twin = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
    init(parameters, given -> twin.init(given, false));
    return twin;
  }

  /**
   * A twin.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @param parameters its parameters, not copied; a vector as long as the network's
   * @return the twin, of the same class
   * @throws IllegalArgumentException if one is null or they do not fit, or the network is neither
   */
  public static Model of(Model network, INDArray parameters) {
    TrainedNetwork.of(network);
    return network instanceof MultiLayerNetwork
        ? of((MultiLayerNetwork) network, parameters)
        : of((ComputationGraph) network, parameters);
  }

  private static void init(INDArray parameters, Consumer<INDArray> twin) {
    Preconditions.checkArgument(
        Arguments.floatingPoint("parameters", parameters).rank() <= 2
            && parameters.length() > 0
            && parameters.isVectorOrScalar(),
        "parameters must be a vector, got shape %s",
        parameters.shape());
    try {
      twin.accept(parameters);
    } catch (IllegalArgumentException | IllegalStateException e) { // Deeplearning4j's own
      throw new IllegalArgumentException("parameters must fit the network: " + e.getMessage(), e);
    }
  }
}
