package io.github.dl4jx.training.network;

import io.github.dl4jx.random.internal.Arguments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * A network's configuration from a file, read and checked before its parameters are allocated.
 *
 * <pre>{@code
 * SavedConfiguration<MultiLayerNetwork> saved =
 *     SavedConfiguration.read(json, MultiLayerNetwork.class, policy, budget);
 * // allocate and read saved.parameters() numbers
 * MultiLayerNetwork net = saved.network(parameters);
 * }</pre>
 *
 * <p>It reads files of Deeplearning4j 1.0.0-beta4 and later; older ones, which Deeplearning4j
 * converts with mappers that allow any class, are refused.
 *
 * @param <T> {@link MultiLayerNetwork} or {@link ComputationGraph}
 */
public final class SavedConfiguration<T extends Model> {

  private final Class<T> kind;
  private final Object configuration;

  private SavedConfiguration(Class<T> kind, Object configuration) {
    this.kind = kind;
    this.configuration = configuration;
  }

  /**
   * {@return the configuration in a text}
   *
   * @param json its text
   * @param kind the kind that it must be of, {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param policy the classes that it may name
   * @param budget memory that it may take
   * @param <T> the kind
   * @throws IOException if it is not a configuration, is of the other kind, is too large, or names
   *     a class that is not allowed; that class is then not initialized
   */
  public static <T extends Model> SavedConfiguration<T> read(
      String json, Class<T> kind, LoadPolicy policy, MemoryBudget budget) throws IOException {
    Arguments.notNull("json", json);
    checkKind(kind);
    Arguments.notNull("policy", policy);
    Arguments.notNull("budget", budget);
    ConfigurationText.check(json, kind, budget);
    Object configuration;
    try {
      configuration = parse(json, kind, policy.mapper());
    } catch (JsonProcessingException e) {
      throw ConfigurationText.unreadable(e);
    }
    checkLayers(layers(configuration));
    layers(configuration).forEach(SavedConfiguration::repair);
    return new SavedConfiguration<>(kind, configuration);
  }

  /**
   * Checks that a configuration can be read again, before it is written.
   *
   * @param json its text
   * @throws IOException if it is too long
   */
  public static void checkLength(String json) throws IOException {
    ConfigurationText.checkLength(Arguments.notNull("json", json));
  }

  /** Reads a configuration by a mapper. */
  static Object parse(String json, Class<? extends Model> kind, ObjectMapper mapper)
      throws IOException {
    checkKind(kind);
    return kind == MultiLayerNetwork.class
        ? mapper.readValue(json, MultiLayerConfiguration.class)
        : mapper.readValue(json, ComputationGraphConfiguration.class);
  }

  /** Checks that a class is one of the two kinds of network. */
  static void checkKind(Class<? extends Model> kind) {
    Preconditions.checkArgument(
        kind == MultiLayerNetwork.class || kind == ComputationGraph.class,
        "kind must be MultiLayerNetwork or ComputationGraph, got %s",
        kind);
  }

  /** The configurations of layers, by layer or by vertex. */
  private static List<NeuralNetConfiguration> layers(Object configuration) {
    List<NeuralNetConfiguration> layers = new ArrayList<>();
    if (configuration instanceof MultiLayerConfiguration) {
      layers.addAll(nonNull(((MultiLayerConfiguration) configuration).getConfs()));
    } else {
      for (GraphVertex vertex : nonNull(vertices(configuration))) {
        if (vertex instanceof LayerVertex) {
          layers.add(((LayerVertex) vertex).getLayerConf());
        }
      }
    }
    return layers;
  }

  private static @Nullable Collection<GraphVertex> vertices(Object configuration) {
    Map<String, GraphVertex> vertices =
        ((ComputationGraphConfiguration) configuration).getVertices();
    return vertices == null ? null : vertices.values();
  }

  private static <E> Collection<E> nonNull(@Nullable Collection<E> elements) {
    return elements == null ? List.of() : elements;
  }

  /** As Deeplearning4j does: before 1.0.0-beta4 batch normalization stored the variance only. */
  private static void repair(NeuralNetConfiguration layer) {
    if (layer.getLayer() instanceof BatchNormalization
        && layer.getVariables().contains(BatchNormalizationParamInitializer.GLOBAL_VAR)) {
      ((BatchNormalization) layer.getLayer()).setUseLogStd(false);
    }
  }

