package io.github.dl4jx.ensembles;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.MeanOutput;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The members' outputs lie off-heap: they are released once they are combined. */
class ReleasedOutputsTest {

  /** The mean, which remembers what it was given. */
  private static final class Remembering implements CombinationRule {

    private final List<INDArray> given = new ArrayList<>();
    private final CombinationRule rule;

    Remembering(CombinationRule rule) {
      this.rule = rule;
    }

    @Override
    public INDArray combine(List<INDArray> outputs) {
      given.addAll(outputs);
      return rule.combine(outputs);
    }

    @Override
    public String name() {
      return "remembering";
    }
  }

  /** The first member's answer itself. */
  private static final class First implements CombinationRule {

    @Override
    public INDArray combine(List<INDArray> outputs) {
      return outputs.get(0);
    }

    @Override
    public String name() {
      return "first";
    }
  }

  private static final INDArray X = Nd4j.linspace(DataType.FLOAT, -1, 0.2, 12).reshape(6, 2);

  private static NeuralNetConfiguration.Builder base(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .inferenceWorkspaceMode(WorkspaceMode.NONE); // else an output may not be the input
  }

  private static OutputLayer numbers() {
    return new OutputLayer.Builder(LossFunction.MSE).nIn(2).nOut(3).build();
  }

  /** The outputs are numbers, a part of them, and twice the input itself. */
  private static ComputationGraph graph(long seed, String... outputs) {
    ComputationGraph graph =
        new ComputationGraph(
            base(seed)
                .graphBuilder()
                .addInputs("in")
                .addLayer("numbers", numbers(), "in")
                .addVertex("part", new SubsetVertex(1, 2), "numbers")
                .addLayer("input", new DropoutLayer(0.5), "in")
                .addLayer("again", new DropoutLayer(0.5), "in")
                .setOutputs(outputs)
                .allowDisconnected(true)
                .build());
    graph.init();
    return graph;
  }

  private static void check(CombinationRule combination, String... names) {
    INDArray x = X.dup();
    List<ComputationGraph> graphs = List.of(graph(1, names), graph(2, names));
    Remembering rule = new Remembering(combination);
    try (Ensemble ensemble = Ensemble.of(rule, graphs)) {
      INDArray[] outputs = ensemble.outputs(new INDArray[] {x}, null);
      assertThat(x.wasClosed()).isFalse();
      assertThat(x).isEqualTo(X);
      for (int o = 0; o < names.length; o++) {
        assertThat(outputs[o].wasClosed()).isFalse();
        INDArray expected = graphs.get(0).output(X)[o];
        if (combination instanceof MeanOutput) {
          expected = expected.add(graphs.get(1).output(X)[o]).div(2);
        }
        assertThat(outputs[o].equalsWithEps(expected, 1e-6)).isTrue();
      }
      for (INDArray answer : rule.given) {
        boolean kept = answer.isView() || shares(answer, x);
        for (INDArray output : outputs) {
          kept |= shares(answer, output);
        }
        assertThat(answer.wasClosed()).isEqualTo(!kept);
      }
    }
  }

  private static boolean shares(INDArray array, INDArray other) {
    return !array.wasClosed() && array.data().address() == other.data().address();
  }

  @Test
  void outputs_severalOutputs_membersAreReleased() {
    check(new MeanOutput(), "numbers", "part");
    check(new MeanOutput(), "part", "numbers");
  }

  @Test
  void outputs_inputItselfAndTwice_isNeverReleased() {
    check(new MeanOutput(), "input", "numbers", "again");
    check(new First(), "again", "input", "numbers");
  }

  @Test
  void outputs_ruleAnswersAMembersArray_isNotReleased() {
    check(new First(), "numbers", "part");
  }

  @Test
  void releaseUnless_oneArrayTwiceOrAsAView_isReleasedOnce() {
    INDArray array = Nd4j.ones(DataType.FLOAT, 4, 3);
    INDArray kept = Nd4j.ones(DataType.FLOAT, 4, 3);
    List<INDArray> arrays =
        List.of(array.reshape(3, 4), array, array, array.getRow(1), kept.reshape(12), Nd4j.empty());
    MemberOutputs.releaseUnless(arrays, List.of(kept.getRow(3), Nd4j.empty()));
    assertThat(array.wasClosed()).isTrue();
    assertThat(kept.wasClosed()).isFalse();
  }
}
