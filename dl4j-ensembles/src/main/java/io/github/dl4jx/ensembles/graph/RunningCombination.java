package io.github.dl4jx.ensembles.graph;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The runtime of a {@link CombinationVertex}. */
@SuppressWarnings("overrides") // setInputs(INDArray...) is Lombok's setInputs(INDArray[])
final class RunningCombination extends BaseGraphVertex {

  private final CombinationRule rule;

  RunningCombination(
      ComputationGraph graph, String name, int index, DataType type, CombinationRule rule) {
    super(graph, name, index, null, null, type);
    this.rule = rule;
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
    return workspaceMgr.leverageTo(ArrayType.ACTIVATIONS, rule.combine(Arrays.asList(inputs)));
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
    throw new UnsupportedOperationException(
        rule + " has no gradient: a graph with a CombinationVertex cannot be trained");
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
    return new Pair<>(maskArrays == null ? null : maskArrays[0], currentMaskState);
  }

  @Override
  public boolean hasLayer() {
    return false;
  }

  @Override
  public @Nullable Layer getLayer() {
    return null;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray backpropGradientsViewArray) {
    if (backpropGradientsViewArray != null) {
      throw new IllegalArgumentException(
          "a CombinationVertex has no parameters and so no gradients");
    }
  }

  @Override
  public String toString() {
    return "CombinationVertex(id=" + getVertexIndex() + ",name=" + getVertexName() + ")";
  }
}
