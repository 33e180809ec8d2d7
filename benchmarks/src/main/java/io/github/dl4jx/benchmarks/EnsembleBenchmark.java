package io.github.dl4jx.benchmarks;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.SoftVote;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
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

/** The mean output of ten 784-256-10 networks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class EnsembleBenchmark {

  private static final int MEMBERS = 10;

  /** Number of examples. */
  @Param({"1", "32", "256"})
  public int batch;

  private final List<MultiLayerNetwork> networks = networks();
  private final Ensemble ensemble = Ensemble.of(new SoftVote(), networks);
  private INDArray features = Nd4j.empty();

  private static List<MultiLayerNetwork> networks() {
    List<MultiLayerNetwork> networks = new ArrayList<>();
    for (int seed = 1; seed <= MEMBERS; seed++) {
      MultiLayerNetwork net =
          new MultiLayerNetwork(
              new NeuralNetConfiguration.Builder()
                  .seed(seed)
                  .activation(Activation.RELU)
                  .list()
                  .layer(new DenseLayer.Builder().nIn(784).nOut(256).build())
                  .layer(
                      new OutputLayer.Builder()
                          .nIn(256)
                          .nOut(10)
                          .activation(Activation.SOFTMAX)
                          .build())
                  .build());
      net.init();
      networks.add(net);
    }
    return networks;
  }

  /** Draws the examples. */
  @Setup
  public void draw() {
    features = Nd4j.rand(DataType.FLOAT, batch, 784);
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

  /** This project's. */
  @Benchmark
  public INDArray ensemble() {
    return ensemble.output(features);
  }
}
