package io.github.dl4jx.benchmarks;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.listener.ReproducibleTraining;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.Vectorized;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One whole training step of a 784-256-10 network at batch 128.
 *
 * <p>Over many batches, and by new networks in every iteration: a network that has learnt its
 * batches by heart has denormal gradients and moments, which are slow. The noisy one never does.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 7, time = 2)
@Fork(1)
public class TrainingStepBenchmark {

  private static final int BATCHES = 64;

  private final DataSet[] batches = batches();
  private int next;
  private MultiLayerNetwork plain = listened();
  private MultiLayerNetwork vectorized = plain;
  private MultiLayerNetwork noisy = plain;
  private MultiLayerNetwork averaged = plain;
  private MultiLayerNetwork reproducible = plain;
  private MultiLayerNetwork saved = plain;
  private Path folder = Path.of("");

  private static DataSet[] batches() {
    DataSet[] batches = new DataSet[BATCHES];
    for (int b = 0; b < BATCHES; b++) {
      INDArray labels = Nd4j.zeros(DataType.FLOAT, 128, 10);
      for (int i = 0; i < 128; i++) {
        labels.putScalar(i, (i * 7 + b) % 10, 1);
      }
      batches[b] = new DataSet(Nd4j.rand(DataType.FLOAT, 128, 784), labels);
    }
    return batches;
  }

  private static MultiLayerNetwork network(IUpdater updater, @Nullable IDropout dropout) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(updater)
                .list()
                .layer(
                    new DenseLayer.Builder().nIn(784).nOut(256).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder()
                        .nIn(256)
                        .nOut(10)
                        .activation(Activation.SOFTMAX)
                        .dropOut(dropout)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static MultiLayerNetwork listened(TrainingListener... listeners) {
    MultiLayerNetwork net = network(new Adam(1e-3), null);
    net.setListeners(listeners);
    return net;
  }

  /**
   * Begins anew.
   *
   * @throws IOException if the folder for checkpoints cannot be made
   */
  @Setup(Level.Iteration)
  public void begin() throws IOException {
    plain = listened();
    vectorized = network(Vectorized.around(new Adam(1e-3)), null);
    noisy = network(GradientNoise.around(new Adam(1e-3)).build(), new InvertedDropout(0.5));
    averaged = listened(WeightAveragingListener.ema(0.995).build());
    reproducible = listened(new ReproducibleTraining(1));
    folder = Files.createTempDirectory("checkpoints");
    saved = listened(ResumableCheckpoints.in(folder.toFile()).everyIterations(100).build());
  }

  /**
   * Deletes the checkpoints.
   *
   * @throws IOException if that fails
   */
  @TearDown(Level.Iteration)
  public void deleteFolder() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** The yardstick. */
  @Benchmark
  public double plainAdam() {
    return step(plain);
  }

  /** With Adam by vector instructions. */
  @Benchmark
  public double vectorizedAdam() {
    return step(vectorized);
  }

  /** With gradient noise and inverted dropout. */
  @Benchmark
  public double noiseAndDropout() {
    return step(noisy);
  }

  /** With an exponential moving average of the weights. */
  @Benchmark
  public double plainWithAverage() {
    return step(averaged);
  }

  /** With random numbers that are a function of the iteration. */
  @Benchmark
  public double plainReproducible() {
    return step(reproducible);
  }

  /** With a checkpoint every 100 iterations. */
  @Benchmark
  public double plainWithCheckpoints() {
    return step(saved);
  }

  private double step(MultiLayerNetwork net) {
    net.fit(batches[next++ % BATCHES]);
    return net.score();
  }
}
