package io.github.dl4jx.training.parallel;

import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.batchList;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.bits;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.data;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.graph;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.network;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.quantize;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CollectScoresListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OneBitGradientsAccumulatorTest {

  private static ParallelWrapper wrapper(
      Model net, int workers, OneBitGradientsAccumulator accumulator) {
    return new ParallelWrapper.Builder<>(net)
        .workers(workers)
        .prefetchBuffer(0)
        .trainingMode(ParallelWrapper.TrainingMode.CUSTOM)
        .gradientsAccumulator(accumulator)
        .build();
  }

  private static List<DataSet> batches(int count) {
    return data(8 * count).batchBy(8);
  }

  @Test
  void fit_twoRoundsOfSgd_isTheMeanOfQuantizedUpdatesByHand() {
    NeuralNetConfiguration.Builder base =
        new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(0.5));
    MultiLayerNetwork net = network(base);
    MultiLayerNetwork twin = network(base);
    List<DataSet> parts = batches(4);
    int n = (int) net.numParams();
    double[][] residual = new double[2][n];
    for (int round = 0; round < 2; round++) {
      double[] sum = new double[n];
      for (int w = 0; w < 2; w++) {
        twin.setInput(parts.get(2 * round + w).getFeatures());
        twin.setLabels(parts.get(2 * round + w).getLabels());
        twin.computeGradientAndScore();
        double[] v = twin.gradient().gradient().reshape(n).castTo(DataType.DOUBLE).toDoubleVector();
        for (int i = 0; i < n; i++) {
          v[i] = 0.5 * v[i] / 8 + residual[w][i];
        }
        int at = 0;
        for (int[] columns : new int[][] {{9, 70}, {1, 9}, {3, 9}, {1, 3}}) {
          for (int c = 0; c < columns[0]; c++) {
            quantize(v, at, columns[1], residual[w], sum);
            at += columns[1];
          }
        }
      }
      float[] expected = bits(twin);
      for (int i = 0; i < n; i++) {
        expected[i] -= (float) (sum[i] / 2);
      }
      twin.setParams(Nd4j.createFromArray(expected));
    }
    OneBitGradientsAccumulator accumulator = OneBitGradientsAccumulator.of(net, 2);
    ParallelWrapper wrapper = wrapper(net, 2, accumulator);
    wrapper.fit(batchList(parts.subList(0, 2)));
    wrapper.fit(batchList(parts.subList(2, 4))); // the residuals of the first are used
    assertThat(bits(net)).containsExactly(bits(twin), within(1e-5f));
    assertThat(accumulator.traffic().messages()).isEqualTo(4);
    // two integers; of each column two numbers, and a bit a value in whole bytes
    int message = 8 + 9 * (8 + 9) + (8 + 2) + 3 * (8 + 2) + (8 + 1);
    assertThat(accumulator.traffic().bytes()).isEqualTo(4L * message);
    assertThat(net.getEpochCount()).isEqualTo(2);
  }

  @Test
  void fit_repeatedlyWithAdam_neverHangsKeepsStateAndIsReproducible() {
    float[] before = {};
    for (int run = 0; run < 5; run++) {
      MultiLayerNetwork net = network(new Adam(0.01));
      ParallelWrapper wrapper = wrapper(net, 2, OneBitGradientsAccumulator.of(net, 2));
      for (int epoch = 1; epoch <= 4; epoch++) {
        float[] state = state(net);
        wrapper.fit(batchList(batches(5)));
        assertThat(state(net)).isNotEqualTo(state);
        assertThat(net.getEpochCount()).isEqualTo(epoch);
        assertThat(net.getIterationCount()).isEqualTo(3 * epoch);
      }
      if (run > 0) {
        assertThat(bits(net)).containsExactly(before);
      }
      before = bits(net);
    }
  }

  @Test
  void fit_graphWithFewerBatchesThanWorkers_trainsAndCanBeFitPlainlyAfterwards() {
    ComputationGraph net = graph(new Adam(0.01));
    ParallelWrapper wrapper = wrapper(net, 3, OneBitGradientsAccumulator.of(net, 3));
    double before = net.score(data(64));
    for (int count : new int[] {1, 2, 3, 4, 5, 7}) {
      wrapper.fit(batchList(batches(count)));
    }
    assertThat(net.getEpochCount()).isEqualTo(6);
    net.fit(batches(1).get(0));
    assertThat(net.score(data(64))).isLessThan(before);
  }

  @Test
  void fit_workerFails_endsWithItsExceptionAndCanGoOn() {
    MultiLayerNetwork net = network(new Adam(0.01));
    ParallelWrapper wrapper = wrapper(net, 2, OneBitGradientsAccumulator.of(net, 2));
    List<DataSet> parts = new ArrayList<>(batches(4));
    parts.set(3, new DataSet(Nd4j.zeros(8, 71), Nd4j.zeros(8, 3))); // worker 1, round 2
    assertThatThrownBy(() -> wrapper.fit(batchList(parts)))
        .hasStackTraceContaining("(worker 1)")
        .hasStackTraceContaining("71");
    wrapper.shutdown();
    assertThat(net.getEpochCount()).isZero();
    wrapper.fit(batchList(batches(4)));
    assertThat(net.getEpochCount()).isEqualTo(1);
  }

  @Test
  void fit_otherNumberOfWorkers_isRefusedInsteadOfHanging() {
    MultiLayerNetwork net = network(new Adam(0.01));
    ParallelWrapper wrapper = wrapper(net, 3, OneBitGradientsAccumulator.of(net, 2));
    assertThatThrownBy(() -> wrapper.fit(batchList(batches(6))))
        .hasStackTraceContaining("one of 2 workers of a ParallelWrapper must call");
    wrapper.shutdown();
  }

  private static ParallelWrapper averaging(Model net, OneBitGradientsAccumulator accumulator) {
    return new ParallelWrapper.Builder<>(net)
        .workers(2)
        .prefetchBuffer(0)
        .gradientsAccumulator(accumulator) // and no trainingMode(CUSTOM)
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fit_withoutCustomMode_saysSoInsteadOfAveraging(boolean ofGraph) {
    Model net = ofGraph ? graph(new Sgd(0.1)) : network(new Sgd(0.1));
    float[] before = bits(net);
    ParallelWrapper wrapper = averaging(net, OneBitGradientsAccumulator.of(net, 2));
    assertThatThrownBy(() -> wrapper.fit(batchList(batches(4))))
        .hasStackTraceContaining("the ParallelWrapper ignores its OneBitGradientsAccumulator")
        .hasStackTraceContaining(".trainingMode(ParallelWrapper.TrainingMode.CUSTOM)");
    wrapper.shutdown();
    assertThat(bits(net)).containsExactly(before);
  }

  @Test
  void fit_withListenersAndOlderAccumulators_isNotMistaken() {
    MultiLayerNetwork net = network(new Sgd(0.1));
    CollectScoresListener scores = new CollectScoresListener(1);
    net.setListeners(scores);
    OneBitGradientsAccumulator.of(net, 2); // never used
    OneBitGradientsAccumulator accumulator = OneBitGradientsAccumulator.of(net, 2);
    wrapper(net, 2, accumulator).fit(batchList(batches(2)));
    assertThat(accumulator.traffic().messages()).isEqualTo(2);
    assertThat(scores.getListScore().size()).isPositive();
    net.fit(batches(1).get(0)); // no ParallelWrapper: none of its business
    averagingWithout(net).fit(batchList(batches(2)));
  }

  private static ParallelWrapper averagingWithout(Model net) {
    return new ParallelWrapper.Builder<>(net).workers(2).prefetchBuffer(0).build();
  }

  @Test
  void of_badArguments_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OneBitGradientsAccumulator.of(network(new Sgd(0.1)), 1))
        .withMessage("workers must be >= 2, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OneBitGradientsAccumulator.of(network(new Sgd(0.1)), Integer.MAX_VALUE))
        .withMessage("workers must be <= 1024, got 2147483647");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OneBitGradientsAccumulator.of(null, 2))
        .withMessageContaining("MultiLayerNetwork or a ComputationGraph");
  }
}
