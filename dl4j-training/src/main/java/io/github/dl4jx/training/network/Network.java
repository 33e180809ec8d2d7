package io.github.dl4jx.training.network;

import io.github.dl4jx.random.internal.Arguments;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A {@link MultiLayerNetwork} or a {@link ComputationGraph}: one interface to what both can do but
 * Deeplearning4j gives them no common type for. It is a handle: it has no state but the network.
 *
 * <pre>{@code
 * Network net = Network.of(model);
 * int done = net.epoch();
 * Model copy = net.copy().model();
 * }</pre>
 *
 * <p>A <em>copy</em> has memory of its own; a <em>view</em> computes with parameters that it is
 * given. Neither shares listeners, updater state or settings with the network: both are made from
 * the configuration's JSON, because Deeplearning4j's clones share their updaters' settings.
 */
public final class Network {

  /** The two kinds, by the names that stand in files. */
  public enum Kind {
    /** A {@link MultiLayerNetwork}. */
    MULTI_LAYER_NETWORK(MultiLayerNetwork.class),
    /** A {@link ComputationGraph}. */
    COMPUTATION_GRAPH(ComputationGraph.class);

    private final Class<? extends Model> type;

    Kind(Class<? extends Model> type) {
      this.type = type;
    }

    /** {@return the class of such networks} */
    public Class<? extends Model> type() {
      return type;
    }
  }

  private final Model model;

  private Network(Model model) {
    this.model = model;
  }

  /**
   * {@return whether a model is a network of either kind, and not a single layer, for instance}
   *
   * @param model any model, or null
   */
  public static boolean is(@Nullable Model model) {
    return model instanceof MultiLayerNetwork || model instanceof ComputationGraph;
  }

  /**
   * {@return the handle of a network}
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @throws IllegalArgumentException if it is neither
   */
  public static Network of(Model network) {
    return of("network", network);
  }

  /**
   * {@return the handle of a network that has parameters}
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @throws IllegalArgumentException if it is neither, or is not initialized
   */
  public static Network initialized(Model network) {
    return initialized("network", network);
  }

  /**
   * {@return the handle of a network that has parameters}
   *
   * @param name name of the argument, for the exception's message
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @throws IllegalArgumentException if it is neither, or is not initialized
   */
  public static Network initialized(String name, Model network) {
    Network initialized = of(Arguments.notNull("name", name), network);
    INDArray parameters = initialized.model.params();
    Preconditions.checkArgument(
        parameters != null && parameters.length() > 0,
        "%s must be initialized and have parameters: call init() first",
        name);
    return initialized;
  }

  private static Network of(String name, Model network) {
    Preconditions.checkArgument(
        is(network),
        "%s must be a MultiLayerNetwork or a ComputationGraph, got %s",
        name,
        network == null ? null : network.getClass().getName());
    return new Network(network);
  }

  /**
   * {@return the result of the function for the network's kind}
   *
   * @param layers called for a {@code MultiLayerNetwork}
   * @param graph called for a {@code ComputationGraph}
   * @param <T> type of the result
   */
  public <T> T either(
      Function<? super MultiLayerNetwork, ? extends T> layers,
      Function<? super ComputationGraph, ? extends T> graph) {
    Arguments.notNull("layers", layers);
    Arguments.notNull("graph", graph);
    return model instanceof MultiLayerNetwork
        ? layers.apply((MultiLayerNetwork) model)
        : graph.apply((ComputationGraph) model);
  }

  /**
   * Calls the function for the network's kind.
   *
   * @param layers called for a {@code MultiLayerNetwork}
   * @param graph called for a {@code ComputationGraph}
   */
  public void with(
      Consumer<? super MultiLayerNetwork> layers, Consumer<? super ComputationGraph> graph) {
    Arguments.notNull("layers", layers);
    Arguments.notNull("graph", graph);
    if (model instanceof MultiLayerNetwork) {
      layers.accept((MultiLayerNetwork) model);
    } else {
      graph.accept((ComputationGraph) model);
    }
  }

  /** {@return the network itself} */
  public Model model() {
    return model;
  }

  /** {@return which of the two kinds it is} */
  public Kind kind() {
    return either(net -> Kind.MULTI_LAYER_NETWORK, graph -> Kind.COMPUTATION_GRAPH);
  }

  /** {@return its configuration as JSON} */
  public String json() {
    return either(
        net -> net.getLayerWiseConfigurations().toJson(),
        graph -> graph.getConfiguration().toJson());
  }

  /** {@return the seed of its configuration} */
  public long seed() {
    return either(
        net -> net.getDefaultConfiguration().getSeed(),
        graph -> graph.getConfiguration().getDefaultConfiguration().getSeed());
  }

  /** {@return its layers, in the order of their parameters; not a copy} */
  public Layer[] layers() {
    return either(MultiLayerNetwork::getLayers, ComputationGraph::getLayers);
  }

  /**
   * {@return whether it is trained by truncated backpropagation through time, so that one batch may
   * be several iterations}
   */
  public boolean isTruncated() {
    BackpropType type =
        either(
            net -> net.getLayerWiseConfigurations().getBackpropType(),
            graph -> graph.getConfiguration().getBackpropType());
    return type == BackpropType.TruncatedBPTT;
  }

  /** {@return the number of finished iterations} */
  public int iteration() {
    return either(MultiLayerNetwork::getIterationCount, ComputationGraph::getIterationCount);
  }

  /** {@return the number of finished epochs} */
  public int epoch() {
    return either(MultiLayerNetwork::getEpochCount, ComputationGraph::getEpochCount);
  }

