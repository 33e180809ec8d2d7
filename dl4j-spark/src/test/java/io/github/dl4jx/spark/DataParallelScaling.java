package io.github.dl4jx.spark;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.parallel.OneBitDataParallel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * One network on two and on four workers of one core, by every exchange: accuracy, bytes on the
 * wire beside those on paper, and bits beside those of threads; with executors killed; and the time
 * of an iteration over links that are slowed down.
 *
 * <p>{@code mvn -q -Pspark-parallel -pl dl4j-spark -am verify [-Dscaling.epochs=5]}; {@code
 * -Dscaling.part=mnist}, {@code kills} or {@code links} for one part. Links need Linux, root,
 * {@code unshare} and {@code tc}.
 */
public final class DataParallelScaling {

  private static final int BATCH = 64;
  private static final int TRAINING_EXAMPLES = 60_000;
  private static final int ONE_BIT_BYTES = 27_594;
  private static final int KILLS = 10;
  private static final int[] WORKERS = {2, 4};
  private static final int[] MEGABITS = {0, 1000, 100};

  /** The ways to exchange gradients. */
  private enum Exchange {
    EXACT,
    GATHER,
    TWICE;

    SparkDataParallel.Builder of(SparkDataParallel.Builder builder) {
      return switch (this) {
        case EXACT -> builder.exact();
        case GATHER -> builder;
        case TWICE -> builder.quantizedTwice();
      };
    }

    OneBitDataParallel threads(MultiLayerNetwork net, int workers, int exactIterations) {
      OneBitDataParallel.Builder builder =
          OneBitDataParallel.of(net).workers(workers).exactIterations(exactIterations);
      return switch (this) {
        case EXACT -> builder.exact().build();
        case GATHER -> builder.build();
        case TWICE -> builder.quantizedTwice().build();
      };
    }

    /** Bytes that a worker sends in an iteration on paper, of a message of the whole gradient. */
    double onPaper(int workers, double exactBytes, double oneBitBytes) {
      double ring = 2.0 * (workers - 1) / workers;
      return switch (this) {
        case EXACT -> ring * exactBytes;
        case GATHER -> (workers - 1) * oneBitBytes;
        case TWICE -> ring * oneBitBytes;
      };
    }
  }

  private DataParallelScaling() {}

