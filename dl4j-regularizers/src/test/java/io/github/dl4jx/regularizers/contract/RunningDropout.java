package io.github.dl4jx.regularizers.contract;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A running layer or vertex that drops: one forward or backward pass at a time. */
final class RunningDropout {

  private final ComputationGraph graph;
  private final GraphVertex vertex;
  private final DataType type;

  RunningDropout(ComputationGraph graph, DataType type) {
    this.graph = graph;
    this.type = type;
    vertex = graph.getVertex("dropped");
    if (graph.numParams() > 0) {
      graph.initGradientsView();
    }
  }

  ComputationGraph graph() {
    return graph;
  }

  RunningDropout at(int iteration) {
    graph.getConfiguration().setIterationCount(iteration);
    if (vertex.hasLayer()) {
      vertex.getLayer().setIterationCount(iteration);
    }
    return this;
  }

  /** Random inputs, one or two. */
  INDArray[] inputs(long... shape) {
    INDArray[] inputs = new INDArray[vertex.getNumInputArrays()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = DropoutNetwork.random(type, shape);
    }
    return inputs;
  }

  INDArray forward(boolean training, INDArray... inputs) {
    if (vertex.hasLayer()) {
      vertex.getLayer().clearNoiseWeightParams(); // a network does so after every step
    }
    for (int i = 0; i < inputs.length; i++) {
      vertex.setInput(i, inputs[i], LayerWorkspaceMgr.noWorkspaces());
    }
    return vertex.doForward(training, LayerWorkspaceMgr.noWorkspaces());
  }

  INDArray[] backward(INDArray epsilon) {
    vertex.setEpsilon(epsilon);
    return vertex.doBackward(false, LayerWorkspaceMgr.noWorkspaces()).getSecond();
  }

  /** The outputs of ten iterations of training. */
  INDArray history(INDArray... inputs) {
    List<INDArray> outputs = new ArrayList<>();
    for (int iteration = 0; iteration < 10; iteration++) {
      outputs.add(at(iteration).forward(true, inputs).dup());
    }
    return Nd4j.stack(0, outputs.toArray(new INDArray[0]));
  }

  /** The same, with a seed of ND4J's generator. */
  INDArray historyFrom(long seed, INDArray... inputs) {
    Nd4j.getRandom().setSeed(seed);
    return history(inputs);
  }

  /**
   * How far the backward pass is from the transpose of the forward pass, which is linear as long as
   * its mask is the same: {@code |<y, e> - <x, dx>| / <|y|, |e|>}.
   */
  double asymmetry(INDArray[] inputs, INDArray output, INDArray epsilon) {
    double forward = dot(output, epsilon); // a layer may work on epsilon in place
    INDArray[] gradients = backward(epsilon);
    double backward = 0;
    for (int i = 0; i < inputs.length; i++) {
      backward += dot(inputs[i], gradients[i]);
    }
    return Math.abs(forward - backward) / Math.max(1, Math.abs(forward));
  }

  private static double dot(INDArray a, INDArray b) {
    return a.mul(b).sumNumber().doubleValue();
  }
}
