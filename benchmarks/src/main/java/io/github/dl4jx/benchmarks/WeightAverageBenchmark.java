package io.github.dl4jx.benchmarks;

import io.github.dl4jx.random.HeapAverage;
import io.github.dl4jx.random.MovingAverage;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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

/** One update of an average of parameters. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class WeightAverageBenchmark {

  private static final double DECAY = 0.999;

  /** Number of parameters. */
  @Param({"100000", "1000000", "10000000"})
  public int parameters;

  private INDArray average = Nd4j.empty();
  private HeapAverage few = new HeapAverage(Nd4j.zeros(DataType.FLOAT, 1));
  private INDArray mean = Nd4j.empty();
  private INDArray weights = Nd4j.empty();
  private long updates;

  /** Draws the parameters. */
  @Setup
  public void draw() {
    weights = Nd4j.rand(DataType.FLOAT, parameters);
    average = Nd4j.rand(DataType.FLOAT, parameters);
    mean = Nd4j.rand(DataType.DOUBLE, parameters);
    if (parameters <= HeapAverage.MAX_LENGTH) {
      few = new HeapAverage(average);
    }
  }

  /** The obvious way. */
  @Benchmark
  public INDArray naive() {
    return average.muli(DECAY).addi(weights.mul(1 - DECAY));
  }

  /** An exponential moving average, in float. */
  @Benchmark
  public INDArray ema() {
    MovingAverage.update(average, weights, 1 - DECAY);
    return average;
  }

  /** The same as a listener keeps it: on the heap, if there are few parameters. */
  @Benchmark
  public Object emaAsKept() {
    if (parameters > HeapAverage.MAX_LENGTH) {
      return ema();
    }
    few.update(weights, 1 - DECAY);
    return few;
  }

  /** The mean of the parameters so far, in double. */
  @Benchmark
  public INDArray mean() {
    MovingAverage.update(mean, weights, 1.0 / (2 + updates++));
    return mean;
  }

  /** ND4J's copy of one such array. */
  @Benchmark
  public INDArray copy() {
    return average.assign(weights);
  }
}