  /**
   * Runs a part of the measurement, or all of it.
   *
   * @param args the folder of MNIST's packed files, the number of epochs, the part
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path mnist = Path.of(args[0]);
    int epochs = Integer.parseInt(args[1]);
    String part = args[2];
    if (part.equals("mnist") || part.equals("all")) {
      mnist(mnist, epochs);
    }
    if (part.equals("kills") || part.equals("all")) {
      kills(mnist, epochs);
    }
    if (part.equals("links") || part.equals("all")) {
      inOwnNetwork(args);
    }
    if (part.equals("slow links")) {
      links();
    }
  }

  private static MultiLayerNetwork network(IUpdater updater) {
    return network(updater, 784, 256, 10);
  }

  private static MultiLayerNetwork network(IUpdater updater, int... sizes) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .activation(Activation.RELU)
            .updater(updater)
            .list();
    for (int i = 1; i < sizes.length - 1; i++) {
      layers.layer(new DenseLayer.Builder().nIn(sizes[i - 1]).nOut(sizes[i]).build());
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            layers
                .layer(
                    new OutputLayer.Builder()
                        .nIn(sizes[sizes.length - 2])
                        .nOut(sizes[sizes.length - 1])
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static SparkConf conf(LocalCluster cluster, String name) {
    return cluster
        .conf(name)
        .set("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
        .set("spark.stage.maxConsecutiveAttempts", "20")
        .set("spark.executor.memory", "1g")
        .set("spark.executor.extraJavaOptions", "-XX:+UseSerialGC");
  }

  private static void mnist(Path folder, int epochs) throws IOException, InterruptedException {
    TrainingData training = TrainingData.of(MnistFiles.read(folder, "train"), BATCH);
    DataSet test = MnistFiles.read(folder, "t10k");
    for (int workers : WORKERS) {
      try (LocalCluster cluster = LocalCluster.start(temporary(), workers);
          JavaSparkContext context = SparkStart.start(conf(cluster, "mnist"))) {
        for (IUpdater updater : List.of(new Sgd(0.1), new Adam(1e-3))) {
          for (Exchange exchange : Exchange.values()) {
            mnist(context, exchange, 0, workers, updater, training, test, epochs);
          }
          int epoch = (TRAINING_EXAMPLES / BATCH + workers) / workers;
          mnist(context, Exchange.TWICE, epoch, workers, updater, training, test, epochs);
        }
      }
    }
  }

  private static void mnist(
      JavaSparkContext context,
      Exchange exchange,
      int exactIterations,
      int workers,
      IUpdater updater,
      TrainingData training,
      DataSet test,
      int epochs) {
    MultiLayerNetwork net = network(updater);
    SparkDataParallel parallel = exchange.of(builder(context, workers, exactIterations)).build();
    parallel.train(net, training, epochs);
    MultiLayerNetwork again = network(updater);
    exchange.of(builder(context, workers, exactIterations)).build().train(again, training, epochs);
    MultiLayerNetwork twin = network(updater);
    exchange.threads(twin, workers, exactIterations).fit(training.all(1), epochs);
    TrainingCost cost = parallel.cost();
    double sent = (double) cost.bytes() / workers / cost.iterations();
    double exactBytes = 4.0 * net.numParams();
    double exactPart = (double) exactIterations / cost.iterations();
    double onPaper =
        exactPart * Exchange.EXACT.onPaper(workers, exactBytes, ONE_BIT_BYTES)
            + (1 - exactPart) * exchange.onPaper(workers, exactBytes, ONE_BIT_BYTES);
    System.out.printf(
        Locale.ROOT,
        "%d workers, %s, %s, the first %d iterations exact: accuracy %.2f %%, %d iterations, %.0f bytes a worker and iteration, on"
            + " paper %.0f (%+.1f %%), %.2f ms an iteration; bits: again %s, threads %s%n",
        workers,
        updater.getClass().getSimpleName(),
        exchange,
        exactIterations,
        100 * net.evaluate(new ListDataSetIterator<>(test.asList(), 1000)).accuracy(),
        cost.iterations(),
        sent,
        onPaper,
        100 * (sent / onPaper - 1),
        1e3 * cost.seconds() / cost.iterations(),
        same(net, again),
        same(net, twin));
  }

  private static SparkDataParallel.Builder builder(
      JavaSparkContext context, int workers, int exactIterations) {
    return SparkDataParallel.on(context).workers(workers).exactIterations(exactIterations);
  }

  private static boolean same(MultiLayerNetwork one, MultiLayerNetwork other) {
    return Arrays.equals(Tasks.bits(one.params()), Tasks.bits(other.params()))
        && Arrays.equals(updater(one), updater(other));
  }

  private static int[] updater(MultiLayerNetwork net) {
    INDArray state = Network.of(net).updater().getStateViewArray();
    return state == null ? new int[0] : Tasks.bits(state);
  }

  /** An executor is killed at ten random moments, each after a stretch was finished. */
  private static void kills(Path folder, int epochs) throws IOException, InterruptedException {
    TrainingData training = TrainingData.of(MnistFiles.read(folder, "train"), BATCH);
    MultiLayerNetwork net = network(new Adam(1e-3));
    Random random = new Random(7);
    List<String> killed = new ArrayList<>();
    long start = System.nanoTime();
    try (LocalCluster cluster = LocalCluster.start(temporary(), 2);
        JavaSparkContext context = SparkStart.start(conf(cluster, "kills"))) {
      SparkDataParallel.on(context)
          .workers(2)
          .quantizedTwice()
          .stretch(100)
          .progress(
              (network, stretch, score) -> {
                if (killed.size() < KILLS) {
                  int after = random.nextInt(4000); // a stretch takes a few seconds
                  killed.add((System.nanoTime() - start) / 1_000_000 + after + " ms");
                  new Thread(() -> kill(cluster, after, random.nextBoolean()), "killer").start();
                }
              })
          .build()
          .train(net, training, epochs);
    }
    MultiLayerNetwork twin = network(new Adam(1e-3));
    Exchange.TWICE.threads(twin, 2, 0).fit(training.all(1), epochs);
    System.out.printf(
        "SIGKILL of an executor at %d random moments (%s): bits of threads %s%n",
        killed.size(), String.join(", ", killed), same(net, twin));
  }

