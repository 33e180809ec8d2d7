package io.github.dl4jx.spark;

import static io.github.dl4jx.spark.Tasks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.parallel.OneBitDataParallel;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** In Spark's local mode: as on a cluster, workers write to each other over TCP. */
@Timeout(60)
class SparkDataParallelTest {

  private static final int EPOCHS = 3;
  private static final TrainingData DATA = TrainingData.of(Tasks.points(330, 5), 16);

  private static JavaSparkContext context;

  @BeforeAll
  static void startSpark() {
    assumeThat(LocalCluster.obstacle()).as("Spark can be started").isNull();
    context = LocalCluster.inThisJvm("local[4]", "dl4jx-data-parallel");
  }

  @AfterAll
  static void stopSpark() {
    if (context != null) {
      context.close();
    }
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net = new MultiLayerNetwork(Tasks.seeded(16));
    net.init();
    return net;
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(0.01))
                .seed(4)
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", new DenseLayer.Builder().nIn(20).nOut(9).build(), "in")
                .addLayer("norm", new BatchNormalization.Builder().nIn(9).nOut(9).build(), "hidden")
                .addLayer(
                    "out",
                    new OutputLayer.Builder()
                        .nIn(9)
                        .nOut(Tasks.CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "norm")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static SparkDataParallel.Builder spark(String exchange, int workers) {
    SparkDataParallel.Builder builder = SparkDataParallel.on(context).workers(workers);
    return switch (exchange) {
      case "exact" -> builder.exact();
      case "twice" -> builder.quantizedTwice().exactIterations(2);
      default -> builder;
    };
  }

  private static OneBitDataParallel threads(
      org.deeplearning4j.nn.api.Model net, String exchange, int workers) {
    OneBitDataParallel.Builder builder = OneBitDataParallel.of(net).workers(workers);
    return switch (exchange) {
      case "exact" -> builder.exact().build();
      case "twice" -> builder.quantizedTwice().exactIterations(2).build();
      default -> builder.build();
    };
  }

  private static void assertSame(
      org.deeplearning4j.nn.api.Model one, org.deeplearning4j.nn.api.Model other) {
    assertThat(bits(one.params())).isEqualTo(bits(other.params()));
    INDArray state = Network.of(one).updater().getStateViewArray();
    assertThat(bits(state)).isEqualTo(bits(Network.of(other).updater().getStateViewArray()));
    assertThat(Network.of(one).iteration()).isEqualTo(Network.of(other).iteration());
    assertThat(Network.of(one).epoch()).isEqualTo(Network.of(other).epoch());
  }

  @ParameterizedTest
  @CsvSource({"exact,2", "once,2", "once,3", "twice,2", "twice,4", "once,1"})
  void train_anyExchange_hasTheBitsOfThreads(String exchange, int workers) {
    MultiLayerNetwork net = network();
    SparkDataParallel parallel = spark(exchange, workers).stretch(25).build();
    parallel.train(net, DATA, EPOCHS);
    MultiLayerNetwork twin = network();
    threads(twin, exchange, workers).fit(DATA.all(Tasks.SEED), EPOCHS);
    assertSame(net, twin);
    assertThat(parallel.cost().bytes() > 0).isEqualTo(workers > 1);
    assertThat(parallel.cost().iterations()).isEqualTo(twin.getIterationCount());
    assertThat(parallel.cost().seconds()).isPositive();
  }

  @Test
  void train_graphWithBatchNormalization_hasTheBitsOfThreads() {
    ComputationGraph net = graph();
    spark("twice", 3).build().train(net, DATA, EPOCHS);
    ComputationGraph twin = graph();
    threads(twin, "twice", 3).fit(DATA.all(4), EPOCHS);
    assertSame(net, twin);
  }

  /** The rounds: 3, 5 and 2 minibatches. */
  @Test
  void train_partitionsOfDifferentSizes_areTheWorkersShares() {
    List<Integer> indices = List.of(0, 1, 2);
    JavaRDD<DataSet> rdd = context.parallelize(indices, 3).flatMap(i -> shares(i).iterator());
    MultiLayerNetwork net = network();
    spark("once", 3).stretch(4).build().train(net, rdd, 2);
    assertThat(net.getIterationCount()).isEqualTo(2 * 5);
    assertThat(net.getEpochCount()).isEqualTo(2);
    MultiLayerNetwork again = network();
    spark("once", 3).build().train(again, rdd, 2);
    assertSame(again, net);
  }

  private static List<DataSet> shares(int worker) {
    return List.of(batches(3, 1), batches(5, 2), batches(2, 3)).get(worker);
  }

  private static List<DataSet> batches(int count, long seed) {
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(Tasks.points(12 + i, 10 * seed + i));
    }
    return batches;
  }

