package io.github.dl4jx.regularizers.graph;

import static io.github.dl4jx.regularizers.SmallNetworks.data;
import static io.github.dl4jx.regularizers.SmallNetworks.maskedSequences;
import static io.github.dl4jx.regularizers.SmallNetworks.output;
import static io.github.dl4jx.regularizers.SmallNetworks.sequenceOutput;
import static io.github.dl4jx.regularizers.SmallNetworks.serialized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.regularizers.dropout.DropPath;
import io.github.dl4jx.regularizers.schedule.CurriculumRetainSchedule;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.schedule.ScheduleType;

class StochasticDepthTest {

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE); // the gradient check insists
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static NeuralNetConfiguration.Builder configuration(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .updater(updater);
  }

  /** Two inputs and their sum, nothing else. */
  private static ComputationGraph sum(GraphVertex vertex) {
    ComputationGraph graph =
        new ComputationGraph(
            configuration(new NoOp())
                .graphBuilder()
                .addInputs("shortcut", "branch")
                .addVertex("block", vertex, "shortcut", "branch")
                .setOutputs("block")
                .build());
    graph.init();
    return graph;
  }

  /** Two residual blocks, each with one layer, and an output. */
  private static ComputationGraph blocks(
      IUpdater updater, InputType input, Layer branch, Layer output, GraphVertex... ends) {
    ComputationGraph graph =
        new ComputationGraph(
            configuration(updater)
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", branch.clone(), "in")
                .addLayer("branch1", branch.clone(), "first")
                .addVertex("block1", ends[0], "first", "branch1")
                .addLayer("branch2", branch.clone(), "block1")
                .addVertex("block2", ends[1], "block1", "branch2")
                .addLayer("out", output, "block2")
                .setOutputs("out")
                .setInputTypes(input)
                .build());
    graph.init();
    return graph;
  }

  private static ComputationGraph dense(IUpdater updater, GraphVertex... ends) {
    return blocks(updater, InputType.feedForward(6), denseLayer(), output(), ends);
  }

  private static Layer denseLayer() {
    return new DenseLayer.Builder().nOut(5).build();
  }

  static List<Named<Check>> checks() {
    StochasticDepth seeded = new StochasticDepth(new DropPath(0.6, 2));
    StochasticDepth unseeded = new StochasticDepth(0.5);
    Layer convolution =
        new ConvolutionLayer.Builder(2, 2).nOut(2).convolutionMode(ConvolutionMode.Same).build();
    return List.of(
        Named.of("dense", new Check(dense(new NoOp(), seeded, unseeded), data(7, 6))),
        Named.of(
            "per minibatch",
            new Check(
                dense(
                    new NoOp(),
                    new StochasticDepth(new DropPath(0.5, 1).perMinibatch()),
                    new StochasticDepth(new DropPath(0.5, 2).perMinibatch())),
                data(7, 6))),
        Named.of(
            "convolution",
            new Check(
                blocks(
                    new NoOp(),
                    InputType.convolutional(4, 5, 2),
                    convolution,
                    output(),
                    seeded,
                    unseeded),
                data(5, 2, 4, 5))),
        Named.of(
            "sequences with masks",
            new Check(
                blocks(
                    new NoOp(),
                    InputType.recurrent(6),
                    new SimpleRnn.Builder().nOut(3).build(),
                    sequenceOutput(),
                    seeded,
                    unseeded),
                maskedSequences())));
  }

  private static final class Check {
    private final ComputationGraph graph;
    private final DataSet data;

    Check(ComputationGraph graph, DataSet data) {
      this.graph = graph;
      this.data = data;
    }
  }

  private static INDArray[] orNull(INDArray mask) {
    return mask == null ? null : new INDArray[] {mask};
  }

  @ParameterizedTest
  @MethodSource("checks")
  void backprop_fixedDraws_agreesWithNumericGradient(Check check) {
    boolean same =
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.GraphConfig()
                .net(check.graph)
                .inputs(new INDArray[] {check.data.getFeatures()})
                .labels(new INDArray[] {check.data.getLabels()})
                .inputMask(orNull(check.data.getFeaturesMaskArray()))
                .labelMask(orNull(check.data.getLabelsMaskArray()))
                .callEachIter(net -> Nd4j.getRandom().setSeed(12345))
                .epsilon(1e-6)
                .maxRelError(1e-5)
                .minAbsoluteError(1e-9));
    assertThat(same).isTrue();
  }

  @Test
  void output_inTraining_isShortcutPlusWholeBranchOrNothing() {
    ComputationGraph graph = sum(new StochasticDepth(new DropPath(0.25, 3)));
    INDArray shortcut = Nd4j.rand(DataType.DOUBLE, 300, 4);
    INDArray branch = Nd4j.rand(DataType.DOUBLE, 300, 4).addi(1);
    INDArray y = graph.output(true, shortcut, branch)[0];
    int kept = 0;
    for (int b = 0; b < 300; b++) {
      boolean keep = y.getDouble(b, 0) != shortcut.getDouble(b, 0);
      INDArray expected =
          keep ? branch.getRow(b).mul(4).addi(shortcut.getRow(b)) : shortcut.getRow(b);
      assertThat(y.getRow(b)).isEqualTo(expected);
      kept += keep ? 1 : 0;
    }
    assertThat(kept).isBetween(30, 120); // 6 standard deviations of 7.5: chance 2e-9
    assertThat(graph.output(true, shortcut, branch)[0]).isEqualTo(y); // seed and iteration decide
  }

  @Test
  void output_atTestTime_isTheSum() {
    INDArray shortcut = Nd4j.rand(DataType.DOUBLE, 3, 4, 5);
    INDArray branch = Nd4j.rand(DataType.DOUBLE, 3, 4, 5);
    assertThat(sum(new StochasticDepth(0.5)).output(shortcut, branch)[0])
        .isEqualTo(shortcut.add(branch));
    assertThat(sum(new StochasticDepth(1)).output(true, shortcut, branch)[0])
        .isEqualTo(shortcut.add(branch));
  }

  /** 10^5 draws; 6 standard errors, beyond which one of 3 right means is with chance 3 * 2e-9. */
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.5, 0.8})
  void output_manyDraws_haveTheMeanOfTestTime(double p) {
    int draws = 100_000;
    INDArray shortcut = Nd4j.createFromArray(new double[][] {{1, -2, 3}});
    INDArray branch = Nd4j.createFromArray(new double[][] {{4, 0.5, -10}});
    ComputationGraph graph = sum(new StochasticDepth(new DropPath(p, 1)));
    INDArray test = graph.output(shortcut, branch)[0];
    INDArray mean =
        graph.output(true, shortcut.repeat(0, draws), branch.repeat(0, draws))[0].mean(0);
    for (int f = 0; f < 3; f++) {
      double bound = 6 * Math.abs(branch.getDouble(f)) * Math.sqrt((1 - p) / p / draws);
      assertThat(mean.getDouble(f)).isCloseTo(test.getDouble(f), within(bound));
    }
  }

  @Test
  void output_schedule_followsTheIteration() {
    DropPath curriculum =
        new DropPath(new CurriculumRetainSchedule(ScheduleType.ITERATION, 0.1, 1), 1);
    ComputationGraph graph = sum(new StochasticDepth(curriculum));
    INDArray ones = Nd4j.ones(DataType.DOUBLE, 50, 2);
    assertThat(graph.output(true, ones, ones)[0]).isEqualTo(ones.mul(2)); // p = 1 at the start
    graph.getConfiguration().setIterationCount(100);
    assertThat(graph.output(true, ones, ones)[0].maxNumber().doubleValue())
        .isCloseTo(11, within(1e-9));
  }

  @Test
  void output_withFeatureMasks_isThatOfASum() {
    GraphVertex plain = new ElementWiseVertex(ElementWiseVertex.Op.Add);
    InputType input = InputType.recurrent(6);
    Layer lstm = new LSTM.Builder().nOut(4).build();
    StochasticDepth depth = new StochasticDepth(0.5);
    ComputationGraph graph = blocks(new NoOp(), input, lstm, sequenceOutput(), depth, depth);
    ComputationGraph sums = blocks(new NoOp(), input, lstm, sequenceOutput(), plain, plain);
    DataSet data = maskedSequences();
    sums.setParams(graph.params());
    assertThat(graph.score(data, false)).isEqualTo(sums.score(data, false));
    data.setFeaturesMaskArray(null);
    assertThat(graph.score(data, false)).isEqualTo(sums.score(data, false));
  }

  @Test
  void fit_dropsInTraining_learnsAndGoesOnAfterASave(@TempDir Path folder) throws Exception {
    ComputationGraph graph =
        dense(
            new Adam(0.02),
            new StochasticDepth(new DropPath(0.8, 1)),
            new StochasticDepth(new DropPath(0.6, 2)));
    DataSet data = data(9, 6);
    double before = graph.score(data);
    for (int step = 0; step < 100; step++) {
      graph.fit(data);
    }
    assertThat(graph.score(data)).isLessThan(before / 2);
    Path file = folder.resolve("graph.zip");
    ModelSerializer.writeModel(graph, file.toFile(), true);
    ComputationGraph back = ComputationGraph.load(file.toFile(), true);
    for (int step = 0; step < 5; step++) {
      graph.fit(data);
      back.fit(data);
    }
    assertThat(back.params()).isEqualTo(graph.params());
  }

  @Test
  void equals_anotherDropout_isFalse() throws Exception {
    StochasticDepth vertex = new StochasticDepth(new DropPath(0.5, 1));
    assertThat(vertex)
        .isEqualTo(new StochasticDepth(new DropPath(0.5, 1)))
        .isEqualTo(vertex.clone())
        .isEqualTo(serialized(vertex))
        .hasSameHashCodeAs(vertex.clone())
        .isNotEqualTo(new StochasticDepth(0.5))
        .isNotEqualTo(new ElementWiseVertex(ElementWiseVertex.Op.Add));
    assertThat(vertex.dropout()).isEqualTo(new DropPath(0.5, 1)).isNotSameAs(vertex.dropout());
  }

  @Test
  void linearDecay_paperAndOthers_isALine() {
    assertThat(StochasticDepth.linearDecay(1, 54)).isCloseTo(1 - 0.5 / 54, within(1e-15));
    assertThat(StochasticDepth.linearDecay(27, 54)).isEqualTo(0.75);
    assertThat(StochasticDepth.linearDecay(54, 54)).isEqualTo(0.5);
    assertThat(StochasticDepth.linearDecay(3, 10, 0.8)).isCloseTo(0.94, within(1e-15));
    assertThat(StochasticDepth.linearDecay(10, 10, 0.8)).isEqualTo(0.8);
    assertThat(StochasticDepth.linearDecay(5, 10, 1)).isEqualTo(1);
  }

  @Test
  void linearDecay_outOfRange_saysWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StochasticDepth.linearDecay(0, 10))
        .withMessage("l must be in [1, 10], got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StochasticDepth.linearDecay(11, 10))
        .withMessage("l must be in [1, 10], got 11");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StochasticDepth.linearDecay(1, 0))
        .withMessage("layers must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StochasticDepth.linearDecay(1, 10, 0))
        .withMessage("lastP must be in (0, 1], got 0.0");
  }

  @Test
  void construct_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StochasticDepth(0))
        .withMessage("p (the probability of retaining) must be in (0, 1], got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StochasticDepth((DropPath) null))
        .withMessage("dropout must not be null");
  }

  @Test
  void output_shapesDiffer_saysWhichShapes() {
    ComputationGraph graph = sum(new StochasticDepth(0.5));
    INDArray x = Nd4j.ones(DataType.DOUBLE, 3, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> graph.output(true, x, Nd4j.ones(DataType.DOUBLE, 3, 1)))
        .withMessage(
            "vertex \"block\": shortcut and branch must have one shape, got [3, 4] and [3, 1]");
  }
}
