package io.github.dl4jx.spark;

import static io.github.dl4jx.spark.Tasks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.parallel.OneBitDataParallel;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One network on two workers of a real cluster, which are killed; and so is the driver. */
@Timeout(300)
class DataParallelClusterIT {

  private static final int EPOCHS = 40;
  private static final int KILLS = 3;

  @TempDir static Path home;

  private static LocalCluster cluster;

  @BeforeAll
  static void startCluster() throws IOException, InterruptedException {
    assumeThat(LocalCluster.obstacle()).as("a cluster can be started").isNull();
    cluster = LocalCluster.start(home, 2);
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static SparkConf conf(String name) {
    return cluster
        .conf(name)
        // a killed executor's successor is looked for every second, not every fifteen
        .set("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
        .set("spark.stage.maxConsecutiveAttempts", "10")
        .set("spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net = new MultiLayerNetwork(Tasks.seeded(16));
    net.init();
    return net;
  }

  private static TrainingData data() {
    return TrainingData.of(Tasks.points(1000, 5), 16);
  }

  private static SparkDataParallel.Builder parallel(JavaSparkContext context) {
    return SparkDataParallel.on(context).workers(2).quantizedTwice().stretch(400);
  }

  private static MultiLayerNetwork onThreads() {
    MultiLayerNetwork twin = network();
    OneBitDataParallel.of(twin)
        .workers(2)
        .quantizedTwice()
        .build()
        .fit(data().all(Tasks.SEED), EPOCHS);
    return twin;
  }

  /** At moments of which every stretch has one. */
  @Test
  void train_executorsKilled_hasTheBitsOfThreads() throws InterruptedException {
    MultiLayerNetwork net = network();
    AtomicBoolean over = new AtomicBoolean();
    List<Long> killed = new ArrayList<>();
    Thread killer = new Thread(() -> kill(over, killed), "killer");
    try (JavaSparkContext context = SparkStart.start(conf("kills"))) {
      killer.start();
      parallel(context).build().train(net, data(), EPOCHS);
    } finally {
      over.set(true);
      killer.join();
    }
    assertThat(killed).hasSize(KILLS);
    assertThat(bits(net.params())).isEqualTo(bits(onThreads().params()));
  }

  private static void kill(AtomicBoolean over, List<Long> killed) {
    Random random = new Random(1);
    while (!over.get() && killed.size() < KILLS) {
      try {
        TimeUnit.MILLISECONDS.sleep(2000 + random.nextInt(3000));
      } catch (InterruptedException e) {
        return;
      }
      List<ProcessHandle> executors = cluster.executors();
      if (executors.size() == 2) {
        executors.get(random.nextInt(2)).destroyForcibly(); // SIGKILL
        killed.add(System.nanoTime());
      }
    }
  }

  /** What the driver's process runs, to be killed. */
  static final class Driver {

    private Driver() {}

    /**
     * Trains, and saves the network.
     *
     * @param args Spark's master, the folder of checkpoints, the file of the network, and settings
     */
    public static void main(String[] args) throws IOException {
      SparkConf conf = new SparkConf();
      for (int i = 2; i < args.length; i++) {
        int equals = args[i].indexOf('=');
        conf.set(args[i].substring(0, equals), args[i].substring(equals + 1));
      }
      MultiLayerNetwork net = network();
      try (JavaSparkContext context = SparkStart.start(conf)) {
        parallel(context).resumeIn(Path.of(args[0]).toFile()).build().train(net, data(), EPOCHS);
      }
      ModelSerializer.writeModel(net, Path.of(args[1]).toFile(), true);
    }
  }

  @Test
  void train_driverKilled_goesOnToTheSameBits(@TempDir Path folder) throws Exception {
    Path checkpoints = folder.resolve("checkpoints");
    Path result = folder.resolve("net.zip");
    Process first = driver(folder, checkpoints, result);
    Path second = checkpoints.resolve("checkpoint-00000002.zip");
    while (first.isAlive() && !Files.exists(second)) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    first.destroyForcibly().waitFor(); // SIGKILL
    assertThat(second).as(Files.readString(folder.resolve("log"))).exists();
    assertThat(result).doesNotExist();
    Process again = driver(folder, checkpoints, result);
    assertThat(again.waitFor()).as(Files.readString(folder.resolve("log"))).isZero();
    MultiLayerNetwork net = ModelSerializer.restoreMultiLayerNetwork(result.toFile());
    assertThat(bits(net.params())).isEqualTo(bits(onThreads().params()));
    assertThat(Files.readString(folder.resolve("log"))).contains("Going on from");
  }

  private static Process driver(Path folder, Path checkpoints, Path result) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(SparkStart.flags().split(" ")));
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:TieredStopAtLevel=1",
            "-Dlog4j2.configurationFile=" + home.resolve("log4j2.properties"),
            "-cp",
            System.getProperty("java.class.path"),
            Driver.class.getName(),
            checkpoints.toString(),
            result.toString()));
    for (scala.Tuple2<String, String> setting : conf("driver").getAll()) {
      command.add(setting._1() + "=" + setting._2());
    }
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
  }
}
