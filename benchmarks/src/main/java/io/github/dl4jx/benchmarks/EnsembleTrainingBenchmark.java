package io.github.dl4jx.benchmarks;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.training.TrainingData;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** An epoch of ten 784-256-10 networks, in one thread or two; with {@code OMP_NUM_THREADS=1}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 7)
@Fork(1)
public class EnsembleTrainingBenchmark {

  private static final int EXAMPLES = 12_800;
  private static final int BATCH = 128;

  /** Networks trained at once. */
  @Param({"1", "2"})
  public int parallelism;

  private final TrainingData data = data();

  private static TrainingData data() {
    INDArray features = Nd4j.rand(DataType.FLOAT, EXAMPLES, 784);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, EXAMPLES, 10);
    for (int i = 0; i < EXAMPLES; i++) {
      labels.putScalar(i, i % 10, 1);
    }
    return TrainingData.of(new DataSet(features, labels), BATCH);
  }

  private static MultiLayerConfiguration configuration() {
    return new NeuralNetConfiguration.Builder()
        .activation(Activation.RELU)
        .updater(new Adam(1e-3))
        .list()
        .layer(new DenseLayer.Builder().nIn(784).nOut(256).build())
        .layer(new OutputLayer.Builder().nIn(256).nOut(10).activation(Activation.SOFTMAX).build())
        .build();
  }

  /** Trains the ensemble. */
  @Benchmark
  public int train() {
    try (Ensemble ensemble =
        DeepEnsemble.of(configuration())
            .members(10)
            .parallelism(parallelism)
            .build()
            .fit(data, 1)) {
      return ensemble.size();
    }
  }
}
