package io.github.dl4jx.spark;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.internal.SharedExamples;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.parallel.DataParallelBuilder;
import io.github.dl4jx.training.parallel.DataParallelSettings;
import io.github.dl4jx.training.parallel.ParallelWorker;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Trains one network on several machines, whose workers send each other their gradients in one bit
 * a value: {@code OneBitDataParallel} on an Apache Spark cluster.
 *
 * <pre>{@code
 * SparkDataParallel.on(sc).workers(4).quantizedTwice().resumeIn(folder).build()
 *     .train(net, TrainingData.of(train, 128), 5);
 * }</pre>
 *
 * <p>The algorithm and its settings are those of {@code OneBitDataParallel}; with as many workers,
 * the same minibatches and the same kind of machines the result is the same, bit for bit. A worker
 * is a task of a barrier stage. Workers write to each other directly, over TCP: of gradients
 * nothing passes the driver.
 *
 * <pre>
 * bytes that a worker sends in an iteration, of n workers and P parameters:
 *   exact()                2 (n - 1) / n * 4 P
 *   (default)              (n - 1) * 0.14 P
 *   quantizedTwice()       2 (n - 1) / n * 0.14 P
 * </pre>
 *
 * <p>Data: {@link TrainingData} in memory is sent to every executor once; worker k takes the
 * minibatches k, k + n, k + 2 n and so on of {@code data.all(seed)}. A stream, an {@link
 * IteratorFactory}, is opened by every worker at the start of every epoch and of every stretch, and
 * then read from the epoch's start. Or a partition of an RDD of minibatches is each worker's share,
 * of whatever size: a worker that has none left only makes the steps.
 *
 * <p>Training goes in stretches of {@link Builder#stretch} iterations. At the end of each the
 * driver has parameters, updater state and residuals, and the next one begins with them. A worker
 * that dies, fails or is silent for too long ends the stretch with its name in the log; it is
 * trained again on the executors that there are, {@code spark.stage.maxConsecutiveAttempts} times
 * in all, to the same bits. With {@link Builder#resumeIn} a checkpoint is written, too, with which
 * the same program goes on after the driver's death; threads can go on with it ({@code
 * OneBitDataParallel#residuals}), and the other way round at the end of an epoch. Without a folder
 * each call of {@code train} begins with residuals of zero.
 *
 * <p>Connections are for workers of the stage alone, which prove that they know a secret of this
 * training. They are not encrypted: where Spark's are, training is refused.
 *
 * <p>A cluster with fewer cores than workers cannot run a barrier stage: Spark says so after {@code
 * spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures} tries. For cores that are busy it
 * waits.
 *
 * <p>Reference: F. Seide, H. Fu, J. Droppo, G. Li, D. Yu, "1-Bit Stochastic Gradient Descent and
 * its Application to Data-Parallel Distributed Training of Speech DNNs", Interspeech 2014.
 */
public final class SparkDataParallel {

  private static final List<String> ENCRYPTION =
      List.of(
          "spark.network.crypto.enabled",
          "spark.authenticate.enableSaslEncryption",
          "spark.ssl.enabled",
          "spark.ssl.rpc.enabled");

  /** Told at the end of every stretch, on the driver. */
  @FunctionalInterface
  public interface Progress {

    /**
     * A stretch is finished, and saved if there is a folder.
     *
     * @param network the network as it is now, which must not be changed
     * @param stretch number of the stretch in this call of {@code train}, from 1 on
     * @param score of worker 0's last minibatch
     */
    void trained(Model network, int stretch, double score);
  }

  private final JavaSparkContext context;
  private final DataParallelSettings settings;
  private final int stretch;
  private final Duration timeout;
  private final @Nullable File folder;
  private final Progress progress;
  private volatile TrainingCost cost = new TrainingCost(0, 0, 0, 0);

  private SparkDataParallel(Builder builder, DataParallelSettings settings) {
    this.context = builder.context;
    this.settings = settings;
    this.stretch = builder.stretch;
    this.timeout = builder.timeout;
    this.folder = builder.folder;
    this.progress = builder.progress;
  }

  /**
   * {@return a builder with the defaults}
   *
   * @param context the connection to the cluster; not closed
   */
  public static Builder on(JavaSparkContext context) {
    Preconditions.checkArgument(context != null, "context must not be null");
    return new Builder(context);
  }

  /**
   * Trains for some epochs.
   *
   * @param network an initialized {@code MultiLayerNetwork} or {@code ComputationGraph} of type
   *     FLOAT without listeners; it has the result
   * @param data at least a minibatch for each worker
   * @param epochs number of epochs; with {@link Builder#resumeIn} of the whole run in the folder
   * @throws IllegalArgumentException if the network cannot be trained in parallel, the data cannot
   *     be sent, settings or data are not those of the run in the folder, or epochs is below 1;
   *     nothing is changed then, but that the network is as the folder has it if a stream differs
   * @throws IllegalStateException if a stretch fails in all attempts, with the last one's cause, or
   *     the parameters are not finite any more; the network is then as after the last stretch that
   *     was finished
   */
  public void train(Model network, TrainingData data, int epochs) {
    Preconditions.checkArgument(data != null, "data must not be null");
    checkArguments(network, epochs);
    SharedExamples.PackedExamples packed = new SharedExamples.PackedExamples(data);
    DataParallelRun run = run(network, epochs, data.inMemory() ? data.description() : null);
    Broadcast<SharedExamples.PackedExamples> sentOnce = context.broadcast(packed);
    List<Integer> indices =
        IntStream.range(0, settings.workers()).boxed().collect(Collectors.toList());
    try {
      run.train(
          context.parallelize(indices, settings.workers()),
          new WorkerData.Dealt(sentOnce, new SharedExamples.Stream(data), settings.seed(network)));
    } finally {
      if (!context.sc().isStopped()) {
        sentOnce.destroy();
      }
      cost = run.cost();
    }
  }

  /**
   * Trains for some epochs, with a partition for each worker.
   *
   * @param network as for the other method
   * @param minibatches with as many partitions as there are workers, at least one minibatch in
   *     each; they must come in the same order each time that a partition is computed, which is
   *     compared at every stretch: {@code repartition} alone does not give it, {@code checkpoint()}
   *     of what it gives does
   * @param epochs as for the other method
   * @throws IllegalArgumentException as the other method, and if the number of partitions is not
   *     that of workers; minibatches that differ are found like those of a stream
   * @throws IllegalStateException as the other method, and if a partition is not what it was in the
   *     first stretch
   */
  public void train(Model network, JavaRDD<DataSet> minibatches, int epochs) {
    Preconditions.checkArgument(minibatches != null, "minibatches must not be null");
    Preconditions.checkArgument(
        minibatches.getNumPartitions() == settings.workers(),
        "minibatches must have %s partitions, as many as there are workers: repartition(%s) and"
            + " checkpoint(); got %s",
        settings.workers(),
        settings.workers(),
        minibatches.getNumPartitions());
    checkArguments(network, epochs);
    DataParallelRun run = run(network, epochs, null);
    try {
      run.train(minibatches, new WorkerData.Partitioned());
    } finally {
      cost = run.cost();
    }
  }

  private void checkArguments(Model network, int epochs) {
    Preconditions.checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
    Network net = Network.initialized(network);
    Preconditions.checkArgument(
        net.listeners().isEmpty(),
        "the network must not have listeners, which are objects of the driver: progress(..) is"
            + " called there; got %s",
        net.listeners());
    ParallelWorker.check(network);
    checkNotEncrypted(context.getConf());
  }

  private DataParallelRun run(Model network, int epochs, @Nullable String description) {
    return new DataParallelRun(
        context,
        settings,
        stretch,
        timeout,
        folder,
        progress,
        Network.of(network),
        epochs,
        description);
  }

  /** Gradients would be what is not encrypted on an encrypted cluster. */
  private static void checkNotEncrypted(SparkConf conf) {
    for (String name : ENCRYPTION) {
      Preconditions.checkArgument(
          !conf.getBoolean(name, false),
          "%s must not be true: connections between workers are not encrypted",
          name);
    }
  }

  /** {@return what the latest call of {@code train} has cost, without attempts that failed} */
  public TrainingCost cost() {
    return cost;
  }

  /** Collects the settings of a {@link SparkDataParallel}. */
  public static final class Builder extends DataParallelBuilder<Builder> {

    private final JavaSparkContext context;
    private int stretch = 1000;
    private Duration timeout = Duration.ofMinutes(2);
    private @Nullable File folder;
    private Progress progress = (network, number, score) -> {};

    private Builder(JavaSparkContext context) {
      this.context = context;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * How many iterations are trained before the driver gets the state. It costs 4 P (1 + s) bytes
     * out to each executor and back from one, for P parameters and an updater with s numbers for
     * each, and 4 P of residuals out to and back from every worker.
     *
     * @param iterations at least 1; default 1000
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder stretch(int iterations) {
      Preconditions.checkArgument(iterations >= 1, "stretch must be >= 1, got %s", iterations);
      stretch = iterations;
      return this;
    }

    /**
     * How long workers wait for each other, to connect and for every message: longer than any
     * minibatch takes, and than a stream takes to where a stretch begins.
     *
     * @param patience at least a second; default two minutes
     * @return this builder
     * @throws IllegalArgumentException if it is null or shorter
     */
    public Builder timeout(Duration patience) {
      Preconditions.checkArgument(
          patience != null && patience.compareTo(Duration.ofSeconds(1)) >= 0,
          "timeout must be at least a second, got %s",
          patience);
      timeout = patience;
      return this;
    }

    /**
     * A folder of the driver for a checkpoint after every stretch, of which the last 3 are kept. A
     * run that it has goes on, if the network has the same configuration, and settings, seed and
     * data are the same. Compared are the settings, and the batch size and all bytes of examples in
     * memory, before anything is trained; of a stream the first minibatch of each worker and of an
     * RDD all of them, after the first stretch, which is thrown away if they differ.
     *
     * @param directory made if it does not exist
     * @return this builder
     * @throws IllegalArgumentException if it is null
     */
    public Builder resumeIn(File directory) {
      Preconditions.checkArgument(directory != null, "resumeIn must not be null");
      folder = directory;
      return this;
    }

    /**
     * Called at the end of every stretch.
     *
     * @param listener default: nobody, but the log
     * @return this builder
     * @throws IllegalArgumentException if it is null
     */
    public Builder progress(Progress listener) {
      Preconditions.checkArgument(listener != null, "progress must not be null");
      progress = listener;
      return this;
    }

    /**
     * {@return a trainer with these settings}
     *
     * @throws IllegalArgumentException if messages are to be both exact and quantized twice
     */
    public SparkDataParallel build() {
      return new SparkDataParallel(this, settings());
    }
  }
}
