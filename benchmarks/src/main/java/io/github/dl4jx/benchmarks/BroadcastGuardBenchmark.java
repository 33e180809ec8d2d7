package io.github.dl4jx.benchmarks;

import io.github.dl4jx.training.guard.BroadcastGuard;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.openjdk.jmh.annotations.AuxCounters;
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

/**
 * The price of {@link BroadcastGuard}: of the addition of a bias to a small matrix, and of a
 * training step of a network so small that nearly all of its time is the price of calls.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(5)
public class BroadcastGuardBenchmark {

  /** ND4J's executioner as it is, or guarded. */
  @Param({"plain", "guarded"})
  public String executioner = "plain";

  private final INDArray matrix = Nd4j.zeros(DataType.FLOAT, 8, 16);
  private final INDArray row = Nd4j.ones(DataType.FLOAT, 16);
  private final DataSet batch =
      new DataSet(Nd4j.rand(DataType.FLOAT, 8, 8), Nd4j.rand(DataType.FLOAT, 8, 4));
  private final MultiLayerNetwork network = network();

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(1e-3))
                .list()
                .layer(new DenseLayer.Builder().nIn(8).nOut(16).activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(16)
                        .nOut(4)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    return net;
  }

  /** Installs the guard, or makes sure that nothing has. */
  @Setup
  public void install() {
    if (executioner.equals("guarded")) {
      if (!BroadcastGuard.install()) {
        throw new IllegalStateException("the guard is not in force");
      }
    } else if (Proxy.isProxyClass(Nd4j.getExecutioner().getClass())) {
      throw new IllegalStateException("the guard is in force");
    }
  }

  /** A bias of 16 for 8 examples. */
  @Benchmark
  public INDArray broadcast(Processor processor) {
    processor.calls++;
    return matrix.addiRowVector(row);
  }

  /** A step of an 8-16-4 network at batch 8. */
  @Benchmark
  public double step(Processor processor) {
    processor.calls++;
    network.fit(batch);
    return network.score();
  }

  /** What the guard itself costs: a call that does nothing. */
  @Benchmark
  public void nothing(Processor processor) {
    processor.calls++;
    Nd4j.getExecutioner().commit();
  }

  /**
   * Time of the processor, which other programs do not lengthen as they do the time by the clock.
   */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Processor {

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long start;
    private long calls;

    /** Starts to measure. */
    @Setup(Level.Iteration)
    public void start() {
      calls = 0;
      start = threads.getCurrentThreadCpuTime();
    }

    /** Nanoseconds a call. */
    public double cpuNanos() {
      return (double) (threads.getCurrentThreadCpuTime() - start) / calls;
    }
  }
}
