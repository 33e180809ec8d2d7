package io.github.dl4jx.studies.neuralgpu;

import java.util.Random;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

/** One training of a {@link NeuralGpu}, whose weights are one block of its updater. */
final class GpuTraining {

  static final int BATCH = 32;

  /** Guessing has a cross-entropy of 0.693: below this the plateau is left. */
  private static final double OFF_THE_PLATEAU = 0.6;

  private final Task task;
  private final NeuralGpu network;
  private final float[] weights;
  private int escaped;

  GpuTraining(Task task, double scale, long seed) {
    this.task = task;
    this.network = new NeuralGpu(task, BATCH);
    this.weights = network.weights(scale, seed);
  }

  /** Trains on batches that the seed decides. */
  void train(int steps, IUpdater updater, long seed) {
    int n = weights.length;
    Random random = new Random(~seed); // not the numbers that the weights are made of
    GradientUpdater<?> running =
        updater.instantiate(Nd4j.zeros(DataType.FLOAT, updater.stateSize(n)), true);
    for (int t = 0; t < steps; t++) {
      int[][] inputs = task.draw(BATCH, random);
      float[] gradient = new float[n];
      double loss = network.gradient(weights, inputs, task.outputs(inputs), gradient);
      if (loss < OFF_THE_PLATEAU && escaped == 0) {
        escaped = t + 1;
      }
      INDArray update = Nd4j.createFromArray(gradient);
      running.applyUpdater(update, t, 0);
      float[] u = update.toFloatVector();
      for (int i = 0; i < n; i++) {
        weights[i] -= u[i];
      }
    }
  }

  float[] weights() {
    return weights.clone();
  }

  /** The first step whose batch was better than guessing, from 1; 0 if there was none. */
  int escaped() {
    return escaped;
  }

  /** Fraction of all sequences that there are whose six bits are all right. */
  double rightSequences() {
    int right = 0;
    for (int from = 0; from < task.sequences(); from += BATCH) {
      int[][] inputs =
          IntStream.range(from, from + BATCH).mapToObj(task::input).toArray(int[][]::new);
      int[][] outputs = task.outputs(inputs);
      float[] logits = network.logits(weights, inputs);
      for (int b = 0; b < BATCH; b++) {
        boolean all = true;
        for (int l = 0; l < Task.LENGTH; l++) {
          int zero = l * task.outputs * BATCH + b;
          all &= (logits[zero + BATCH] > logits[zero] ? 1 : 0) == outputs[b][l];
        }
        right += all ? 1 : 0;
      }
    }
    return (double) right / task.sequences();
  }
}
