package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.regularizers.dropout.DropPath;
import io.github.dl4jx.regularizers.graph.StochasticDepth;
import io.github.dl4jx.updaters.resume.NetworkTwin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network that drops as in training, and does everything else as at test time.
 *
 * <p>It is a second network, from the configuration, over the same array of parameters: nothing of
 * the first one is touched. Its layers and vertices are steps, each with the numbers of the steps
 * that it takes its inputs from; those that no dropout comes before are the prefix, which is the
 * same in every sample.
 */
final class StochasticNetwork {

  private final List<StochasticStep> steps = new ArrayList<>();

  /** Whether a dropout is in the step or comes before it. */
  private boolean[] drawn = {};

  private int output;

  private long bytes;

  private StochasticNetwork() {}

  /**
   * The stochastic twin of a network.
   *
   * @throws IllegalArgumentException if it is not initialized, has no dropout, or several inputs or
   *     outputs
   */
  static StochasticNetwork of(Model network) {
    StochasticNetwork twin = new StochasticNetwork();
    if (network instanceof MultiLayerNetwork) {
      twin.addLayers((MultiLayerNetwork) network);
    } else {
      twin.addVertices((ComputationGraph) network);
    }
    twin.drawn = new boolean[twin.steps.size()];
    boolean any = false;
    for (int i = 0; i < twin.drawn.length; i++) {
      StochasticStep step = twin.steps.get(i);
      any |= step.dropout != null;
      twin.drawn[i] = step.dropout != null;
      for (int from : step.inputs) {
        twin.drawn[i] |= twin.drawn[from];
      }
    }
    Preconditions.checkArgument(
        any,
        "the network has no dropout, so all samples would be the same: set dropOut(..) on a layer"
            + " or add a dropout layer");
    Preconditions.checkArgument(
        twin.drawn[twin.output], "the network's output does not depend on any dropout");
    return twin;
  }

  private void addLayers(MultiLayerNetwork network) {
    MultiLayerNetwork twin = NetworkTwin.of(network, network.params());
    steps.add(new StochasticStep()); // the input
    for (int i = 0; i < twin.getnLayers(); i++) {
      InputPreProcessor preProcessor = twin.getLayerWiseConfigurations().getInputPreProcess(i);
      steps.add(new StochasticStep(twin.getLayer(i), preProcessor, i));
    }
    output = steps.size() - 1;
  }

  private void addVertices(ComputationGraph graph) {
    Preconditions.checkArgument(
        graph.getNumInputArrays() == 1 && graph.getNumOutputArrays() == 1,
        "the graph must have 1 input and 1 output, got %s and %s",
        graph.getNumInputArrays(),
        graph.getNumOutputArrays());
    ComputationGraph twin = NetworkTwin.of(graph, graph.params());
    int[] numbers = new int[twin.getVertices().length];
    for (int vertexIndex : twin.topologicalSortOrder()) {
      numbers[vertexIndex] = steps.size();
      GraphVertex vertex = twin.getVertices()[vertexIndex];
      VertexIndices[] from = vertex.getInputVertices();
      int[] inputs =
          from == null
              ? new int[0]
              : Arrays.stream(from).mapToInt(input -> numbers[input.getVertexIndex()]).toArray();
      if (vertex.isInputVertex()) {
        steps.add(new StochasticStep());
      } else if (vertex instanceof LayerVertex) {
        LayerVertex layer = (LayerVertex) vertex;
        steps.add(new StochasticStep(layer.getLayer(), layer.getLayerPreProcessor(), inputs));
      } else {
        steps.add(new StochasticStep(vertex, dropout(twin, vertex), inputs));
      }
      if (vertex.getVertexName().equals(graph.getConfiguration().getNetworkOutputs().get(0))) {
        output = steps.size() - 1;
      }
    }
  }

  /** What drops the last input of a vertex, each example on its own; null if nothing does. */
  private static @Nullable IDropout dropout(ComputationGraph graph, GraphVertex vertex) {
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    Object ofVertex = configuration.getVertices().get(vertex.getVertexName());
    if (!(ofVertex instanceof StochasticDepth)) {
      return null;
    }
    int iteration = configuration.getIterationCount();
    int epoch = configuration.getEpochCount();
    return new DropPath(((StochasticDepth) ofVertex).dropout().retainProbability(iteration, epoch));
  }

  /**
   * The activations of the prefix, by step; null where a dropout comes before.
   *
   * @param x the input
   */
  @Nullable INDArray[] prefix(INDArray x, LayerWorkspaceMgr workspaces) {
    @Nullable INDArray[] activations = new INDArray[steps.size()];
    for (int i = 0; i < activations.length; i++) {
      if (!drawn[i]) {
        activations[i] = steps.get(i).run(x, inputs(i, activations), workspaces);
      }
    }
    return activations;
  }

  /**
   * One sample for each copy of the input.
   *
   * @param prefix what {@link #prefix} gave
   * @param copies how many copies
   * @return the output, the first copy's rows first, in the workspace of activations
   */
  INDArray sample(@Nullable INDArray[] prefix, int copies, LayerWorkspaceMgr workspaces) {
    @Nullable INDArray[] activations = new INDArray[steps.size()];
    bytes = 0;
    for (int i = 0; i < activations.length; i++) {
      if (drawn[i]) {
        for (int from : steps.get(i).inputs) {
          INDArray deterministic = prefix[from];
          if (activations[from] == null && deterministic != null) {
            activations[from] = copy(deterministic, copies, workspaces);
          }
        }
        INDArray[] inputs = inputs(i, activations);
        INDArray activation = steps.get(i).run(inputs[0], inputs, workspaces);
        activations[i] = activation;
        // a dropout takes two arrays more: what it drops, and its mask
        long taken =
            activation.length() + (steps.get(i).dropout == null ? 1 : 3) * inputs[0].length();
        bytes += taken * activation.dataType().width();
      }
    }
    INDArray result = activations[output];
    if (result == null) {
      throw new IllegalStateException("the output was not computed");
    }
    return result;
  }

  private INDArray[] inputs(int step, @Nullable INDArray[] activations) {
    int[] from = steps.get(step).inputs;
    INDArray[] inputs = new INDArray[from.length];
    for (int i = 0; i < from.length; i++) {
      INDArray input = activations[from[i]];
      if (input == null) {
        throw new IllegalStateException("a step comes before its input");
      }
      inputs[i] = input;
    }
    return inputs;
  }

  private static INDArray copy(INDArray x, int copies, LayerWorkspaceMgr workspaces) {
    long[] shape = x.shape().clone();
    shape[0] *= copies;
    INDArray result =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, x.dataType(), shape, 'c');
    INDArray row = x.ordering() == 'c' && !x.isView() ? x : x.dup('c');
    result.reshape('c', copies, x.length()).putiRowVector(row.reshape('c', 1, x.length()));
    return result;
  }

  /** About how much memory the latest sample's activations took. */
  long bytes() {
    return bytes;
  }

  /** Forgets all activations. */
  void clear() {
    steps.forEach(StochasticStep::clear);
  }
}
