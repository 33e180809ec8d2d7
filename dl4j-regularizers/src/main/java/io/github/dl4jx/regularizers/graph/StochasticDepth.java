package io.github.dl4jx.regularizers.graph;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.regularizers.dropout.DropPath;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Stochastic depth: the end of a residual block, which leaves its branch out at random in training.
 *
 * <pre>{@code
 * training:  y = shortcut + branch * b / p,  b ~ Bernoulli(p) for every example
 *            dL/dshortcut = dL/dy;  dL/dbranch = dL/dy * b / p
 * test:      y = shortcut + branch
 * }</pre>
 *
 * <ul>
 *   <li>{@code p}: probability of <em>retaining</em> the branch, in (0, 1]; no default. {@link
 *       #linearDecay} gives the paper's for each block of a network.
 *   <li>one draw for every example, or, as in the paper, for every minibatch: {@link
 *       DropPath#perMinibatch}.
 *   <li>a schedule of p and a seed: as for {@link DropPath}.
 * </ul>
 *
 * <p>Two inputs, first the shortcut, then the branch: activations of the same shape, of any rank,
 * whose first dimension is the example. Feature masks pass as through an {@code ElementWiseVertex}.
 *
 * <p>Different from the paper: what is retained is scaled by 1/p in training and nothing at test
 * time, like the inverted dropout of this library, where the paper scales by p at test time; the
 * expectations are the same. And examples are drawn one by one, which makes a step less noisy. The
 * paper drops a block for the whole minibatch in order not to compute it; Deeplearning4j has
 * computed the branch before this vertex runs, so <em>no time is saved</em> here; the
 * regularization is the same. The paper applies ReLU after the sum: add an {@code ActivationLayer}.
 *
 * <pre>{@code
 * .addLayer("branch3", new DenseLayer.Builder().nOut(64).build(), "block2")
 * .addVertex("block3", new StochasticDepth(StochasticDepth.linearDecay(3, 10)), "block2", "branch3")
 * }</pre>
 *
 * <p>Throws an {@link IllegalArgumentException} in the forward pass if the inputs differ in shape.
 *
 * <p>Reference: G. Huang, Y. Sun, Z. Liu, D. Sedra, K. Weinberger, "Deep Networks with Stochastic
 * Depth", ECCV 2016, arXiv 1603.09382.
 */
public final class StochasticDepth extends GraphVertex {

  private static final double LAST_P = 0.5;

  /** A configuration only: a running vertex works on a copy. */
  @JsonProperty private final DropPath dropout;

  /**
   * With a fixed p, one draw for every example, governed by the network's seed.
   *
   * @param p probability of retaining the branch, in (0, 1]
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public StochasticDepth(double p) {
    this(new DropPath(p));
  }

  /**
   * With a given {@link DropPath}, for example one with a seed.
   *
   * @param dropout what is applied to the branch; copied
   * @throws IllegalArgumentException if the dropout is null
   */
  @JsonCreator
  public StochasticDepth(@JsonProperty("dropout") DropPath dropout) {
    Preconditions.checkArgument(dropout != null, "dropout must not be null");
    this.dropout = dropout.clone();
  }

  /**
   * The paper's probability of retaining: {@code 1 - l / layers * (1 - 0.5)}.
   *
   * @param l number of the block, from 1 for the first
   * @param layers number of blocks
   * @return the probability of retaining the branch of block l
   * @throws IllegalArgumentException if l is not in 1 to layers
   */
  public static double linearDecay(int l, int layers) {
    return linearDecay(l, layers, LAST_P);
  }

  /**
   * A probability of retaining that falls linearly with depth: {@code 1 - l / layers * (1 -
   * lastP)}. Early blocks are kept more often, for all later ones use their features.
   *
   * @param l number of the block, from 1 for the first
   * @param layers number of blocks
   * @param lastP probability of retaining for the last block, in (0, 1]; 0.5 in the paper
   * @return the probability of retaining the branch of block l
   * @throws IllegalArgumentException if l is not in 1 to layers, or lastP outside (0, 1]
   */
  public static double linearDecay(int l, int layers, double lastP) {
    Preconditions.checkArgument(layers >= 1, "layers must be >= 1, got %s", layers);
    Preconditions.checkArgument(l >= 1 && l <= layers, "l must be in [1, %s], got %s", layers, l);
    Preconditions.checkArgument(lastP > 0 && lastP <= 1, "lastP must be in (0, 1], got %s", lastP);
    double depth = (double) l / layers;
    return (1 - depth) + depth * lastP; // exactly lastP at the end
  }

  /**
   * The dropout of the branch.
   *
   * @return a copy
   */
  public DropPath dropout() {
    return dropout.clone();
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int idx,
      INDArray paramsView,
      boolean initializeParams,
      DataType networkDatatype) {
    return new io.github.dl4jx.regularizers.internal.StochasticDepth(
        graph, name, idx, networkDatatype, dropout.clone());
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType... vertexInputs)
      throws InvalidInputTypeException {
    checkInputs("vertexInputs", vertexInputs);
    return new ElementWiseVertex(ElementWiseVertex.Op.Add).getOutputType(layerIndex, vertexInputs);
  }

  @Override
  public MemoryReport getMemoryReport(InputType... inputTypes) {
    checkInputs("inputTypes", inputTypes);
    return new LayerMemoryReport.Builder(null, StochasticDepth.class, inputTypes[0], inputTypes[0])
        .standardMemory(0, 0)
        .workingMemory(0, 0, 0, 0) // the mask is drawn again, not stored
        .cacheMemory(0, 0)
        .build();
  }

  private static void checkInputs(String name, InputType... types) {
    Arguments.noneNull(name, types);
    Preconditions.checkArgument(
        types.length == 2,
        "%s must be the shortcut's and the branch's, got %s inputs",
        name,
        types.length);
  }

  @Override
  public long numParams(boolean backprop) {
    return 0;
  }

  @Override
  public int minVertexInputs() {
    return 2;
  }

  @Override
  public int maxVertexInputs() {
    return 2;
  }

  @Override
  public StochasticDepth clone() {
    return new StochasticDepth(dropout);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StochasticDepth && dropout.equals(((StochasticDepth) other).dropout);
  }

  @Override
  public int hashCode() {
    return dropout.hashCode();
  }

  @Override
  public String toString() {
    return "StochasticDepth(" + dropout + ")";
  }
}
