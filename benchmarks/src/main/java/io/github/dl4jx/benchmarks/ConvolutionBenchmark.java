package io.github.dl4jx.benchmarks;

import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.onednn.OneDnnConvolution;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
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
import org.openjdk.jmh.annotations.Warmup;

/** LeNet-5 at batch 128; on ND4J's oneDNN binaries, see docs/performance.md. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ConvolutionBenchmark {

  private static final int BATCH = 128;

  private final INDArray features = Nd4j.rand(DataType.FLOAT, BATCH, 28 * 28);
  private final INDArray labels = labels();
  private MultiLayerNetwork deeplearning4j = leNet(false);
  private MultiLayerNetwork oneDnn = leNet(true);

  private static INDArray labels() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, 10);
    for (int i = 0; i < BATCH; i++) {
      labels.putScalar(i, i % 10, 1);
    }
    return labels;
  }

  private static MultiLayerNetwork leNet(boolean oneDnn) {
    BroadcastGuard.install();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .activation(Activation.RELU)
                .updater(new Adam(1e-3))
                .list()
                .layer(convolution(6, oneDnn))
                .layer(pooling())
                .layer(convolution(16, oneDnn))
                .layer(pooling())
                .layer(convolution(120, oneDnn))
                .layer(new DenseLayer.Builder().nOut(84).build())
                .layer(new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutionalFlat(28, 28, 1))
                .build());
    network.init();
    return network;
  }

  private static ConvolutionLayer convolution(int outputs, boolean oneDnn) {
    ConvolutionLayer.Builder builder =
        new ConvolutionLayer.Builder(5, 5).padding(2, 2).nOut(outputs);
    return oneDnn ? new OneDnnConvolution(builder) : builder.build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build();
  }

  /** Begins anew: a batch that is learnt by heart has denormal gradients, which are slow. */
  @Setup(Level.Iteration)
  public void begin() {
    deeplearning4j = leNet(false);
    oneDnn = leNet(true);
  }

  /** A training step with Deeplearning4j's layers. */
  @Benchmark
  public double deeplearning4jStep() {
    deeplearning4j.fit(features, labels);
    return deeplearning4j.score();
  }

  /** A training step with ours. */
  @Benchmark
  public double oneDnnStep() {
    oneDnn.fit(features, labels);
    return oneDnn.score();
  }

  /** Deeplearning4j's answers. */
  @Benchmark
  public INDArray deeplearning4jOutput() {
    return deeplearning4j.output(features);
  }

  /** The same answers with our layers. */
  @Benchmark
  public INDArray oneDnnOutput() {
    return oneDnn.output(features);
  }
}
