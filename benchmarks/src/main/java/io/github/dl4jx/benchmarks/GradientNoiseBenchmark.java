package io.github.dl4jx.benchmarks;

import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.GaussianDistribution;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One update of Sgd with noise on the gradient. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class GradientNoiseBenchmark {

  /** Number of parameters. */
  @Param({"100000", "1000000", "10000000"})
  public int parameters;

  private final GradientNoise config = GradientNoise.around(new Sgd(0.1)).build();
  private final GradientUpdater<?> noisy = config.instantiate((INDArray) null, true);
  private final GradientUpdater<?> plain = new Sgd(0.1).instantiate((INDArray) null, true);
  private INDArray gradient = Nd4j.empty();
  private INDArray noise = Nd4j.empty();
  private int iteration;

  /** Draws the gradient. */
  @Setup
  public void draw() {
    gradient = Nd4j.rand(DataType.FLOAT, parameters);
    noise = Nd4j.zeros(DataType.FLOAT, parameters);
  }

  /** The obvious way: ND4J's Gaussian into an array that is kept, then added. */
  @Benchmark
  public INDArray nd4jGaussian() {
    double sigma = config.standardDeviation(iteration++, 0);
    Nd4j.getExecutioner().exec(new GaussianDistribution(noise, 0, sigma));
    gradient.addi(noise);
    plain.applyUpdater(gradient, iteration, 0);
    return gradient;
  }

  /** This project's. */
  @Benchmark
  public INDArray gradientNoise() {
    noisy.applyUpdater(gradient, iteration++, 0);
    return gradient;
  }
}
