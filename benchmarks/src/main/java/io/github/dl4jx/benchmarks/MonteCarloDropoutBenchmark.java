package io.github.dl4jx.benchmarks;

import io.github.dl4jx.ensembles.uncertainty.MonteCarloDropout;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
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

/** The mean of 50 predictions of a 784-256-256-10 network with Deeplearning4j's dropout. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class MonteCarloDropoutBenchmark {

  private static final int SAMPLES = 50;

  /** Number of examples. */
  @Param({"1", "32", "256"})
  public int batch;

  private final MultiLayerNetwork net = network();
  private final MonteCarloDropout dropout =
      MonteCarloDropout.of(net).samples(SAMPLES).seed(1).build();
  private INDArray features = Nd4j.empty();

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nIn(784).nOut(256).build())
                .layer(
                    new DenseLayer.Builder().nIn(256).nOut(256).dropOut(new Dropout(0.5)).build())
                .layer(
                    new OutputLayer.Builder()
                        .nIn(256)
                        .nOut(10)
                        .activation(Activation.SOFTMAX)
                        .dropOut(new Dropout(0.5))
                        .build())
                .build());
    net.init();
    return net;
  }

  /** Draws the examples. */
  @Setup
  public void draw() {
    features = Nd4j.rand(DataType.FLOAT, batch, 784);
  }

  /** The obvious way. */
  @Benchmark
  public INDArray loop() {
    INDArray sum = net.output(features, true);
    for (int t = 1; t < SAMPLES; t++) {
      sum.addi(net.output(features, true));
    }
    return sum.divi(SAMPLES);
  }

  /** This project's. */
  @Benchmark
  public INDArray monteCarlo() {
    return dropout.predict(features).mean();
  }
}