  @Test
  void train_stoppedAndRunAgain_goesOnToTheSameBits(@TempDir Path folder) {
    MultiLayerNetwork whole = network();
    spark("twice", 2).build().train(whole, DATA, EPOCHS);
    MultiLayerNetwork killed = network();
    SparkDataParallel.Builder builder = spark("twice", 2).stretch(5).resumeIn(folder.toFile());
    assertThatThrownBy(
            () ->
                builder
                    .progress(
                        (net, stretch, score) -> {
                          if (stretch == 3) {
                            throw new UnsupportedOperationException("killed");
                          }
                        })
                    .build()
                    .train(killed, DATA, EPOCHS))
        .hasMessage("killed");
    MultiLayerNetwork another = network();
    builder.progress((net, stretch, score) -> {}).build().train(another, DATA, EPOCHS);
    assertSame(another, whole);
    assertThat(ResumableCheckpoints.resume(folder.toFile())).isPresent();
    assertThat(another.getListeners()).isEmpty();
  }

  private static void assertOtherDataRefused(Runnable train, MultiLayerNetwork net) {
    int[] before = bits(net.params());
    assertThatIllegalArgumentException()
        .isThrownBy(train::run)
        .withMessageStartingWith("data must be what the run in the folder was begun with");
    assertThat(bits(net.params())).isEqualTo(before);
    assertThat(net.getEpochCount()).isZero();
  }

  @Test
  void train_goneOnWithOtherExamples_isRefused(@TempDir Path folder) {
    SparkDataParallel parallel = spark("once", 2).resumeIn(folder.toFile()).build();
    parallel.train(network(), DATA, 1);
    MultiLayerNetwork net = network();
    TrainingData otherBatch = TrainingData.of(DATA.examples(), 17);
    assertOtherDataRefused(() -> parallel.train(net, otherBatch, 2), net);
    TrainingData other = TrainingData.of(Tasks.points(330, 6), 16);
    assertOtherDataRefused(() -> parallel.train(net, other, 2), net);
    parallel.train(net, DATA, 2);
    assertThat(net.getEpochCount()).isEqualTo(2);
  }

