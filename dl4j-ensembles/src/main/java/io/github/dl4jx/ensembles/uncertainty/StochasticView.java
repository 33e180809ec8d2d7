package io.github.dl4jx.ensembles.uncertainty;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A view of a network of either kind whose layers are run one by one. */
final class StochasticView {

  private final @Nullable MultiLayerNetwork layers;
  private final @Nullable Graph graph;

  StochasticView(MultiLayerConfiguration configuration, INDArray params) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init(params, false);
    this.layers = net;
    this.graph = null;
  }

  StochasticView(ComputationGraphConfiguration configuration, INDArray params) {
    Graph net = new Graph(configuration);
    net.init(params, false);
    this.layers = null;
    this.graph = net;
  }

  Layer layer(int i) {
    if (layers == null) {
      throw new IllegalStateException("a graph has vertices");
    }
    return layers.getLayer(i);
  }

  GraphVertex[] vertices() {
    return graph().getVertices();
  }

  int[] order() {
    return graph().topologicalSortOrder();
  }

  private Graph graph() {
    if (graph == null) {
      throw new IllegalStateException("a network of layers has no vertices");
    }
    return graph;
  }

  /** Sets the graph's inputs, which some vertices read. */
  void setInputs(INDArray... inputs) {
    if (graph != null) {
      graph.setInputs(inputs);
    }
  }

  /** Sets the number of examples and the masks of the features. */
  void setMinibatch(int examples, @Nullable INDArray @Nullable [] masks) {
    if (graph != null) {
      graph.examples = examples;
      graph.setLayerMaskArrays(masks, null);
    } else if (layers != null) {
      layers.setInputMiniBatchSize(examples);
      layers.clearLayerMaskArrays();
      layers.setLayerMaskArrays(masks == null ? null : masks[0], null);
    }
  }

  void clear() {
    if (graph != null) {
      graph.clear();
    }
  }

  /** A graph with a given minibatch size, which some vertices read. */
  private static final class Graph extends ComputationGraph {

    private static final long serialVersionUID = 1L;

    private int examples;

    Graph(ComputationGraphConfiguration configuration) {
      super(configuration);
    }

    @Override
    public int batchSize() {
      return examples;
    }
  }
}