  /**
   * Sets both counts, in the configuration and in every layer.
   *
   * @param iteration at least 0
   * @param epoch at least 0
   * @throws IllegalArgumentException if one is negative
   */
  public void setCounts(int iteration, int epoch) {
    Preconditions.checkArgument(iteration >= 0, "iteration must be >= 0, got %s", iteration);
    Preconditions.checkArgument(epoch >= 0, "epoch must be >= 0, got %s", epoch);
    with(
        net -> {
          net.setIterationCount(iteration);
          net.setEpochCount(epoch);
        },
        graph -> {
          graph.getConfiguration().setIterationCount(iteration);
          graph.getConfiguration().setEpochCount(epoch);
        });
    for (Layer layer : layers()) {
      layer.setIterationCount(iteration);
      layer.setEpochCount(epoch);
    }
  }

  /** Counts an epoch as finished. */
  public void nextEpoch() {
    with(net -> net.incrementEpochCount(), graph -> graph.incrementEpochCount());
  }

  /** {@return a copy of the list of its listeners} */
  public List<TrainingListener> listeners() {
    return List.copyOf(either(MultiLayerNetwork::getListeners, ComputationGraph::getListeners));
  }

  /**
   * Sets its listeners, in place of all others.
   *
   * @param listeners none of them null
   * @throws IllegalArgumentException if it is null or has null in it
   */
  public void setListeners(List<? extends TrainingListener> listeners) {
    TrainingListener[] all =
        Arguments.noneNull("listeners", listeners).toArray(new TrainingListener[0]);
    with(net -> net.setListeners(all), graph -> graph.setListeners(all));
  }

  /**
   * {@return the updater of all its layers, which is made if there is none yet}
   *
   * @throws IllegalArgumentException if it was replaced by one of another kind
   */
  public BaseMultiLayerUpdater<?> updater() {
    Object updater = either(MultiLayerNetwork::getUpdater, ComputationGraph::getUpdater);
    Preconditions.checkArgument(
        updater instanceof BaseMultiLayerUpdater,
        "the network's updater must be a MultiLayerUpdater, got %s",
        updater);
    return (BaseMultiLayerUpdater<?>) updater;
  }

  /** Forgets the updater and its state: the next one is made from the configuration. */
  void removeUpdater() {
    with(net -> net.setUpdater(null), graph -> graph.setUpdater(null));
  }

  /**
   * {@return the number of its inputs}
   *
   * @throws IllegalArgumentException if the network is not initialized
   */
  public int inputCount() {
    checkUsable();
    return either(net -> 1, ComputationGraph::getNumInputArrays);
  }

  /**
   * {@return the number of its outputs}
   *
   * @throws IllegalArgumentException if the network is not initialized
   */
  public int outputCount() {
    checkUsable();
    return either(net -> 1, ComputationGraph::getNumOutputArrays);
  }

  /**
   * {@return the configuration of the output layer of a network with one output, null if the output
   * is a vertex without a layer}
   *
   * @throws IllegalArgumentException if the network is not initialized
   */
  public org.deeplearning4j.nn.conf.layers.@Nullable Layer outputLayer() {
    checkUsable();
    Layer last = either(MultiLayerNetwork::getOutputLayer, graph -> graph.getOutputLayer(0));
    return last == null ? null : last.conf().getLayer();
  }

  /** Checks that the network is initialized; it may be closed. */
  void checkUsable() {
    Preconditions.checkArgument(
        either(MultiLayerNetwork::isInitCalled, graph -> graph.getVertices() != null),
        "network must be initialized: call init() first");
  }

  /**
   * {@return a network of the same configuration that computes with given parameters}
   *
   * @param parameters not copied; a vector as long as the network's
   * @throws IllegalArgumentException if they are null or do not fit
   */
  public Network view(INDArray parameters) {
    Preconditions.checkArgument(
        Arguments.floatingPoint("parameters", parameters).rank() <= 2
            && parameters.length() > 0
            && parameters.isVectorOrScalar(),
        "parameters must be a vector, got shape %s",
        parameters.shape());
    String json = json();
    try {
      return either(
          net -> {
            MultiLayerNetwork view = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
            view.init(parameters, false);
            return new Network(view);
          },
          graph -> {
            ComputationGraph view =
                new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
            view.init(parameters, false);
            return new Network(view);
          });
    } catch (IllegalArgumentException | IllegalStateException e) { // Deeplearning4j's own
      throw new IllegalArgumentException("parameters must fit the network: " + e.getMessage(), e);
    }
  }

  /**
   * {@return a network of the same configuration with the same parameters in its own memory, which
   * the caller must release}
   *
   * @throws IllegalArgumentException if the network is not initialized
   */
  public Network copy() {
    INDArray parameters = initialized(model).model.params();
    return view(
        Nd4j.createUninitializedDetached(parameters.dataType(), parameters.length())
            .assign(parameters.reshape(parameters.length())));
  }

  /**
   * Releases the network's off-heap memory. Unlike the network's own {@code close()} it neither
   * runs the garbage collector nor destroys the calling thread's workspaces.
   */
  public void release() {
    close(model.params());
    with(
        net -> {
          close(net.getGradientsViewArray());
          close(net.getUpdater(false) == null ? null : net.getUpdater(false).getStateViewArray());
        },
        graph -> {
          close(graph.getGradientsViewArray());
          close(
              graph.getUpdater(false) == null ? null : graph.getUpdater(false).getStateViewArray());
        });
  }

  private static void close(@Nullable INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }
}