  @Test
  void train_goneOnWithOtherPartitions_isRefused(@TempDir Path folder) {
    SparkDataParallel parallel = spark("once", 2).resumeIn(folder.toFile()).build();
    JavaRDD<DataSet> rdd =
        context.parallelize(List.of(1L, 2L), 2).flatMap(seed -> batches(3, seed).iterator());
    parallel.train(network(), rdd, 1);
    JavaRDD<DataSet> swapped =
        context.parallelize(List.of(2L, 1L), 2).flatMap(seed -> batches(3, seed).iterator());
    MultiLayerNetwork net = network();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parallel.train(net, swapped, 2))
        .withMessageContaining("data must be what the run in the folder was begun with")
        .withMessageContaining("worker 1: ");
    assertThat(net.getEpochCount()).isOne(); // as the checkpoint has it
    parallel.train(net, rdd, 2);
    assertThat(net.getEpochCount()).isEqualTo(2);
  }

  @Test
  void train_goneOnWithOtherSettings_isRefused(@TempDir Path folder) {
    spark("exact", 2).resumeIn(folder.toFile()).build().train(network(), DATA, 1);
    MultiLayerNetwork net = network();
    int[] before = bits(net.params());
    for (SparkDataParallel.Builder other :
        List.of(spark("exact", 3), spark("exact", 2).seed(99), spark("once", 2))) {
      SparkDataParallel parallel = other.resumeIn(folder.toFile()).build();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> parallel.train(net, DATA, 2))
          .withMessageStartingWith("settings must be those that the run in the folder was begun");
    }
    assertThat(bits(net.params())).isEqualTo(before);
  }

  /** A stretch has 2 of an epoch's 6 rounds, and each computes the partitions anew. */
  @Test
  void train_partitionsInAnotherOrder_areRefused() {
    ORDER.set(0);
    JavaRDD<DataSet> shuffled =
        context
            .parallelize(List.of(0L, 1L), 2)
            .flatMap(
                seed -> {
                  List<DataSet> share = batches(6, seed);
                  Collections.rotate(share, ORDER.getAndIncrement() / 2);
                  return share.iterator();
                });
    MultiLayerNetwork net = network();
    assertThatThrownBy(() -> spark("once", 2).stretch(2).build().train(net, shuffled, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("partitions must have the same minibatches in the same order");
    assertThat(net.getIterationCount()).isEqualTo(2); // as after the first stretch
  }

  private static final AtomicInteger ORDER = new AtomicInteger();

  @Test
  void train_streamThatIsShuffledByEpoch_goesOnInALaterEpoch(@TempDir Path folder) {
    IteratorFactory stream = () -> new ResumableIterator(Tasks.points(96, 5), 16, 7);
    MultiLayerNetwork whole = network();
    spark("once", 2).build().train(whole, TrainingData.streaming(stream), 3);
    SparkDataParallel parallel = spark("once", 2).resumeIn(folder.toFile()).build();
    parallel.train(network(), TrainingData.streaming(stream), 2);
    MultiLayerNetwork net = network();
    parallel.train(net, TrainingData.streaming(stream), 3);
    assertSame(net, whole);
  }

  /** An epoch has as many rounds as the stretch: the next one finds it at its end. */
  @Test
  void train_epochsThatEndWithAStretch_areToldOnce() {
    List<Integer> told = new ArrayList<>();
    MultiLayerNetwork net = network();
    JavaRDD<DataSet> rdd =
        context.parallelize(List.of(1L, 2L), 2).flatMap(seed -> batches(3, seed).iterator());
    spark("once", 2)
        .stretch(3)
        .progress((model, stretch, score) -> told.add(stretch))
        .build()
        .train(net, rdd, 1);
    assertThat(told).containsExactly(1);
    assertThat(net.getEpochCount()).isOne();
    assertThat(net.getIterationCount()).isEqualTo(3);
  }

  @Test
  void train_callersJobGroup_isLeftAlone() {
    context.setJobGroup("of the caller", "its jobs");
    try {
      spark("once", 2).build().train(network(), DATA, 1);
      assertThat(context.getLocalProperty("spark.jobGroup.id")).isEqualTo("of the caller");
    } finally {
      context.clearJobGroup();
    }
  }

  @Test
  void train_badArguments_areRefused() {
    MultiLayerNetwork net = network();
    int[] before = bits(net.params());
    SparkDataParallel parallel = spark("once", 2).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parallel.train(net, DATA, 0))
        .withMessage("epochs must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parallel.train(net, context.parallelize(batches(4, 1), 4), 1))
        .withMessageContaining("minibatches must have 2 partitions")
        .withMessageContaining("got 4");
    net.setListeners(new ScoreIterationListener(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parallel.train(net, DATA, 1))
        .withMessageContaining("must not have listeners");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparkDataParallel.on(context).exact().quantizedTwice().build())
        .withMessageContaining("got both");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparkDataParallel.on(context).timeout(Duration.ofMillis(1)));
    assertThat(bits(net.params())).isEqualTo(before);
  }

  private static final AtomicInteger FAULTS = new AtomicInteger();

  @Test
  void train_workerFailsTwice_isTrainedAgainToTheSameBits() {
    FAULTS.set(2);
    JavaRDD<DataSet> faulty =
        context
            .parallelize(List.of(0, 1), 2)
            .flatMap(
                i -> {
                  if (i == 1 && FAULTS.getAndDecrement() > 0) {
                    throw new IllegalStateException("injected");
                  }
                  return batches(3, i).iterator();
                });
    MultiLayerNetwork net = network();
    spark("once", 2).build().train(net, faulty, 2);
    assertThat(FAULTS.get()).isNegative();
    MultiLayerNetwork again = network();
    spark("once", 2).build().train(again, faulty, 2);
    assertSame(net, again);
  }

  @Test
  void train_workerFails_causeReachesTheDriver() {
    JavaRDD<DataSet> misfits =
        context
            .parallelize(List.of(0, 1), 2)
            .map(
                i ->
                    i == 0
                        ? Tasks.points(8, 1)
                        : new DataSet(Tasks.points(8, 1).getFeatures(), null));
    assertThatThrownBy(() -> spark("once", 2).build().train(network(), misfits, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("data must not have labels that are null")
        .hasMessageContaining("attempt 4 of 4");
  }
}
