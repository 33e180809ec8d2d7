package io.github.dl4jx.training.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.training.listener.GlobalNormClipping;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.AllocationsTracker;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

@Timeout(60)
class OneBitDataParallelTest {

  private static final int INPUTS = 70;

  private static NeuralNetConfiguration.Builder base(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .activation(Activation.TANH)
        .l2(1e-3)
        .updater(updater);
  }

  private static OutputLayer output(int inputs) {
    return new OutputLayer.Builder().nIn(inputs).nOut(3).activation(Activation.SOFTMAX).build();
  }

  static MultiLayerNetwork network(NeuralNetConfiguration.Builder base) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base.list()
                .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(9).build())
                .layer(output(9))
                .build());
    net.init();
    return net;
  }

  static MultiLayerNetwork network(IUpdater updater) {
    return network(base(updater));
  }

  static ComputationGraph graph(IUpdater updater) {
    ComputationGraph graph =
        new ComputationGraph(
            base(updater)
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", new DenseLayer.Builder().nIn(INPUTS).nOut(9).build(), "in")
                .addLayer("norm", new BatchNormalization.Builder().nIn(9).nOut(9).build(), "hidden")
                .addLayer("out", output(9), "norm")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  static DataSet data(int examples) {
    Random random = new Random(1);
    float[][] features = new float[examples][INPUTS];
    float[][] labels = new float[examples][3];
    for (int i = 0; i < examples; i++) {
      int label = i * 7 % 3;
      labels[i][label] = 1;
      for (int k = 0; k < INPUTS; k++) {
        features[i][k] = (float) random.nextGaussian() + (k % 3 == label ? 0.5f : 0);
      }
    }
    return new DataSet(Nd4j.createFromArray(features), Nd4j.createFromArray(labels));
  }

  static DataSetIterator batches(int examples, int batch) {
    return new ResumableIterator(data(examples), batch, 5).reusingBatches();
  }

  static float[] bits(Model model) {
    return model.params().toFloatVector();
  }

  static float[] state(Model model) {
    INDArray state = Network.of(model).updater().getStateViewArray();
    return state == null ? new float[0] : state.toFloatVector();
  }

  private static void agree(List<Model> replicas) {
    for (Model replica : replicas) {
      assertThat(Arrays.equals(bits(replica), bits(replicas.get(0)))).isTrue();
      assertThat(Arrays.equals(state(replica), state(replicas.get(0)))).isTrue();
    }
  }

  @Test
  void fit_oneExactWorker_isPlainFitBitForBit() {
    MultiLayerNetwork plain = network(new Adam(0.01));
    MultiLayerNetwork net = network(new Adam(0.01));
    plain.fit(batches(100, 16), 3);
    OneBitDataParallel.of(net).workers(1).exact().build().fit(batches(100, 16), 3);
    assertThat(bits(net)).containsExactly(bits(plain));
    assertThat(state(net)).containsExactly(state(plain));
    assertThat(net.getIterationCount()).isEqualTo(plain.getIterationCount()).isEqualTo(21);
    assertThat(net.getEpochCount()).isEqualTo(plain.getEpochCount()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "sgd, 2, 96, 16",
    "adam, 2, 96, 16",
    "sgd, 3, 100, 16", // a last round of one batch
    "adam, 4, 90, 7",
    "sgd, 3, 40, 16", // rounds of unequal batches
    "adam, 2, 70, 20"
  })
  void fit_exactWorkers_areOneNetworkOnTheJoinedBatches(
      String updater, int workers, int examples, int batch) {
    MultiLayerNetwork net = network(updater.equals("sgd") ? new Sgd(0.1) : new Adam(0.01));
    MultiLayerNetwork plain = network(updater.equals("sgd") ? new Sgd(0.1) : new Adam(0.01));
    // the last batch is smaller where examples are not a multiple, and so is the last joint one
    plain.fit(batches(examples, workers * batch), 3);
    OneBitDataParallel.of(net).workers(workers).exact().build().fit(batches(examples, batch), 3);
    assertThat(net.getIterationCount()).isEqualTo(plain.getIterationCount());
    // Adam divides by the root of tiny squares, which magnifies the last bit of a sum
    assertThat(bits(net))
        .containsExactly(bits(plain), within(updater.equals("sgd") ? 1e-6f : 1e-5f));
  }

  @ParameterizedTest
  @CsvSource({
    "1,1", "1,5", "2,1", "2,2", "2,3", "2,6", "2,7", "3,1", "3,2", "3,3", "3,4", "3,5", "3,8",
    "4,1", "4,2", "4,3", "4,4", "4,5", "4,7", "4,9"
  })
  @Timeout(20)
  void fit_anyNumberOfBatches_neverHangsAndReplicasAgree(int workers, int batches) {
    ComputationGraph net = graph(new Adam(0.01));
    int[] rounds = {0};
    OneBitDataParallel parallel =
        OneBitDataParallel.of(net)
            .workers(workers)
            .exactIterations(1)
            .afterRound(
                replicas -> {
                  assertThat(replicas).hasSize(workers);
                  agree(replicas);
                  rounds[0]++;
                })
            .build();
    parallel.fit(batches(batches * 8 - 3, 8), 2); // the last batch has five examples
    int perEpoch = (batches + workers - 1) / workers;
    assertThat(rounds[0]).isEqualTo(2 * perEpoch);
    assertThat(net.getIterationCount()).isEqualTo(2 * perEpoch);
    assertThat(net.getEpochCount()).isEqualTo(2);
    assertThat(parallel.traffic().iterations()).isEqualTo(2L * perEpoch);
    assertThat(parallel.traffic().messages()).isEqualTo(2L * batches);
    assertThat(Nd4j.createFromArray(bits(net)).isNaN().any()).isFalse();
  }

  @Test
  void fit_oneBit_isSeidesAlgorithmByHand() {
    // one output unit of two inputs, squared error off: sgd on the two workers' quantized sums
    MultiLayerNetwork net =
        network(new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(0.5)));
    MultiLayerNetwork twin =
        network(new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(0.5)));
    List<DataSet> parts = data(30).batchBy(15);
    int n = (int) net.numParams();
    double[][] residual = new double[2][n];
    OneBitDataParallel parallel = OneBitDataParallel.of(net).workers(2).build();
    for (int t = 0; t < 3; t++) {
      double[] sum = new double[n];
      for (int w = 0; w < 2; w++) {
        twin.setInput(parts.get(w).getFeatures());
        twin.setLabels(parts.get(w).getLabels());
        twin.computeGradientAndScore();
        double[] v = twin.gradient().gradient().reshape(n).castTo(DataType.DOUBLE).toDoubleVector();
        for (int i = 0; i < n; i++) {
          v[i] += residual[w][i];
        }
        int at = 0;
        for (int[] columns : new int[][] {{9, INPUTS}, {1, 9}, {3, 9}, {1, 3}}) {
          for (int c = 0; c < columns[0]; c++) {
            quantize(v, at, columns[1], residual[w], sum);
            at += columns[1];
          }
        }
      }
      float[] expected = bits(twin);
      for (int i = 0; i < n; i++) {
        expected[i] -= (float) (0.5 * sum[i] / 30);
      }
      parallel.fit(batchList(parts), 1);
      assertThat(bits(net)).containsExactly(expected, within(1e-5f));
      twin.setParams(net.params());
    }
  }

  static DataSetIterator batchList(List<DataSet> parts) {
    return new ExistingDataSetIterator(parts);
  }

  /** Seide's rule in doubles. */
  static void quantize(double[] v, int at, int n, double[] residual, double[] sum) {
    double[] total = new double[2];
    int[] count = new int[2];
    for (int i = at; i < at + n; i++) {
      int bit = v[i] >= 0 ? 1 : 0;
      total[bit] += v[i];
      count[bit]++;
    }
    for (int i = at; i < at + n; i++) {
      int bit = v[i] >= 0 ? 1 : 0;
      double q = total[bit] / Math.max(1, count[bit]);
      residual[i] = v[i] - q;
      sum[i] += q;
    }
  }

  @Test
  void fit_batchNorm_averagesStatisticsBySize() {
    ComputationGraph net = graph(new Sgd(0));
    ComputationGraph first = graph(new Sgd(0));
    ComputationGraph second = graph(new Sgd(0));
    List<DataSet> parts =
        List.of((DataSet) data(40).getRange(0, 30), (DataSet) data(40).getRange(30, 40));
    first.fit(parts.get(0));
    second.fit(parts.get(1));
    OneBitDataParallel.of(net).workers(2).build().fit(batchList(parts), 1);
    for (String statistic : List.of("norm_mean", "norm_log10stdev")) {
      INDArray expected =
          first.getParam(statistic).mul(0.75).add(second.getParam(statistic).mul(0.25));
      assertThat(net.getParam(statistic).toFloatVector())
          .containsExactly(expected.toFloatVector(), within(1e-6f));
    }
  }

  @Test
  void fit_frozenClippedAndConstrained_replicasAgreeAlsoWithoutBatches() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base(new Adam(0.05))
                .gradientNormalization(GradientNormalization.ClipL2PerParamType)
                .gradientNormalizationThreshold(0.01)
                .constrainWeights(new MaxNormConstraint(0.5, 1))
                .list()
                .layer(new FrozenLayer(new DenseLayer.Builder().nIn(INPUTS).nOut(9).build()))
                .layer(new DenseLayer.Builder().nIn(9).nOut(9).build())
                .layer(output(9))
                .build());
    net.init();
    INDArray frozen = net.getParam("0_W").dup();
    INDArray trained = net.getParam("1_W").dup();
    OneBitDataParallel parallel =
        OneBitDataParallel.of(net).workers(3).afterRound(OneBitDataParallelTest::agree).build();
    parallel.fit(batches(8, 8), 1);
    parallel.fit(batches(50, 8), 2);
    assertThat(net.getParam("0_W")).isEqualTo(frozen);
    assertThat(net.getParam("1_W")).isNotEqualTo(trained);
    assertThat(net.getParam("1_W").norm2(1).maxNumber().doubleValue()).isLessThan(0.5001);
  }

  @Test
  void fit_maskedTimeSeries_areOneNetworkOnTheJoinedBatches() {
    Random random = new Random(4);
    DataSet series =
        new DataSet(
            Nd4j.rand(DataType.FLOAT, 24, 5, 6),
            Nd4j.zeros(DataType.FLOAT, 24, 3, 6),
            Nd4j.ones(DataType.FLOAT, 24, 6),
            Nd4j.ones(DataType.FLOAT, 24, 6));
    for (int i = 0; i < 24; i++) {
      int length = 1 + random.nextInt(6);
      for (int t = 0; t < 6; t++) {
        series.getLabels().putScalar(i, random.nextInt(3), t, 1);
        series.getFeaturesMaskArray().putScalar(i, t, t < length ? 1 : 0);
        series.getLabelsMaskArray().putScalar(i, t, t < length ? 1 : 0);
      }
    }
    MultiLayerNetwork[] nets = new MultiLayerNetwork[2];
    for (int k = 0; k < 2; k++) {
      nets[k] =
          new MultiLayerNetwork(
              base(new Sgd(0.1))
                  .list()
                  .layer(new LSTM.Builder().nIn(5).nOut(4).build())
                  .layer(
                      new RnnOutputLayer.Builder()
                          .nIn(4)
                          .nOut(3)
                          .activation(Activation.SOFTMAX)
                          .build())
                  .build());
      nets[k].init();
    }
    float[] before = bits(nets[0]);
    nets[0].fit(new ResumableIterator(series, 8, 1), 2);
    OneBitDataParallel.of(nets[1])
        .workers(2)
        .exact()
        .build()
        .fit(new ResumableIterator(series, 4, 1), 2);
    assertThat(bits(nets[1])).containsExactly(bits(nets[0]), within(1e-6f));
    assertThat(bits(nets[1])).isNotEqualTo(before);
  }

  @Test
  void fit_sameSeed_sameBitsEveryTime() {
    float[] before = {};
    for (int run = 0; run < 3; run++) {
      MultiLayerNetwork net =
          network(base(GradientNoise.around(new Adam(0.01)).eta(1e-3).build()).dropOut(0.7));
      OneBitDataParallel.of(net).workers(3).seed(9).build().fit(batches(100, 8), 2);
      if (run > 0) {
        assertThat(bits(net)).containsExactly(before);
      }
      before = bits(net);
    }
    MultiLayerNetwork other = network(base(new Adam(0.01)).dropOut(0.7));
    OneBitDataParallel.of(other).workers(3).seed(10).build().fit(batches(100, 8), 2);
    assertThat(bits(other)).isNotEqualTo(before);
  }

  @Test
  void fit_repeatedly_isAsAllAtOnce() {
    MultiLayerNetwork once = network(new Adam(0.01));
    MultiLayerNetwork twice = network(new Adam(0.01));
    OneBitDataParallel.of(once).workers(2).exactIterations(3).build().fit(batches(100, 8), 4);
    OneBitDataParallel parallel =
        OneBitDataParallel.of(twice).workers(2).exactIterations(3).build();
    DataSetIterator data = batches(100, 8);
    parallel.fit(data, 1);
    parallel.fit(data, 1);
    parallel.fit(data, 2);
    assertThat(bits(twice)).containsExactly(bits(once));
    assertThat(state(twice)).containsExactly(state(once));
    assertThat(twice.getEpochCount()).isEqualTo(4);
    long exact = 8 + 4 * once.numParams();
    long oneBit = 8 + 9 * (8 + 9) + (8 + 2) + 3 * (8 + 2) + (8 + 1);
    // seven iterations an epoch, thirteen batches; the first three iterations are exact
    assertThat(parallel.traffic().bytes()).isEqualTo(6 * exact + (4 * 13 - 6) * oneBit);
  }

  @Test
  void fit_withoutFeedback_isWorse() {
    double[] losses = new double[3];
    for (int kind = 0; kind < 3; kind++) {
      MultiLayerNetwork net =
          network(new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(0.1)));
      OneBitDataParallel.Builder builder = OneBitDataParallel.of(net).errorFeedback(kind != 2);
      (kind == 0 ? builder.exact() : builder).build().fit(batches(300, 10), 20);
      losses[kind] = net.score(data(300));
    }
    // a fixed seed: no chance of a false alarm
    assertThat(Math.abs(losses[1] - losses[0])).isLessThan(losses[2] - losses[0]);
  }

  @Test
  void fit_manyTimes_leavesNoOffHeapMemoryBehind() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base(new Adam(1e-3))
                .list()
                .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(20_000).build())
                .layer(output(20_000))
                .build());
    net.init();
    OneBitDataParallel parallel = OneBitDataParallel.of(net).workers(3).build();
    parallel.fit(batches(30, 8), 1);
    long before = offHeap();
    for (int i = 0; i < 4; i++) {
      parallel.fit(batches(30, 8), 1);
    }
    // less than a twin's gradient, of which eight were made, with parameters and two moments each
    assertThat(offHeap() - before).isLessThan(4 * net.numParams());
  }

  private static long offHeap() {
    System.gc();
    return AllocationsTracker.getInstance().bytesOnDevice(0);
  }

  @Test
  void fit_workerFails_itsExceptionEndsTrainingAndTheNetIsIntact() {
    MultiLayerNetwork net = network(new Adam(0.01));
    MultiLayerNetwork until = network(new Adam(0.01));
    List<DataSet> parts = new ArrayList<>(data(48).batchBy(8));
    OneBitDataParallel.of(until).workers(2).build().fit(batchList(parts.subList(0, 4)), 1);
    parts.set(5, new DataSet(Nd4j.zeros(8, INPUTS + 1), Nd4j.zeros(8, 3))); // worker 1, round 2
    OneBitDataParallel parallel = OneBitDataParallel.of(net).workers(2).build();
    assertThatIllegalStateException()
        .isThrownBy(() -> parallel.fit(batchList(parts), 1))
        .withMessageContaining("(worker 1 of 2, iteration 2)")
        .havingCause()
        .isInstanceOf(Exception.class)
        .withMessageContaining(String.valueOf(INPUTS + 1));
    assertThat(bits(net)).containsExactly(bits(until));
    assertThat(state(net)).containsExactly(state(until));
    parallel.fit(batches(100, 8), 1); // and it can go on
    assertThat(net.getIterationCount()).isEqualTo(2 + 7);
  }

  @Test
  void fit_iteratorOrListenerFails_endsTraining() {
    List<DataSet> parts = new ArrayList<>(data(48).batchBy(8));
    parts.set(4, new DataSet(Nd4j.zeros(8, INPUTS), null));
    MultiLayerNetwork net = network(new Adam(0.01));
    assertThatThrownBy(() -> OneBitDataParallel.of(net).build().fit(batchList(parts), 1))
        .isInstanceOf(RuntimeException.class);
    IllegalStateException problem = new IllegalStateException("enough");
    net.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            throw problem;
          }
        });
    assertThatIllegalStateException()
        .isThrownBy(() -> OneBitDataParallel.of(net).build().fit(batches(50, 8), 1))
        .withMessageStartingWith("java.lang.IllegalStateException: enough")
        .withCause(problem);
  }

  @Test
  void fit_interrupted_endsAfterTheIteration() {
    MultiLayerNetwork net = network(new Adam(0.01));
    Thread.currentThread().interrupt();
    assertThatIllegalStateException()
        .isThrownBy(() -> OneBitDataParallel.of(net).build().fit(batches(50, 8), 1))
        .withMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void listeners_ofTheNetwork_areCalledAsByFit() {
    List<List<String>> calls = new ArrayList<>();
    for (boolean plain : new boolean[] {true, false}) {
      List<String> called = new ArrayList<>();
      MultiLayerNetwork net = network(new Adam(0.01));
      net.setListeners(recorder(net, called));
      if (plain) {
        net.fit(batches(32, 16), 2);
      } else {
        OneBitDataParallel.of(net).workers(2).build().fit(batches(32, 8), 2);
      }
      calls.add(called);
    }
    assertThat(calls.get(1)).isEqualTo(calls.get(0)).contains("iterationDone 3 1");
  }

  private static TrainingListener recorder(Model net, List<String> calls) {
    return new BaseTrainingListener() {
      @Override
      public void onEpochStart(Model model) {
        calls.add("onEpochStart");
      }

      @Override
      public void onGradientCalculation(Model model) {
        calls.add("onGradientCalculation");
      }

      @Override
      public void onBackwardPass(Model model) {
        calls.add("onBackwardPass");
      }

      @Override
      public void iterationDone(Model model, int iteration, int epoch) {
        assertThat(model).isSameAs(net);
        calls.add("iterationDone " + iteration + " " + epoch);
      }

      @Override
      public void onEpochEnd(Model model) {
        calls.add("onEpochEnd");
      }
    };
  }

  @Test
  void gradientListener_ofTheNetworkThatChangesIt_isRefused() {
    MultiLayerNetwork net = network(new Sgd(0.1));
    net.setListeners(new GlobalNormClipping(1e-3));
    assertThatIllegalStateException()
        .isThrownBy(() -> OneBitDataParallel.of(net).build().fit(batches(50, 8), 1))
        .withMessageContaining("gradientListeners(..)");
  }

  @Test
  void gradientListeners_clip_everyWorkersOwnGradient() {
    MultiLayerNetwork net =
        network(new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(1)));
    INDArray before = net.params().dup();
    OneBitDataParallel.of(net)
        .exact()
        .gradientListeners(new GlobalNormClipping(0.01))
        .build()
        .fit(batches(16, 8), 1);
    // one step of rate 1, by the mean of two gradients of norm 0.01 each
    assertThat(net.params().distance2(before)).isBetween(0.004, 0.01001);
  }

  @Test
  void replica_changedByAListener_isFoundAtTheEndOfTheEpoch() {
    MultiLayerNetwork net = network(new Sgd(0.1));
    net.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            model.params().addi(0.1);
          }
        });
    assertThatIllegalStateException()
        .isThrownBy(() -> OneBitDataParallel.of(net).build().fit(batches(50, 8), 1))
        .withMessageContaining("worker 1 differs");
  }

  @Test
  void residuals_savedAndRestored_goOnIdentically(@TempDir File folder) {
    MultiLayerNetwork whole = network(new Adam(0.01));
    OneBitDataParallel.of(whole).workers(2).build().fit(batches(64, 8), 4);

    MultiLayerNetwork first = network(new Adam(0.01));
    OneBitDataParallel before = OneBitDataParallel.of(first).workers(2).build();
    first.setListeners(before.residuals(), ResumableCheckpoints.in(folder).build());
    before.fit(batches(64, 8), 2);

    MultiLayerNetwork second = network(new Adam(0.01));
    OneBitDataParallel after = OneBitDataParallel.of(second).workers(2).build();
    second.setListeners(after.residuals());
    ResumableCheckpoints.resume(folder).orElseThrow().restoreInto(second);
    ResumableIterator data = new ResumableIterator(data(64), 8, 5);
    data.start(2, 0);
    after.fit(data, 2);
    assertThat(bits(second)).containsExactly(bits(whole));
    assertThat(second.getEpochCount()).isEqualTo(4);

    MultiLayerNetwork third = network(new Adam(0.01));
    third.setListeners(OneBitDataParallel.of(third).workers(3).build().residuals());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResumableCheckpoints.resume(folder).orElseThrow().restoreInto(third))
        .withMessage("workers must be 2, as when the residuals were saved, got 3");
  }

  @Test
  void fit_noBatch_isRefusedBeforeAnythingChanges() {
    MultiLayerNetwork net = network(new Sgd(0.1));
    float[] before = bits(net);
    OneBitDataParallel parallel = OneBitDataParallel.of(net).build();
    refused(
        () -> parallel.fit(new ExistingDataSetIterator(List.<DataSet>of()), 2),
        "data must have at least 1 batch in every epoch, got 0");
    assertThat(bits(net)).containsExactly(before);
    assertThat(net.getEpochCount()).isZero();
  }

  @Test
  void fit_secondEpochHasNoBatch_isRefused() {
    MultiLayerNetwork net = network(new Sgd(0.1));
    DataSetIterator once =
        new ExistingDataSetIterator(data(16).batchBy(8)) {
          @Override
          public void reset() {}
        };
    refused(
        () -> OneBitDataParallel.of(net).build().fit(once, 2),
        "data must have at least 1 batch in every epoch, got 0");
    assertThat(net.getEpochCount()).isEqualTo(1);
  }

  @Test
  void fit_batchesOrLabelsThatAreNull_areNamed() {
    MultiLayerNetwork net = network(new Sgd(0.1));
    List<DataSet> batches = new ArrayList<>(data(32).batchBy(8));
    batches.set(2, null);
    refused(
        () -> OneBitDataParallel.of(net).build().fit(new ExistingDataSetIterator(batches), 1),
        "data must not have batches that are null");
    batches.set(2, new DataSet(batches.get(0).getFeatures(), null));
    refused(
        () -> OneBitDataParallel.of(net).build().fit(new ExistingDataSetIterator(batches), 1),
        "data must not have labels that are null");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fit_notANumberInTheData_isRefusedAndNoCheckpointIsTaken(
      boolean withCheckpoints, @TempDir File folder) {
    MultiLayerNetwork net = network(new Sgd(0.1));
    if (withCheckpoints) {
      net.setListeners(ResumableCheckpoints.in(folder).build());
    }
    DataSet data = data(32);
    data.getFeatures().putScalar(3, 1, Float.NaN);
    assertThatIllegalStateException()
        .isThrownBy(
            () -> OneBitDataParallel.of(net).build().fit(new ResumableIterator(data, 8, 5), 2))
        .withMessageContaining("the parameters are not finite any more, the training diverged");
    assertThat(ResumableCheckpoints.resume(folder)).isEmpty();
  }

  @Test
  void builder_badArguments_areRefused() {
    MultiLayerNetwork net = network(new Sgd(0.1));
    OneBitDataParallel.Builder builder = OneBitDataParallel.of(net);
    refused(() -> builder.workers(0), "workers must be >= 1, got 0");
    refused(() -> builder.workers(Integer.MAX_VALUE), "workers must be <= 1024, got 2147483647");
    refused(() -> builder.exactIterations(-1), "exactIterations must be >= 0, got -1");
    refused(() -> builder.reconstruction(null), "reconstruction must not be null");
    refused(() -> OneBitDataParallel.of(null), "must be a MultiLayerNetwork or a ComputationGraph");
    refused(
        () -> OneBitDataParallel.of(new MultiLayerNetwork(net.getLayerWiseConfigurations())),
        "call init() first");
    refused(
        () -> OneBitDataParallel.of(network(base(new Sgd(0.1)).dataType(DataType.DOUBLE))),
        "type must be FLOAT, got DOUBLE");
    MultiLayerNetwork truncated = network(new Sgd(0.1));
    truncated.getLayerWiseConfigurations().setBackpropType(BackpropType.TruncatedBPTT);
    refused(() -> OneBitDataParallel.of(truncated), "truncated backpropagation");
    OneBitDataParallel parallel = builder.build();
    refused(() -> parallel.fit((DataSetIterator) null, 1), "data must not be null");
    refused(() -> parallel.fit(batches(8, 8), 0), "epochs must be >= 1, got 0");
    assertThatIllegalStateException()
        .isThrownBy(() -> OneBitDataParallel.of(net).exact().build().residuals());
  }

  private static void refused(ThrowingCallable call, String why) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(why);
  }
}
