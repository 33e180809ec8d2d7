package io.github.dl4jx.training.parallel;

import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.batchList;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.batches;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.bits;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.data;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.graph;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.network;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.training.parallel.GradientLayout.Segment;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.File;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

@Timeout(60)
class QuantizedTwiceTest {

  /** The columns of the network of OneBitDataParallelTest: their number and length. */
  private static final int[][] COLUMNS = {{9, 70}, {1, 9}, {3, 9}, {1, 3}};

  private static final int LENGTH = 9 * 70 + 9 + 3 * 9 + 3;

  private static NeuralNetConfiguration.Builder plain() {
    return new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(0.5));
  }

  /** Quantizes every column of v, and returns the sum of that and what was there. */
  private static void quantize(double[] v, double[] residual, double[] sum) {
    int at = 0;
    for (int[] columns : COLUMNS) {
      for (int c = 0; c < columns[0]; c++) {
        OneBitDataParallelTest.quantize(v, at, columns[1], residual, sum);
        at += columns[1];
      }
    }
  }

  private static double[] plus(double[] v, double[] residual) {
    double[] sum = v.clone();
    for (int i = 0; i < v.length; i++) {
      sum[i] += residual[i];
    }
    return sum;
  }

  /** As columns are quantized one by one, it does not matter by whom. */
  @Test
  void fit_sgd_isSeidesAlgorithmByHand() {
    MultiLayerNetwork net = network(plain());
    MultiLayerNetwork twin = network(plain());
    List<DataSet> parts = data(45).batchBy(15);
    double[][] residual = new double[3][LENGTH];
    double[] residualOfSum = new double[LENGTH];
    OneBitDataParallel parallel = OneBitDataParallel.of(net).workers(3).quantizedTwice().build();
    for (int t = 0; t < 3; t++) {
      double[] sum = new double[LENGTH];
      for (int w = 0; w < 3; w++) {
        twin.setInput(parts.get(w).getFeatures());
        twin.setLabels(parts.get(w).getLabels());
        twin.computeGradientAndScore();
        double[] g =
            twin.gradient().gradient().reshape(LENGTH).castTo(DataType.DOUBLE).toDoubleVector();
        quantize(plus(g, residual[w]), residual[w], sum);
      }
      double[] again = new double[LENGTH];
      quantize(plus(sum, residualOfSum), residualOfSum, again);
      float[] expected = bits(twin);
      for (int i = 0; i < LENGTH; i++) {
        expected[i] -= (float) (0.5 * again[i] / 45);
      }
      parallel.fit(batchList(parts), 1);
      assertThat(bits(net)).containsExactly(expected, within(1e-5f));
      twin.setParams(net.params());
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,3", "2,1", "2,2", "2,5", "3,1", "3,4", "3,6", "4,2", "4,7", "30,31"})
  @Timeout(20)
  void fit_anyNumberOfBatches_neverHangsAndReplicasAgree(int workers, int batches) {
    ComputationGraph net = graph(new Adam(0.01));
    OneBitDataParallel parallel =
        OneBitDataParallel.of(net)
            .workers(workers)
            .quantizedTwice()
            .exactIterations(1)
            .afterRound(
                replicas ->
                    replicas.forEach(
                        replica -> {
                          assertThat(bits(replica)).containsExactly(bits(replicas.get(0)));
                          assertThat(state(replica)).containsExactly(state(replicas.get(0)));
                        }))
            .build();
    parallel.fit(batches(batches * 8 - 3, 8), 2);
    assertThat(net.getIterationCount()).isEqualTo(2 * ((batches + workers - 1) / workers));
    assertThat(net.params().isNaN().any()).isFalse();
  }

  /** Batch normalization: the mean over examples, whoever adds it up. */
  @Test
  void fit_runningStatistics_areThoseOfMessagesThatAreQuantizedOnce() {
    ComputationGraph once = graph(new Sgd(0));
    ComputationGraph twice = graph(new Sgd(0));
    OneBitDataParallel.of(once).workers(3).build().fit(batches(40, 9), 1);
    OneBitDataParallel.of(twice).workers(3).quantizedTwice().build().fit(batches(40, 9), 1);
    for (String statistic : List.of("norm_mean", "norm_log10stdev")) {
      assertThat(twice.getParam(statistic).toFloatVector())
          .containsExactly(once.getParam(statistic).toFloatVector());
    }
  }

  @Test
  void fit_resumedFromACheckpoint_goesOnToTheSameBits(@TempDir File folder) throws Exception {
    MultiLayerNetwork whole = network(new Adam(0.01));
    OneBitDataParallel.of(whole).workers(2).quantizedTwice().build().fit(batches(64, 8), 4);

    MultiLayerNetwork first = network(new Adam(0.01));
    OneBitDataParallel half = OneBitDataParallel.of(first).workers(2).quantizedTwice().build();
    first.setListeners(half.residuals(), ResumableCheckpoints.in(folder).everyEpochs(1).build());
    half.fit(batches(64, 8), 2);

    MultiLayerNetwork second = network(new Adam(0.01));
    OneBitDataParallel rest = OneBitDataParallel.of(second).workers(2).quantizedTwice().build();
    second.setListeners(rest.residuals());
    ResumableCheckpoints.resume(folder).orElseThrow().restoreInto(second);
    ResumableIterator data = new ResumableIterator(data(64), 8, 5);
    data.start(2, 0);
    rest.fit(data, 2);

    assertThat(bits(second)).containsExactly(bits(whole));
    assertThat(state(second)).containsExactly(state(whole));
  }

  @Test
  void restore_residualsOfMessagesThatAreQuantizedOnce_isRefused(@TempDir File folder)
      throws Exception {
    MultiLayerNetwork first = network(new Adam(0.01));
    OneBitDataParallel once = OneBitDataParallel.of(first).workers(2).build();
    first.setListeners(once.residuals(), ResumableCheckpoints.in(folder).everyEpochs(1).build());
    once.fit(batches(64, 8), 1);
    MultiLayerNetwork second = network(new Adam(0.01));
    second.setListeners(
        OneBitDataParallel.of(second).workers(2).quantizedTwice().build().residuals());
    var saved = ResumableCheckpoints.resume(folder).orElseThrow();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> saved.restoreInto(second))
        .withMessageContaining("quantized twice");
  }

  /** Two parts of 669 values: columns 0 to 4 are 350 of them, the others with the rest 319. */
  @Test
  void traffic_ofTwoWorkers_isThatOfThePartsOnTheWire() {
    MultiLayerNetwork net = network(new Sgd(0.1));
    OneBitDataParallel parallel = OneBitDataParallel.of(net).workers(2).quantizedTwice().build();
    parallel.fit(batches(32, 8), 1); // two rounds of two minibatches
    int header = 8;
    int first = header + 5 * (8 + 9); // 70 bits are 9 bytes
    int second = header + 4 * (8 + 9) + (8 + 2) + 3 * (8 + 2) + (8 + 1);
    // each part goes to its worker once, from the other, and its sum back once
    assertThat(parallel.traffic().bytes()).isEqualTo(2L * (2 * first + 2 * second));
    assertThat(parallel.traffic().messages()).isEqualTo(2L * (2 + 2));
  }

  @Test
  void parts_ofALayout_areWholeColumnsInTheirOrder() {
    GradientLayout layout =
        new GradientLayout(
            List.of(
                new Segment(0, 12, 3, false),
                new Segment(12, 8, 8, false),
                new Segment(20, 4, 2, true)));
    List<String> parts =
        layout.parts(3).stream()
            .map(
                part ->
                    part.segments.stream()
                        .map(s -> s.offset + "+" + s.length + "/" + s.column + s.statistic)
                        .collect(Collectors.joining(" ")))
            .collect(Collectors.toList());
    // by their first value: 0 to 7, 8 to 15, 16 to 23
    assertThat(parts).containsExactly("0+9/3false", "9+3/3false 12+8/8false", "20+4/2true");
    assertThat(layout.parts(100).stream().mapToInt(part -> part.length).sum()).isEqualTo(24);
  }

  @Test
  void build_exactAndTwice_isRefused() {
    OneBitDataParallel.Builder builder =
        OneBitDataParallel.of(network(new Sgd(0.1))).exact().quantizedTwice();
    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessage("messages must be exact() or quantizedTwice(), got both");
  }
}
