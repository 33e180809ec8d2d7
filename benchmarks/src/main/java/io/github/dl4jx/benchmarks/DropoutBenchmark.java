package io.github.dl4jx.benchmarks;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
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
 * Forward and backward pass of dropout as a dense layer runs them: activations in f-order,
 * gradients in the order of a transposed product, a workspace for what must be stored.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class DropoutBenchmark {

  /** Batch size and width. */
  @Param({"64x256", "64x4096", "256x4096"})
  public String size = "";

  /** Probability of retaining. */
  @Param({"0.5", "0.8"})
  public double p;

  /** Whether masks of a few elements were drawn before, and their loops compiled. */
  @Param("false")
  public boolean afterSmall;

  private IDropout dl4j = new Dropout(0.5);
  private IDropout ours = new InvertedDropout(0.5);
  private INDArray activations = Nd4j.empty();
  private INDArray gradients = Nd4j.empty();
  private final LayerWorkspaceMgr workspaces =
      LayerWorkspaceMgr.builder()
          .with(ArrayType.INPUT, "BENCHMARK", WorkspaceConfiguration.builder().build())
          .build();

  /** Draws the arrays, in c order as dense layers have them. */
  @Setup
  public void draw() {
    String[] dimensions = size.split("x", -1);
    long rows = Long.parseLong(dimensions[0]);
    long columns = Long.parseLong(dimensions[1]);
    activations = Nd4j.rand(DataType.FLOAT, rows, columns);
    gradients = Nd4j.rand(DataType.FLOAT, rows, columns);
    dl4j = new Dropout(p);
    ours = new InvertedDropout(p);
    if (afterSmall) {
      INDArray small = Nd4j.rand(DataType.FLOAT, 1, 16);
      for (int i = 0; i < 100_000; i++) {
        ours.applyDropout(small, small, 0, 0, workspaces);
        ours.backprop(small, small, 0, 0);
      }
    }
  }

  private INDArray forwardAndBackward(IDropout dropout) {
    try (MemoryWorkspace scope = workspaces.notifyScopeEntered(ArrayType.INPUT)) {
      INDArray output =
          workspaces.createUninitialized(
              ArrayType.INPUT, activations.dataType(), activations.shape(), 'c');
      dropout.applyDropout(activations, output, 0, 0, workspaces);
      return dropout.backprop(gradients, gradients, 0, 0);
    }
  }

  /** Deeplearning4j's own. */
  @Benchmark
  public INDArray dl4jDropout() {
    return forwardAndBackward(dl4j);
  }

  /** This project's. */
  @Benchmark
  public INDArray invertedDropout() {
    return forwardAndBackward(ours);
  }
}
