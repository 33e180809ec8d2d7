package io.github.dl4jx.benchmarks;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.SoftVote;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
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

/**
 * The mean output of ten networks: a loop of their {@code output}, the ensemble that answers as one
 * network where that is faster, and the one that asks each; on one thread with {@code
 * OMP_NUM_THREADS=1} and {@code taskset -c 0}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class StackedServingBenchmark {

  private static final int MEMBERS = 10;

  /** The members' layers. */
  @Param({"64-64-10", "784-256-10"})
  public String members = "";

  /** Number of examples. */
  @Param({"1", "32", "256"})
  public int batch;

  private final List<MultiLayerNetwork> networks = new ArrayList<>();
  private INDArray features = Nd4j.empty();
  private Ensemble ensemble = Ensemble.of(new SoftVote(), List.of(network("1-1-2", 1)));
  private Ensemble exact = ensemble.exact();

  private static MultiLayerNetwork network(String shape, long seed) {
    MultiLayerNetwork network = new MultiLayerNetwork(StackedShape.of(shape).configuration(seed));
    network.init();
    return network;
  }

  /** Makes the members and draws the examples. */
  @Setup
  public void draw() {
    for (int seed = 1; seed <= MEMBERS; seed++) {
      networks.add(network(members, seed));
    }
    ensemble = Ensemble.of(new SoftVote(), networks);
    exact = ensemble.exact();
    features = Nd4j.rand(DataType.FLOAT, batch, StackedShape.of(members).inputs);
  }

  /** The obvious way. */
  @Benchmark
  public INDArray loop() {
    INDArray sum = networks.get(0).output(features);
    for (int m = 1; m < MEMBERS; m++) {
      sum.addi(networks.get(m).output(features));
    }
    return sum.divi(MEMBERS);
  }

  /** As one network where that is faster. */
  @Benchmark
  public INDArray stacked() {
    return ensemble.output(features);
  }

  /** Each member. */
  @Benchmark
  public INDArray exact() {
    return exact.output(features);
  }
}