  private static void checkLayers(List<NeuralNetConfiguration> layers) throws IOException {
    for (NeuralNetConfiguration configuration : layers) {
      @Nullable Layer layer = configuration == null ? null : configuration.getLayer();
      if (layer == null) {
        throw new IOException("the configuration has a layer that is null");
      }
      if (layer instanceof BaseLayer && ((BaseLayer) layer).getActivationFn() == null) {
        throw new IOException(
            "the layer "
                + layer.getLayerName()
                + " has no activation function, as before Deeplearning4j 1.0.0-beta4: if you trust"
                + " the file, read it with ModelSerializer and save it again");
      }
    }
  }

  /**
   * {@return the number of parameters of the network}
   *
   * @throws IOException if the configuration cannot have any such number
   */
  public long parameters() throws IOException {
    try {
      long sum = 0;
      if (configuration instanceof MultiLayerConfiguration) {
        for (NeuralNetConfiguration layer : ((MultiLayerConfiguration) configuration).getConfs()) {
          sum = Math.addExact(sum, count(layer.getLayer().initializer().numParams(layer)));
        }
      } else {
        for (GraphVertex vertex : nonNull(vertices(configuration))) {
          sum = Math.addExact(sum, count(vertex.numParams(true)));
        }
      }
      return sum;
    } catch (RuntimeException | StackOverflowError e) {
      throw new IOException("the configuration has an impossible number of parameters: " + e, e);
    }
  }

  private static long count(long parameters) {
    Preconditions.checkArgument(parameters >= 0, "parameters must be >= 0, got %s", parameters);
    return parameters;
  }

  /**
   * Checks that parameters of some number can be this network's.
   *
   * @param parameters how many there are
   * @throws IllegalArgumentException if that is below 0
   * @throws IOException if the configuration says another number
   */
  public void checkNumber(long parameters) throws IOException {
    Preconditions.checkArgument(parameters >= 0, "parameters must be >= 0, got %s", parameters);
    if (parameters != parameters()) {
      throw new IOException(
          "the parameters must be "
              + parameters()
              + ", as the configuration says, got "
              + parameters);
    }
  }

  /**
   * {@return a new network with given parameters}
   *
   * @param parameters a vector of {@link #parameters()} numbers, taken over, not copied; null if
   *     there are none
   * @throws IllegalArgumentException if they are not of a floating-point type
   * @throws IOException if they do not fit, or no network can be made
   */
  public T network(@Nullable INDArray parameters) throws IOException {
    if (parameters != null) {
      Arguments.floatingPoint("parameters", parameters);
    }
    long given = parameters == null ? 0 : parameters.length();
    checkNumber(given);
    try {
      Model network = init(parameters);
      checkViews(network, given);
      return kind.cast(network);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw new IOException("no network can be made of the configuration: " + e, e);
    }
  }

  private Model init(@Nullable INDArray parameters) {
    if (configuration instanceof MultiLayerConfiguration) {
      MultiLayerConfiguration layers = (MultiLayerConfiguration) configuration;
      if (parameters != null) { // as Deeplearning4j does: there was no type in old files
        layers.setDataType(parameters.dataType());
      }
      MultiLayerNetwork network = new MultiLayerNetwork(layers);
      network.init(parameters, false);
      return network;
    }
    ComputationGraphConfiguration layers = (ComputationGraphConfiguration) configuration;
    if (parameters != null) {
      layers.setDataType(parameters.dataType());
    }
    ComputationGraph graph = new ComputationGraph(layers);
    graph.init(parameters, false);
    return graph;
  }

  /** Sizes whose product is right only because it overflowed would be read out of bounds. */
  private static void checkViews(Model network, long parameters) {
    long sum = 0;
    for (INDArray view : network.paramTable().values()) {
      long elements = 1;
      for (long size : view.shape()) {
        Preconditions.checkArgument(size >= 1, "sizes must be >= 1, got %s", size);
        elements = Math.multiplyExact(elements, size);
      }
      sum = Math.addExact(sum, elements);
    }
    Preconditions.checkArgument(
        sum == parameters, "layers must have %s parameters, got %s", parameters, sum);
  }
}
