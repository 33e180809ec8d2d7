package io.github.dl4jx.regularizers.internal;

import io.github.dl4jx.regularizers.dropout.DropPath;
import java.util.Arrays;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.impl.ElementWiseVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.base.Preconditions;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Stochastic depth in a graph: at test time, a sum. */
@SuppressWarnings("overrides") // setInputs(INDArray...) is Lombok's setInputs(INDArray[])
public final class StochasticDepth extends ElementWiseVertex {

  /** Draws the masks. */
  private final transient DropPath dropout;

  /** Whether the last forward pass dropped. */
  private transient boolean dropped;

  /**
   * A running vertex.
   *
   * @param graph the graph that it is in
   * @param name its name there
   * @param index its number there
   * @param dataType type of the activations
   * @param dropout draws the masks; not shared
   */
  public StochasticDepth(
      ComputationGraph graph, String name, int index, DataType dataType, DropPath dropout) {
    super(graph, name, index, Op.Add, dataType);
    this.dropout = dropout;
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
    if (!canDoForward()) {
      throw new IllegalStateException("the inputs of " + this + " are not set");
    }
    INDArray shortcut = inputs[0];
    INDArray branch = inputs[1];
    Preconditions.checkArgument(
        shortcut.equalShapes(branch),
        "vertex \"%s\": shortcut and branch must have one shape, got %s and %s",
        getVertexName(),
        Arrays.toString(shortcut.shape()),
        Arrays.toString(branch.shape()));
    dropped = training;
    if (!training) {
      return super.doForward(false, workspaceMgr);
    }
    INDArray output =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATIONS, dataType, branch.shape(), branch.ordering());
    dropout.applyDropout(branch, output, iteration(), epoch(), workspaceMgr);
    return output.addi(shortcut.castTo(dataType));
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
    if (!dropped || !canDoBackward()) {
      return super.doBackward(tbptt, workspaceMgr);
    }
    INDArray toBranch =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATION_GRAD, epsilon.dataType(), epsilon.shape(), epsilon.ordering());
    dropout.backprop(epsilon, toBranch, iteration(), epoch());
    INDArray toShortcut = workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, epsilon, epsilon.ordering());
    return new Pair<>(null, new INDArray[] {toShortcut, toBranch});
  }

  private int iteration() {
    return graph.getConfiguration().getIterationCount();
  }

  private int epoch() {
    return graph.getConfiguration().getEpochCount();
  }

  @Override
  public void clear() {
    super.clear();
    dropout.clear();
  }

  @Override
  public String toString() {
    return "StochasticDepth(name=\"" + getVertexName() + "\"," + dropout + ")";
  }
}
