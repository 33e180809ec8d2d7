package io.github.dl4jx.benchmarks;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.training.TrainingData;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
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
 * Ten networks for 100 steps each, one after the other or as one wide network; with {@code
 * OMP_NUM_THREADS=1}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 7)
@Fork(1)
public class StackedTrainingBenchmark {

  private static final int STEPS = 100;

  /** The members' layers and their batch. */
  @Param({"64-64-10 128", "16-32-4 32", "784-256-10 128"})
  public String members = "";

  private TrainingData data = TrainingData.of(new DataSet(Nd4j.ones(1, 1), Nd4j.ones(1, 1)), 1);
  private StackedShape shape = StackedShape.of("1-1-2");

  /** Draws the examples. */
  @Setup
  public void draw() {
    int space = members.indexOf(' ');
    shape = StackedShape.of(members.substring(0, space));
    int batch = Integer.parseInt(members.substring(space + 1));
    int examples = batch * STEPS;
    INDArray features = Nd4j.rand(DataType.FLOAT, examples, shape.inputs);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, examples, shape.classes);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % shape.classes, 1);
    }
    data = TrainingData.of(new DataSet(features, labels), batch);
  }

  private DeepEnsemble.Builder trainer() {
    return DeepEnsemble.of(shape.configuration(1)).members(10);
  }

  /** One after the other. */
  @Benchmark
  public int separate() {
    try (Ensemble ensemble = trainer().build().fit(data, 1)) {
      return ensemble.size();
    }
  }

  /** As one wide network. */
  @Benchmark
  public int stacked() {
    try (Ensemble ensemble = trainer().stacked().build().fit(data, 1)) {
      return ensemble.size();
    }
  }
}
