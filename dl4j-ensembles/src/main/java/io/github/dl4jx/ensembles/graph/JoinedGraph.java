package io.github.dl4jx.ensembles.graph;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.internal.OwnInput;
import io.github.dl4jx.training.network.Network;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Joins whole networks, with their parameters, into one {@code ComputationGraph}.
 *
 * <pre>{@code
 * JoinedGraph joined = new JoinedGraph("in", net.params().dataType());
 * joined.addVertex("mean", new ElementWiseVertex(Op.Average),
 *     joined.add("a", net, "in"), joined.add("b", other, "in"));
 * ComputationGraph both = joined.build("mean");
 * }</pre>
 *
 * <p>Layer i of a {@code MultiLayerNetwork} becomes the vertex {@code name-i}, the vertex v of a
 * {@code ComputationGraph} the vertex {@code name-v}. The graph is for inference: a network's
 * output layer within the graph only computes its activation, and {@code fit} cannot train through
 * it. Updaters are replaced by Deeplearning4j's {@code Sgd}; dropout, constraints and this
 * library's weight noise are removed. So the graph can be loaded without this library, unless it
 * has layers, vertices or preprocessors of this library that act at test time.
 */
public final class JoinedGraph {

  private final ComputationGraphConfiguration.GraphBuilder builder;
  private final String input;
  private final DataType type;
  private final Map<String, Trainable> sources = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  /**
   * A graph without vertices.
   *
   * @param input name of its one input
   * @param type data type of all of its parameters
   * @throws IllegalArgumentException if input is blank or type is null
   */
  public JoinedGraph(String input, DataType type) {
    Arguments.notNull("type", type);
    checkBlank("input", input);
    this.builder =
        new NeuralNetConfiguration.Builder().dataType(type).graphBuilder().addInputs(input);
    this.input = input;
    this.type = type;
    names.add(input);
  }

  private static void checkBlank(String name, String value) {
    Preconditions.checkArgument(
        !Arguments.notNull(name, value).isBlank(), "%s must not be blank, got \"%s\"", name, value);
  }

  private void checkKnown(String name, String vertex) {
    Preconditions.checkArgument(
        names.contains(Arguments.notNull(name, vertex)),
        "%s must be the graph's input or a vertex that was added, got %s",
        name,
        vertex);
  }

  /**
   * Adds a network, which must not change before {@link #build}.
   *
   * @param name a unique prefix for the names of its vertices
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph} with one input and one
   *     output
   * @param from its input: the graph's input or a vertex
   * @return the vertex of its output
   * @throws IllegalArgumentException if name is blank, from does not exist, the network is not
   *     initialized, its parameters are of another type, or one of its vertices refers to its input
   *     by another name than this graph's
   */
  public String add(String name, Model network, String from) {
    checkBlank("name", name);
    checkKnown("from", from);
    Network joined = Network.initialized(network);
    Preconditions.checkArgument(
        network.params().dataType() == type,
        "all networks must have parameters of type %s, got %s",
        type,
        network.params().dataType());
    String own = from;
    if (OwnInput.isNeeded(joined.layers())) {
      own = name + "-own-input";
      addVertex(own, new ScaleVertex(1), from); // a copy, as others read it, too
    }
    String fed = own;
    return joined.either(net -> add(name, net, fed), graph -> add(name, graph, from, fed));
  }

  private String add(String name, MultiLayerNetwork network, String from) {
    // through JSON, as clones share the configurations of updaters
    MultiLayerConfiguration configuration =
        MultiLayerConfiguration.fromJson(network.getLayerWiseConfigurations().toJson());
    String last = from;
    for (int i = 0; i < network.getnLayers(); i++) {
      String vertex = name + "-" + i;
      LayerVertex layer =
          new LayerVertex(configuration.getConf(i), configuration.getInputPreProcess(i));
      add(vertex, layer, network.getLayer(i), last);
      last = vertex;
    }
    return last;
  }

  private String add(String name, ComputationGraph network, String from, String fed) {
    ComputationGraphConfiguration configuration =
        ComputationGraphConfiguration.fromJson(network.getConfiguration().toJson());
    String itsInput = configuration.getNetworkInputs().get(0);
    configuration
        .getVertices()
        .forEach(
            (vertex, v) -> {
              Preconditions.checkArgument(
                  !refersToInputs(v) || (itsInput.equals(input) && from.equals(input)),
                  "the %s %s names its graph's input, %s: it must be %s",
                  v.getClass().getSimpleName(),
                  vertex,
                  itsInput,
                  input);
              String[] inputs =
                  configuration.getVertexInputs().getOrDefault(vertex, List.of()).stream()
                      .map(in -> in.equals(itsInput) ? fed : name + "-" + in)
                      .toArray(String[]::new);
              add(name + "-" + vertex, v, network.getVertex(vertex), inputs);
            });
    return name + "-" + configuration.getNetworkOutputs().get(0);
  }

  private static boolean refersToInputs(GraphVertex vertex) {
    return vertex instanceof LastTimeStepVertex
        || vertex instanceof DuplicateToTimeSeriesVertex
        || vertex instanceof ReverseTimeSeriesVertex;
  }

  private void add(String name, GraphVertex vertex, Trainable source, String... inputs) {
    if (vertex instanceof LayerVertex) {
      Layer layer = ((LayerVertex) vertex).getLayerConf().getLayer();
      layer.setLayerName(name);
      TestTime.reduce(layer);
    }
    builder.addVertex(name, vertex, inputs);
    names.add(name);
    sources.put(name, source);
  }

  /**
   * Adds a vertex.
   *
   * @param name its name
   * @param vertex its configuration
   * @param inputs its inputs, at least 1
   * @throws IllegalArgumentException if name is blank, vertex is null, or an input does not exist
   */
  public void addVertex(String name, GraphVertex vertex, String... inputs) {
    checkBlank("name", name);
    Arguments.notNull("vertex", vertex);
    Preconditions.checkArgument(
        Arguments.notNull("inputs", inputs).length >= 1, "inputs must be at least 1, got 0");
    for (String in : inputs) {
      checkKnown("inputs", in);
    }
    names.add(name);
    builder.addVertex(name, vertex, inputs);
  }

  /**
   * Adds a layer without parameters.
   *
   * @param name its name
   * @param layer its configuration
   * @param from its input
   * @throws IllegalArgumentException if name is blank, layer is null, or from does not exist
   */
  public void addLayer(String name, Layer layer, String from) {
    checkBlank("name", name);
    Arguments.notNull("layer", layer);
    checkKnown("from", from);
    names.add(name);
    builder.addLayer(name, layer, from);
  }

  /**
   * {@return the graph, which shares nothing with the networks}
   *
   * @param output the vertex of its output
   * @throws IllegalArgumentException if output does not exist
   */
  public ComputationGraph build(String output) {
    checkKnown("output", output);
    ComputationGraph graph = new ComputationGraph(builder.setOutputs(output).build());
    graph.init();
    long copied = 0;
    for (Map.Entry<String, Trainable> entry : sources.entrySet()) {
      Map<String, INDArray> to = graph.getVertex(entry.getKey()).paramTable(false);
      Map<String, INDArray> from = entry.getValue().paramTable(false);
      if (from != null) {
        for (Map.Entry<String, INDArray> parameter : from.entrySet()) {
          Objects.requireNonNull(to.get(parameter.getKey())).assign(parameter.getValue());
          copied += parameter.getValue().length();
        }
      }
    }
    Preconditions.checkState(
        copied == graph.numParams(),
        "the networks have %s of the graph's %s parameters: layers that are added must have none",
        copied,
        graph.numParams());
    return graph;
  }
}
