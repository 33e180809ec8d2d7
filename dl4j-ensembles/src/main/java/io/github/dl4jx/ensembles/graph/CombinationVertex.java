package io.github.dl4jx.ensembles.graph;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.random.internal.Arguments;
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
 * A vertex that combines the activations of several vertices by any rule.
 *
 * <pre>{@code
 * y = rule(in_1, .., in_M)
 * }</pre>
 *
 * <p>For inference only: votes and medians have no useful gradient, so backpropagation through this
 * vertex throws an {@code UnsupportedOperationException}. To train through a mean of activations,
 * use Deeplearning4j's {@code ElementWiseVertex} with {@code Average}.
 *
 * <pre>{@code
 * .addVertex("vote", new CombinationVertex(new HardVote()), "a", "b", "c")
 * }</pre>
 */
public final class CombinationVertex extends GraphVertex {

  /** The rule's name, which has all of its settings. */
  @JsonProperty private final String rule;

  /**
   * A vertex with one of this library's rules.
   *
   * @param rule how activations are combined
   * @throws IllegalArgumentException if it is null or not a rule of this library
   */
  public CombinationVertex(CombinationRule rule) {
    this(Arguments.notNull("rule", rule).name());
  }

  @JsonCreator
  private CombinationVertex(@JsonProperty("rule") String rule) {
    Preconditions.checkArgument(rule != null, "rule must not be null");
    CombinationRule.named(rule); // throws if there is no such rule
    this.rule = rule;
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int idx,
      INDArray paramsView,
      boolean initializeParams,
      DataType networkDatatype) {
    return new RunningCombination(graph, name, idx, networkDatatype, CombinationRule.named(rule));
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType... vertexInputs)
      throws InvalidInputTypeException {
    checkInputs("vertexInputs", vertexInputs);
    return vertexInputs[0];
  }

  @Override
  public MemoryReport getMemoryReport(InputType... inputTypes) {
    checkInputs("inputTypes", inputTypes);
    return new LayerMemoryReport.Builder(
            null, CombinationVertex.class, inputTypes[0], inputTypes[0])
        .standardMemory(0, 0)
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(0, 0)
        .build();
  }

  private static void checkInputs(String name, InputType... types) {
    Preconditions.checkArgument(
        Arguments.noneNull(name, types).length >= 1, "%s must be at least 1, got 0", name);
  }

  @Override
  public long numParams(boolean backprop) {
    return 0;
  }

  @Override
  public int minVertexInputs() {
    return 1;
  }

  @Override
  public int maxVertexInputs() {
    return Integer.MAX_VALUE;
  }

  @Override
  public CombinationVertex clone() {
    return new CombinationVertex(rule);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CombinationVertex && rule.equals(((CombinationVertex) other).rule);
  }

  @Override
  public int hashCode() {
    return rule.hashCode();
  }

  @Override
  public String toString() {
    return "CombinationVertex(" + rule + ")";
  }
}
