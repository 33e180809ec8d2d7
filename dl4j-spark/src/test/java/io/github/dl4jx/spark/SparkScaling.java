package io.github.dl4jx.spark;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleListener;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.internal.RawArray;
import io.github.dl4jx.training.internal.RawExamples;
import io.github.dl4jx.training.network.ModelFiles;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.io.CompressionCodec$;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Measures bagging of ten 784-256-10 networks on MNIST: on this machine, on a cluster of one and of
 * two workers of one core, and with an executor that is killed; and compares every bit.
 *
 * <p>{@code mvn -q -Pspark-scaling -pl dl4j-spark -am verify [-Dscaling.epochs=2]}. Times are those
 * of {@code fit} on warm executors: sending the data is in, starting is not.
 */
public final class SparkScaling {

  private static final int MEMBERS = 10;
  private static final int BATCH = 128;

  private final int epochs;
  private final TrainingData training;
  private final DataSet test;
  private final Map<String, Double> seconds = new TreeMap<>();

  private SparkScaling(Path mnist, int epochs) throws IOException {
    this.epochs = epochs;
    this.training = TrainingData.of(MnistFiles.read(mnist, "train"), BATCH);
    this.test = MnistFiles.read(mnist, "t10k");
  }

  /**
   * Runs the measurement.
   *
   * @param args the folder of MNIST's packed files, the epochs of a member
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    new SparkScaling(Path.of(args[0]), Integer.parseInt(args[1])).run();
  }

  private void run() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("dl4jx-spark");
    printSizes();
    bagging(2).parallelism(2).build().fit(training, 1); // warms up
    Ensemble here = timed("here, 1 thread", bagging(MEMBERS).build());
    timed("here, 2 threads", bagging(MEMBERS).parallelism(2).build());
    try (LocalCluster cluster = LocalCluster.start(folder, 2)) {
      Ensemble one = onWorkers(cluster, 1, "1 worker", (m, finished, of, net) -> {});
      compare("1 worker", one, here);
      Ensemble two = onWorkers(cluster, 2, "2 workers", (m, finished, of, net) -> {});
      compare("2 workers", two, here);
      EnsembleListener killer =
          (m, finished, of, net) -> {
            if (finished == 3) {
              cluster.executors().get(0).destroyForcibly();
            }
          };
      Ensemble killed = onWorkers(cluster, 2, "2 workers, one executor killed", killer);
      compare("2 workers, one executor killed", killed, here);
    }
    // what other load the machine has shows in the threads, too
    System.out.printf(
        Locale.ROOT,
        "two workers take %.3f of the time of one, two threads %.3f%n",
        seconds.get("2 workers") / seconds.get("1 worker"),
        seconds.get("here, 2 threads") / seconds.get("here, 1 thread"));
  }

  /** What goes over the network, compressed as Spark does it. */
  private void printSizes() throws IOException {
    CountingOutputStream data = new CountingOutputStream();
    try (ObjectOutputStream out =
        new ObjectOutputStream(
            CompressionCodec$.MODULE$.createCodec(new SparkConf()).compressedOutputStream(data))) {
      out.writeObject(new RawExamples(training.examples()));
    }
    System.out.printf(
        Locale.ROOT,
        "examples: %.1f MB, sent as %.1f MB%n",
        RawArray.of(training.examples().getFeatures(), "features").bytes() / 1e6,
        data.count / 1e6);
  }

  private static final class CountingOutputStream extends OutputStream {
    long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      count += length;
    }
  }

  private static Bagging.Builder bagging(int members) {
    MultiLayerConfiguration network =
        new NeuralNetConfiguration.Builder()
            .activation(Activation.RELU)
            .updater(new Adam(1e-3))
            .list()
            .layer(new DenseLayer.Builder().nIn(784).nOut(256).build())
            .layer(
                new OutputLayer.Builder().nIn(256).nOut(10).activation(Activation.SOFTMAX).build())
            .build();
    return Bagging.of(network).members(members).seed(42);
  }

  private Ensemble onWorkers(
      LocalCluster cluster, int workers, String name, EnsembleListener listener) {
    String cores = String.valueOf(workers);
    try (JavaSparkContext context =
        SparkStart.start(
            cluster
                .conf(name)
                .set("spark.cores.max", cores)
                // an executor of one core collects garbage on that core
                .set("spark.executor.extraJavaOptions", "-XX:+UseSerialGC"))) {
      SparkTraining spark = SparkTraining.on(context);
      bagging(2 * workers).execution(spark).build().fit(training, 2); // warms up
      Ensemble trained = timed(name, bagging(MEMBERS).execution(spark).progress(listener).build());
      spark.machines().forEach((m, machine) -> System.out.println((m + 1) + ": " + machine));
      return trained;
    }
  }

  private Ensemble timed(String name, Bagging bagging) {
    long start = System.nanoTime();
    Ensemble trained = bagging.fit(training, epochs);
    seconds.put(name, (System.nanoTime() - start) / 1e9);
    System.out.printf(Locale.ROOT, "%s: %.1f s%n", name, seconds.get(name));
    return trained;
  }

  private void compare(String name, Ensemble there, Ensemble here) {
    boolean same = true;
    for (int m = 0; m < MEMBERS; m++) {
      same &=
          Arrays.equals(Tasks.bits(there.member(m).params()), Tasks.bits(here.member(m).params()));
    }
    System.out.printf("a member comes back as %d bytes%n", memberBytes(there));
    Evaluation one = evaluate(there);
    Evaluation other = evaluate(here);
    System.out.printf(
        Locale.ROOT,
        "%s: parameters bit-identical to those from here: %s, evaluation equal: %s, accuracy %.4f%n",
        name,
        same,
        one.getConfusionMatrix().equals(other.getConfusionMatrix()),
        one.accuracy());
  }

  private static int memberBytes(Ensemble ensemble) {
    try {
      return ModelFiles.write(ensemble.member(0)).length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Evaluation evaluate(Ensemble ensemble) {
    return ensemble.evaluate(new ListDataSetIterator<>(test.asList(), 1000));
  }
}
