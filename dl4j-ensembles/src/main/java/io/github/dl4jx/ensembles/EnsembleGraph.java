package io.github.dl4jx.ensembles;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.MeanOutput;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.graph.CombinationVertex;
import io.github.dl4jx.ensembles.graph.JoinedGraph;
import io.github.dl4jx.ensembles.graph.OutputLoss;
import io.github.dl4jx.training.network.Network;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An ensemble as one graph. */
final class EnsembleGraph {

  private static final Logger log = LoggerFactory.getLogger(EnsembleGraph.class);

  private static final String INPUT = "in";
  private static final String VOTE = "vote";
  private static final String OUTPUT = "out";

  private EnsembleGraph() {}

  /**
   * {@return the graph for {@code Ensemble.toComputationGraph()}, with parameters of its own}
   *
   * @param rule how outputs are combined
   * @param members networks with one input and one output
   * @throws IllegalArgumentException if the rule is not one of this library, or the members cannot
   *     be in one graph
   */
  static ComputationGraph of(CombinationRule rule, List<Model> members) {
    String input =
        members.stream()
            .map(Network::of)
            .filter(member -> member.kind() == Network.Kind.COMPUTATION_GRAPH)
            .map(
                member ->
                    member.either(
                        net -> INPUT, graph -> graph.getConfiguration().getNetworkInputs().get(0)))
            .findFirst()
            .orElse(INPUT);
    JoinedGraph joined = new JoinedGraph(input, members.get(0).params().dataType());
    String[] outputs = new String[members.size()];
    for (int m = 0; m < outputs.length; m++) {
      outputs[m] = joined.add("member-" + m, members.get(m), input);
    }
    joined.addVertex(VOTE, vertex(rule, outputs.length), outputs);
    @Nullable OutputLoss loss = OutputLoss.of(Network.of(members.get(0)).outputLayer());
    if (loss == null) {
      return joined.build(VOTE);
    }
    joined.addLayer(OUTPUT, loss.lossLayer(), VOTE);
    return joined.build(OUTPUT);
  }

  private static GraphVertex vertex(CombinationRule rule, int members) {
    boolean mean = rule instanceof SoftVote || rule instanceof MeanOutput;
    if (mean && members > 1) {
      return new ElementWiseVertex(ElementWiseVertex.Op.Average);
    }
    log.info(
        "The graph has a vertex of dl4j-ensembles, for the rule {}: it cannot be loaded without"
            + " that library",
        rule);
    return new CombinationVertex(rule);
  }
}
