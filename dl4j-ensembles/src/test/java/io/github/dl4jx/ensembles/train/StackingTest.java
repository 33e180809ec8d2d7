package io.github.dl4jx.ensembles.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.ensembles.EnsembleListener;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.File;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

class StackingTest {

  private static final int N = 90;
  private static final DataSet DATA = TestNetworks.rings(N, 5);

  @TempDir File folder;

  private static TrainingData data() {
    return TrainingData.of(DATA, 30);
  }

  private static Stacking.Builder two() {
    return Stacking.of(TestNetworks.configuration(1), TestNetworks.configuration(1, 5))
        .folds(3)
        .seed(7);
  }

  /** With a last network of 12 steps: the default takes 2,000, whoever trained the members. */
  private static Stacking.Builder withShortLast() {
    return two().lastNetwork(last(6), 4);
  }

  private static MultiLayerConfiguration last(int inputs) {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(0.05))
        .list()
        .layer(new OutputLayer.Builder().nIn(inputs).nOut(3).activation(Activation.SOFTMAX).build())
        .build();
  }

  private static MultiLayerNetwork train(
      MultiLayerConfiguration configuration, DataSet data, int[] rows, long seed, int epochs) {
    configuration.getConfs().forEach(layer -> layer.setSeed(Seeds.derive(seed, 2)));
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    net.fit(new ResumableIterator(data, rows, 30, Seeds.derive(seed, 1)), epochs);
    return net;
  }

  @Test
  void stratified_classesAndFolds_differByOneRowAtMost() {
    int[] classes = IntStream.range(0, 100).map(i -> i % 7 == 0 ? 2 : i % 2).toArray();
    int[] fold = Folds.stratified(classes, 4, 1);
    int[][] counts = new int[4][3];
    int[] sizes = new int[4];
    for (int i = 0; i < 100; i++) {
      counts[fold[i]][classes[i]]++;
      sizes[fold[i]]++;
    }
    assertThat(sizes).containsOnly(25);
    for (int c = 0; c < 3; c++) {
      int k = c;
      int[] ofClass = IntStream.range(0, 4).map(f -> counts[f][k]).toArray();
      int most = IntStream.of(ofClass).max().orElseThrow();
      assertThat(IntStream.of(ofClass).min().orElseThrow()).isGreaterThanOrEqualTo(most - 1);
    }
    assertThat(Folds.stratified(classes, 4, 1)).isEqualTo(fold);
    assertThat(Folds.stratified(classes, 4, 2)).isNotEqualTo(fold);
    assertThat(Folds.rows(new int[] {0, 1, 2, 1}, 1, true)).containsExactly(1, 3);
    assertThat(Folds.rows(new int[] {0, 1, 2, 1}, 1, false)).containsExactly(0, 2);
  }

  @Test
  void fit_twoMembers_isWhatTheFormulaSays() {
    ComputationGraph stacked = two().passthrough().lastNetwork(last(8), 4).build().fit(data(), 3);

    // the same by hand: each row's inputs come from networks that have not seen it
    int[] classes = DATA.getLabels().argMax(1).toIntVector();
    int[] fold = Folds.stratified(classes, 3, Seeds.derive(7, -1));
    INDArray z = Nd4j.zeros(DataType.FLOAT, N, 8);
    z.get(NDArrayIndex.all(), NDArrayIndex.interval(6, 8)).assign(DATA.getFeatures());
    int[] units = {12, 5};
    INDArray[] final3 = new INDArray[2];
    for (int m = 0; m < 2; m++) {
      for (int f = 0; f <= 3; f++) {
        int without = f;
        int[] rows = IntStream.range(0, N).filter(i -> fold[i] != without).toArray();
        long seed = Seeds.derive(Seeds.derive(7, m), f);
        MultiLayerNetwork net = train(TestNetworks.configuration(1, units[m]), DATA, rows, seed, 3);
        INDArray outputs = net.output(DATA.getFeatures());
        for (int i = 0; i < N; i++) {
          if (fold[i] == f) {
            z.get(NDArrayIndex.point(i), NDArrayIndex.interval(3 * m, 3 * m + 3))
                .assign(outputs.getRow(i));
          }
        }
        final3[m] = outputs; // of the last one, which has seen all rows
      }
    }
    int[] all = IntStream.range(0, N).toArray();
    MultiLayerNetwork last =
        train(last(8), new DataSet(z, DATA.getLabels()), all, Seeds.derive(7, -2), 4);
    INDArray expected = last.output(Nd4j.hstack(final3[0], final3[1], DATA.getFeatures()));
    assertThat(stacked.outputSingle(DATA.getFeatures()).equalsWithEps(expected, 1e-5)).isTrue();
  }

  @Test
  void fit_linearLast_isRightOnTestData() {
    ComputationGraph stacked =
        two().build().fit(TrainingData.of(TestNetworks.rings(600, 1), 60), 30);
    DataSet test = TestNetworks.rings(600, 2);
    int[] truth = test.getLabels().argMax(1).toIntVector();
    int[] predicted = stacked.outputSingle(test.getFeatures()).argMax(1).toIntVector();
    long right = IntStream.range(0, 600).filter(i -> truth[i] == predicted[i]).count();
    // rings of radius 0.5, 1.5, 2.5 with sigma 0.3: the best possible is about 0.94
    assertThat(right).isGreaterThan(510);
  }

  @Test
  void fit_regression_stacksWithoutClasses() {
    DataSet data = new DataSet(DATA.getFeatures(), DATA.getFeatures().norm2(true, 1));
    ComputationGraph stacked =
        Stacking.of(TestNetworks.regression(1))
            .members(2)
            .build()
            .fit(TrainingData.of(data, 30), 40);
    INDArray error = stacked.outputSingle(data.getFeatures()).sub(data.getLabels());
    double variance = data.getLabels().varNumber().doubleValue();
    assertThat(error.mul(error).meanNumber().doubleValue()).isLessThan(variance / 2);
  }

  @Test
  void resumeIn_stopped_trainsOnlyWhatIsMissing() {
    INDArray whole = withShortLast().build().fit(data(), 2).params();
    EnsembleListener stop =
        (member, finished, of, network) -> {
          if (finished == 5) {
            throw new IllegalStateException("stopped");
          }
        };
    assertThatIllegalStateException()
        .isThrownBy(() -> withShortLast().resumeIn(folder).progress(stop).build().fit(data(), 2))
        .withMessage("stopped");
    AtomicInteger trained = new AtomicInteger();
    INDArray resumed =
        withShortLast()
            .resumeIn(folder)
            .memberListeners(
                member -> {
                  trained.incrementAndGet();
                  return List.of();
                })
            .build()
            .fit(data(), 2)
            .params();
    assertThat(resumed).isEqualTo(whole);
    assertThat(trained.get()).isBetween(1, 3); // of 8; one may have been under way
  }

  /** The linear last network, whose Adam cannot be in half precision. */
  @ParameterizedTest
  @CsvSource({"DOUBLE, INT", "HALF, UBYTE"})
  void fit_linearLast_isRightInEveryType(DataType network, DataType features) {
    TypedProblem problem =
        new TypedProblem(network, features, TypedProblem.Labels.ONE_HOT, DataType.FLOAT);
    DataSet data = problem.data();
    ComputationGraph stacked =
        Stacking.of(problem.classifier())
            .passthrough()
            .folds(2)
            .build()
            .fit(TrainingData.of(data, TypedProblem.N), 20);
    INDArray output = stacked.outputSingle(data.getFeatures());
    assertThat(stacked.params().dataType()).isEqualTo(network);
    assertThat(output.dataType()).isEqualTo(network);
    assertThat(problem.accuracy(output)).isGreaterThan(0.9);
  }

  @Test
  void build_severalTypes_isRefused() {
    MultiLayerConfiguration twice = TestNetworks.configuration(1);
    twice.setDataType(DataType.DOUBLE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Stacking.of(TestNetworks.configuration(1), twice).build())
        .withMessage("members and last network must have one data type, got [DOUBLE, FLOAT]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Stacking.of(twice).lastNetwork(last(3), 1).build())
        .withMessage("members and last network must have one data type, got [DOUBLE, FLOAT]");
  }

  @Test
  void fit_badSettings_saysWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two().folds(1))
        .withMessageContaining("folds must be >= 2, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two().folds(91).build().fit(data(), 1))
        .withMessageContaining("at least as many examples as there are folds, 91, got 90");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two().lastNetwork(last(8), 4).build().fit(data(), 1))
        .withMessageContaining("must have 6 inputs, an output of every member, got 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two().lastNetwork(last(6), 0))
        .withMessageContaining("epochs must be >= 1, got 0");
  }
}
