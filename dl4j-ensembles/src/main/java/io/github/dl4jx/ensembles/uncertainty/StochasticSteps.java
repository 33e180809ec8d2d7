package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.regularizers.graph.StochasticDepth;
import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a {@link StochasticNetwork}: the layers and vertices of a view of the network, in
 * the order in which they run.
 */
final class StochasticSteps {

  final List<StochasticStep> steps = new ArrayList<>();
  final StochasticView view;

  /** The indices of the steps that are the network's outputs. */
  final int[] outputs;

  StochasticSteps(Model network) {
    Network kind = Network.of(network);
    this.view = kind.either(this::addLayers, this::addVertices);
    this.outputs =
        kind.either(
            net -> new int[] {steps.size() - 1},
            graph ->
                graph.getConfiguration().getNetworkOutputs().stream()
                    .mapToInt(this::number)
                    .toArray());
  }

  private StochasticView addLayers(MultiLayerNetwork net) {
    MultiLayerConfiguration configuration =
        MultiLayerConfiguration.fromJson(net.getLayerWiseConfigurations().toJson());
    List<NeuralNetConfiguration> layers = configuration.getConfs();
    AtomicBoolean[] applied = new AtomicBoolean[layers.size()];
    boolean[] training = new boolean[layers.size()];
    for (int i = 0; i < applied.length; i++) {
      applied[i] = new AtomicBoolean();
      training[i] = LayerDropout.prepare(layers.get(i).getLayer(), applied[i]);
    }
    StochasticView result = new StochasticView(configuration, net.params());
    steps.add(new StochasticStep.Input("input", 0));
    for (int i = 0; i < applied.length; i++) {
      Layer before = i == 0 ? null : result.layer(i - 1);
      steps.add(
          new StochasticStep.OfLayer(
              "layer " + i,
              result.layer(i),
              layers.get(i).getLayer(),
              net.getLayer(i),
              configuration.getInputPreProcess(i),
              before,
              false,
              training[i],
              applied[i],
              i));
    }
    return result;
  }

  private StochasticView addVertices(ComputationGraph graph) {
    ComputationGraphConfiguration configuration =
        ComputationGraphConfiguration.fromJson(graph.getConfiguration().toJson());
    List<String> names = new ArrayList<>(configuration.getVertices().keySet());
    List<AtomicBoolean> applied = new ArrayList<>();
    List<Boolean> training = new ArrayList<>();
    for (String name : names) {
      applied.add(new AtomicBoolean());
      org.deeplearning4j.nn.conf.layers.Layer layer = layer(configuration, name);
      training.add(layer != null && LayerDropout.prepare(layer, applied.get(applied.size() - 1)));
    }
    StochasticView result = new StochasticView(configuration, graph.params());
    int[] numbers = new int[result.vertices().length];
    GraphVertex before = null;
    for (int vertexIndex : result.order()) {
      numbers[vertexIndex] = steps.size();
      GraphVertex vertex = result.vertices()[vertexIndex];
      String name = vertex.getVertexName();
      VertexIndices[] from = vertex.getInputVertices();
      int[] inputs =
          from == null
              ? new int[0]
              : Arrays.stream(from).mapToInt(input -> numbers[input.getVertexIndex()]).toArray();
      int i = names.indexOf(name);
      if (vertex.isInputVertex()) {
        steps.add(new StochasticStep.Input(name, vertexIndex));
      } else if (vertex instanceof LayerVertex) {
        org.deeplearning4j.nn.conf.layers.Layer layer = layer(configuration, name);
        boolean adjacent =
            before != null && before.hasLayer() && steps.size() - 1 == inputs[0] && layer != null;
        steps.add(
            new StochasticStep.OfLayer(
                name,
                vertex.getLayer(),
                layer == null ? vertex.getLayer().conf().getLayer() : layer,
                graph.getVertex(name).getLayer(),
                ((LayerVertex) vertex).getLayerPreProcessor(),
                adjacent && before != null ? before.getLayer() : null,
                true,
                training.get(i),
                applied.get(i),
                inputs));
      } else {
        org.deeplearning4j.nn.conf.graph.GraphVertex ofVertex =
            Objects.requireNonNull(configuration.getVertices().get(name));
        steps.add(
            new StochasticStep.OfVertex(
                vertex, ofVertex, dropout(ofVertex), training.get(i), applied.get(i), inputs));
      }
      before = vertex;
    }
    return result;
  }

  private static org.deeplearning4j.nn.conf.layers.@Nullable Layer layer(
      ComputationGraphConfiguration configuration, String name) {
    org.deeplearning4j.nn.conf.graph.GraphVertex vertex =
        RowOrder.unwrapped(Objects.requireNonNull(configuration.getVertices().get(name)));
    return vertex instanceof org.deeplearning4j.nn.conf.graph.LayerVertex
        ? ((org.deeplearning4j.nn.conf.graph.LayerVertex) vertex).getLayerConf().getLayer()
        : null;
  }

  /** {@return the dropout of a vertex's last input, drawn for each example; null if none} */
  private static @Nullable IDropout dropout(
      org.deeplearning4j.nn.conf.graph.GraphVertex configuration) {
    org.deeplearning4j.nn.conf.graph.GraphVertex vertex = RowOrder.unwrapped(configuration);
    return vertex instanceof StochasticDepth
        ? LayerDropout.sampled(((StochasticDepth) vertex).dropout())
        : null;
  }

  private int number(String vertex) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).name.equals(vertex)) {
        return i;
      }
    }
    throw new IllegalStateException("no vertex " + vertex);
  }
}
