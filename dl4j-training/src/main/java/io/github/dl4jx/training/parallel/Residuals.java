package io.github.dl4jx.training.parallel;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ListenerState;
import io.github.dl4jx.training.resume.ResumableListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The residuals of all workers of a data-parallel training, the quantization error so far, as a
 * state for checkpoints. Threads and machines have the same.
 */
public final class Residuals extends BaseTrainingListener implements ResumableListener {

  private static final String ONCE = "OneBitDataParallel residuals";
  private static final String TWICE = ONCE + ", quantized twice";

  /**
   * For each worker, in the order of the flattened gradient; then, if messages are quantized twice,
   * those of the sum, each worker's part of them.
   */
  final float[][] values;

  private final String kind;
  private final int workers;
  private final List<GradientLayout> parts;

  /** Copies for checkpoints, once there has been one. */
  private final List<INDArray> copies = new ArrayList<>();

  Residuals(DataParallelSettings settings, GradientLayout layout) {
    workers = settings.workers;
    values = new float[settings.twice ? workers + 1 : workers][layout.length];
    parts = settings.twice ? layout.parts(workers) : List.of();
    kind = settings.twice ? TWICE : ONCE;
  }

  /**
   * {@return residuals that are zero, for the workers of a training whose messages are of one bit,
   * with error feedback}
   *
   * @param network an initialized {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param settings the training's
   * @throws IllegalArgumentException if the network is neither, or there are no residuals
   */
  public static Residuals of(Model network, DataParallelSettings settings) {
    Preconditions.checkArgument(settings != null, "settings must not be null");
    Preconditions.checkArgument(
        settings.hasResiduals(),
        "settings must be of one-bit messages with error feedback, got %s",
        settings);
    return new Residuals(settings, GradientLayout.of(Network.initialized(network).updater()));
  }

  /** The residual of the sum, if messages are quantized twice. */
  float[] ofSum() {
    return values[workers];
  }

  /**
   * One worker's residuals, for {@link ParallelWorker}.
   *
   * @param worker its index, from 0 on
   * @return a copy: of its gradient, and if messages are quantized twice of its part of the sum
   * @throws IllegalArgumentException if there is no such worker
   */
  public float[][] ofWorker(int worker) {
    float[] own = values[checked(worker)].clone();
    if (parts.isEmpty()) {
      return new float[][] {own};
    }
    GradientLayout part = parts.get(worker);
    return new float[][] {own, Arrays.copyOfRange(ofSum(), part.from(), part.to())};
  }

  /**
   * Takes a worker's residuals.
   *
   * @param worker its index, from 0 on
   * @param residuals as {@link #ofWorker} gives them
   * @throws IllegalArgumentException if there is no such worker, or they have another size
   */
  public void setWorker(int worker, float[][] residuals) {
    float[][] now = ofWorker(worker);
    Preconditions.checkArgument(
        residuals != null && sizes(residuals).equals(sizes(now)),
        "residuals must have the sizes %s, got %s",
        sizes(now),
        residuals == null ? null : sizes(residuals));
    float[][] checked = Objects.requireNonNull(residuals);
    System.arraycopy(checked[0], 0, values[worker], 0, checked[0].length);
    if (!parts.isEmpty()) {
      System.arraycopy(checked[1], 0, ofSum(), parts.get(worker).from(), checked[1].length);
    }
  }

  private int checked(int worker) {
    Preconditions.checkArgument(
        worker >= 0 && worker < workers,
        "worker must be from 0 to %s, got %s",
        workers - 1,
        worker);
    return worker;
  }

  static List<Integer> sizes(float[][] arrays) {
    List<Integer> sizes = new ArrayList<>();
    for (float[] array : arrays) {
      sizes.add(array == null ? -1 : array.length);
    }
    return sizes;
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
    Network.initialized(model);
    List<INDArray> arrays = Arguments.notNull("state", state).arrays();
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