  private static void kill(LocalCluster cluster, int after, boolean second) {
    try {
      TimeUnit.MILLISECONDS.sleep(after);
    } catch (InterruptedException e) {
      return;
    }
    List<ProcessHandle> executors = cluster.executors();
    if (!executors.isEmpty()) {
      executors.get(second ? executors.size() - 1 : 0).destroyForcibly();
    }
  }

  private static Path temporary() throws IOException {
    return Files.createTempDirectory("dl4jx-spark");
  }

  /** The same program in a network of its own, where links may be slowed down. */
  private static void inOwnNetwork(String[] args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("unshare", "-n"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(SparkStart.flags().split(" ")));
    command.addAll(List.of("-Xmx2g", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(DataParallelScaling.class.getName(), args[0], args[1], "slow links"));
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      System.out.println("Links cannot be slowed down here: " + command.get(0) + " ended " + code);
    }
  }

  private static void links() throws IOException, InterruptedException {
    run("ip", "link", "set", "lo", "up");
    for (int workers : WORKERS) {
      // an address of its own for each worker, whose link is what leaves it
      try (LocalCluster cluster =
              LocalCluster.start(temporary(), workers, DataParallelScaling::address);
          JavaSparkContext context = SparkStart.start(conf(cluster, "links"))) {
        for (int[] sizes : new int[][] {{784, 256, 10}, {784, 3000, 2500, 10}}) {
          for (Exchange exchange : Exchange.values()) {
            iterations(context, workers, sizes, exchange); // warms up
          }
          for (int megabits : MEGABITS) {
            limit(workers, megabits);
            for (Exchange exchange : Exchange.values()) {
              link(context, workers, megabits, sizes, exchange);
            }
          }
          limit(workers, 0);
        }
      }
    }
  }

  private static String address(int worker) {
    return "127.0.0." + (worker + 2);
  }

  private static void limit(int workers, int megabits) throws IOException, InterruptedException {
    new ProcessBuilder("tc", "qdisc", "del", "dev", "lo", "root").start().waitFor();
    if (megabits == 0) {
      return;
    }
    String rate = megabits + "mbit";
    run("tc", "qdisc", "add", "dev", "lo", "root", "handle", "1:", "htb", "default", "99");
    run(
        "tc", "class", "add", "dev", "lo", "parent", "1:", "classid", "1:99", "htb", "rate",
        "100gbit", "quantum", "60000");
    for (int w = 0; w < workers; w++) {
      String id = "1:" + (w + 2);
      run(
          "tc", "class", "add", "dev", "lo", "parent", "1:", "classid", id, "htb", "rate", rate,
          "ceil", rate, "burst", "64k", "cburst", "64k", "quantum", "60000");
      run(
          "tc",
          "filter",
          "add",
          "dev",
          "lo",
          "parent",
          "1:",
          "protocol",
          "ip",
          "prio",
          "1",
          "u32",
          "match",
          "ip",
          "src",
          address(w) + "/32",
          "flowid",
          id);
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(String.join(" ", command) + " ended " + code);
    }
  }

  private static void link(
      JavaSparkContext context, int workers, int megabits, int[] sizes, Exchange exchange) {
    TrainingCost cost = iterations(context, workers, sizes, exchange);
    double bytes = (double) cost.bytes() / workers / cost.iterations();
    System.out.printf(
        Locale.ROOT,
        "%d workers, %s, %s, %s: %.1f ms an iteration; %.0f bytes of a worker take %.1f ms%n",
        workers,
        Arrays.toString(sizes),
        megabits == 0 ? "no limit" : megabits + " Mbit/s",
        exchange,
        1e3 * cost.seconds() / cost.iterations(),
        bytes,
        megabits == 0 ? 0 : bytes * 8 / (megabits * 1e3));
  }

  private static TrainingCost iterations(
      JavaSparkContext context, int workers, int[] sizes, Exchange exchange) {
    MultiLayerNetwork net = network(new Sgd(0.01), sizes);
    long examples = 8L * workers * (net.numParams() > 1_000_000 ? 8 : 200);
    DataSet points =
        new DataSet(
            Nd4j.rand(DataType.FLOAT, examples, sizes[0]),
            Nd4j.zeros(DataType.FLOAT, examples, 10));
    points.getLabels().putColumn(0, Nd4j.ones(DataType.FLOAT, examples));
    SparkDataParallel parallel =
        exchange.of(SparkDataParallel.on(context).workers(workers)).build();
    parallel.train(net, TrainingData.of(points, 8), 1);
    return parallel.cost();
  }
}
