package io.github.dl4jx.benchmarks;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.training.TrainingData;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What bagging costs beside its steps: ten 64-64-10 networks, 5 epochs of 30 batches each, one
 * after the other; with {@code OMP_NUM_THREADS=1}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 9)
@Fork(1)
public class BaggingBenchmark {

  private static final int MEMBERS = 10;
  private static final int EPOCHS = 5;
  private static final int BATCH = 128;
  private static final StackedShape SHAPE = StackedShape.of("64-64-10");

  private final DataSet examples = examples(30 * BATCH);

  private static DataSet examples(int count) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, count, SHAPE.classes);
    for (int i = 0; i < count; i++) {
      labels.putScalar(i, i % SHAPE.classes, 1);
    }
    return new DataSet(Nd4j.rand(DataType.FLOAT, count, SHAPE.inputs), labels);
  }

  /** The obvious way, without samples of the rows. */
  @Benchmark
  public double loop() {
    double score = 0;
    for (int m = 0; m < MEMBERS; m++) {
      MultiLayerNetwork network = new MultiLayerNetwork(SHAPE.configuration(m));
      network.init();
      List<DataSet> batches = examples.batchBy(BATCH);
      network.fit(new ListDataSetIterator<>(batches, BATCH), EPOCHS);
      score += network.score();
      network.close();
    }
    return score;
  }

  /** This project's. */
  @Benchmark
  public int bagging() {
    try (Ensemble ensemble =
        Bagging.of(SHAPE.configuration(1))
            .members(MEMBERS)
            .parallelism(1)
            .build()
            .fit(TrainingData.of(examples, BATCH), EPOCHS)) {
      return ensemble.size();
    }
  }
}
