package io.github.dl4jx.benchmarks;

import io.github.dl4jx.training.openblas.OpenBlas;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A training step at batch 128 by the kernels that OpenBLAS chooses, and by the best. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 7, time = 2)
@Fork(1)
public class OpenBlasBenchmark {

  private static final int BATCH = 128;

  private static final int BATCHES = 32;

  /** Which kernels; each has a JVM of its own. */
  @Param({"chosen", "best"})
  public String kernels = "";

  /** Units of the hidden layers, between 784 inputs and 10 classes. */
  @Param({"64,64", "256", "1024,1024"})
  public String hidden = "";

  private final List<DataSet> batches = new ArrayList<>();
  private @Nullable MultiLayerNetwork network;
  private int next;

  /** Chooses the kernels, then loads ND4J. */
  @Setup
  public void load() {
    if (kernels.equals("best")) {
      OpenBlas.useBestCoreType();
    }
    System.out.println("OpenBLAS multiplies by " + OpenBlas.coreType().orElse("unknown kernels"));
    for (int b = 0; b < BATCHES; b++) {
      INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, 10);
      for (int i = 0; i < BATCH; i++) {
        labels.putScalar(i, (i * 7 + b) % 10, 1);
      }
      batches.add(new DataSet(Nd4j.rand(DataType.FLOAT, BATCH, 784), labels));
    }
  }

  /**
   * Begins anew: a network that has learnt its batches by heart has denormal gradients, which are
   * slow.
   */
  @Setup(Level.Iteration)
  public void begin() {
    network = network();
  }

  private MultiLayerNetwork network() {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .activation(Activation.RELU)
            .updater(new Adam(1e-3))
            .list();
    int inputs = 784;
    for (String units : hidden.split(",", -1)) {
      int outputs = Integer.parseInt(units);
      layers.layer(new DenseLayer.Builder().nIn(inputs).nOut(outputs).build());
      inputs = outputs;
    }
    layers.layer(
        new OutputLayer.Builder().nIn(inputs).nOut(10).activation(Activation.SOFTMAX).build());
    MultiLayerNetwork made = new MultiLayerNetwork(layers.build());
    made.init();
    return made;
  }

  /** A training step. */
  @Benchmark
  public double step() {
    MultiLayerNetwork trained = Objects.requireNonNull(network);
    trained.fit(batches.get(next++ % BATCHES));
    return trained.score();
  }
}
