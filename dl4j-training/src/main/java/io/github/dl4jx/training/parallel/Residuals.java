package io.github.dl4jx.training.parallel;

import io.github.dl4jx.training.resume.ListenerState;
import io.github.dl4jx.training.resume.ResumableListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The residuals of the workers, the quantization error so far, as a state for checkpoints. */
final class Residuals extends BaseTrainingListener implements ResumableListener {

  private static final String ONCE = "OneBitDataParallel residuals";
  private static final String TWICE = ONCE + ", quantized twice";

  /**
   * For each worker, in the order of the flattened gradient; then, if messages are quantized twice,
   * those of the sum, each worker's part of them.
   */
  final float[][] values;

  private final String kind;
  private final int workers;

  /** Copies for checkpoints, once there has been one. */
  private final List<INDArray> copies = new ArrayList<>();

  Residuals(int workers, int length, boolean twice) {
    this.workers = workers;
    values = new float[twice ? workers + 1 : workers][length];
    kind = twice ? TWICE : ONCE;
  }

  /** The residual of the sum, if messages are quantized twice. */
  float[] ofSum() {
    return values[workers];
  }

  @Override
  public ListenerState state() {
    for (int w = 0; w < values.length; w++) {
      if (copies.size() == w) {
        copies.add(Nd4j.createUninitializedDetached(DataType.FLOAT, values[w].length));
      }
      OffHeap.floats(copies.get(w)).put(values[w]);
    }
    return new ListenerState(kind, Map.of(), copies);
  }

  /**
   * Checks a saved state.
   *
   * @throws IllegalArgumentException if it is of another number of workers, or another network;
   *     nothing is changed then
   */
  @Override
  public void check(Model model, ListenerState state) {
    List<INDArray> arrays = state.arrays();
    if (arrays.size() != values.length) {
      throw new IllegalArgumentException(
          "workers must be "
              + (arrays.size() - values.length + workers)
              + ", as when the residuals were saved, got "
              + workers);
    }
    for (INDArray array : arrays) {
      if (array.dataType() != DataType.FLOAT || array.length() != values[0].length) {
        throw new IllegalArgumentException(
            "residuals must be FLOAT "
                + values[0].length
                + ", as the network's parameters, got "
                + array.dataType()
                + " "
                + array.length());
      }
    }
  }

  @Override
  public void restore(Model model, ListenerState state) {
    check(model, state);
    List<INDArray> arrays = state.arrays();
    for (int w = 0; w < values.length; w++) {
      OffHeap.floats(arrays.get(w)).get(values[w]);
    }
    arrays.forEach(INDArray::close);
  }
}
