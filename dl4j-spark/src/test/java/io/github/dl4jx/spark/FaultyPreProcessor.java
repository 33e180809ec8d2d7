package io.github.dl4jx.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.TaskContext;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Changes nothing, and fails in the first attempts of a Spark task. */
public final class FaultyPreProcessor implements InputPreProcessor {

  private static final long serialVersionUID = 1;

  @JsonProperty("failures")
  private final int failures;

  @JsonProperty("after")
  private final String after;

  /**
   * A fault.
   *
   * @param failures how many attempts fail
   * @param after a file that is waited for before failing
   */
  @JsonCreator
  public FaultyPreProcessor(
      @JsonProperty("failures") int failures, @JsonProperty("after") String after) {
    this.failures = failures;
    this.after = after;
  }

  @Override
  public INDArray preProcess(INDArray input, int batch, LayerWorkspaceMgr workspaces) {
    TaskContext task = TaskContext.get();
    if (task != null && task.attemptNumber() < failures) {
      while (!Files.exists(Path.of(after))) {
        LockSupport.parkNanos(10_000_000);
      }
      throw new IllegalStateException("injected");
    }
    return workspaces.dup(ArrayType.ACTIVATIONS, input);
  }

  @Override
  public INDArray backprop(INDArray gradient, int batch, LayerWorkspaceMgr workspaces) {
    return workspaces.dup(ArrayType.ACTIVATION_GRAD, gradient);
  }

  @Override
  public InputPreProcessor clone() {
    return new FaultyPreProcessor(failures, after);
  }

  @Override
  public InputType getOutputType(InputType input) {
    return input;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
    return new Pair<>(mask, state);
  }
}
