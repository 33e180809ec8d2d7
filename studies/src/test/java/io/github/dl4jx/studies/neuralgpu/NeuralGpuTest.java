package io.github.dl4jx.studies.neuralgpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the formula in plain doubles, one sequence at a time, and against SameDiff. */
class NeuralGpuTest {

  private static final int MAPS = 12;

  /** Reads a flat array from the front. */
  private static final class Flat {

    private final float[] values;
    private int used;

    Flat(float[] values) {
      this.values = values;
    }

    double[][] matrix(int rows, int columns) {
      double[][] matrix = new double[rows][columns];
      for (double[] row : matrix) {
        for (int i = 0; i < columns; i++) {
          row[i] = values[used++];
        }
      }
      return matrix;
    }
  }

  private static double[][] convolution(double[][] x, double[][] w, double[] bias) {
    double[][] y = new double[6][bias.length];
    for (int l = 0; l < 6; l++) {
      for (int o = 0; o < bias.length; o++) {
        y[l][o] = bias[o];
        for (int k = -1; k <= 1; k++) {
          for (int c = 0; c < MAPS && l + k >= 0 && l + k < 6; c++) {
            y[l][o] += w[(k + 1) * MAPS + c][o] * x[l + k][c];
          }
        }
      }
    }
    return y;
  }

  private static double gate(double x) {
    return Math.max(0, Math.min(1, 1.2 / (1 + Math.exp(-x)) - 0.1));
  }

  private static double[][] byHand(Task task, float[] weights, int[] input) {
    Flat flat = new Flat(weights);
    double[][] embedding = flat.matrix(task.inputs, MAPS);
    double[][] gateWeights = flat.matrix(3 * MAPS, 2 * MAPS);
    double[] gateBias = flat.matrix(1, 2 * MAPS)[0];
    double[][] candidateWeights = flat.matrix(3 * MAPS, MAPS);
    double[] candidateBias = flat.matrix(1, MAPS)[0];
    double[][] output = flat.matrix(MAPS, 2);
    assertThat(flat.used).isEqualTo(weights.length);
    double[][] s = new double[6][];
    for (int l = 0; l < 6; l++) {
      s[l] = embedding[input[l]].clone();
    }
    for (int step = 0; step < 6; step++) {
      double[][] gates = convolution(s, gateWeights, gateBias);
      double[][] gated = new double[6][MAPS];
      for (int l = 0; l < 6; l++) {
        for (int c = 0; c < MAPS; c++) {
          gated[l][c] = gate(gates[l][MAPS + c]) * s[l][c];
        }
      }
      double[][] candidate = convolution(gated, candidateWeights, candidateBias);
      for (int l = 0; l < 6; l++) {
        for (int c = 0; c < MAPS; c++) {
          double u = gate(gates[l][c]);
          s[l][c] = u * s[l][c] + (1 - u) * Math.tanh(candidate[l][c]);
        }
      }
    }
    double[][] logits = new double[6][2];
    for (int l = 0; l < 6; l++) {
      for (int o = 0; o < 2; o++) {
        for (int c = 0; c < MAPS; c++) {
          logits[l][o] += s[l][c] * output[c][o];
        }
      }
    }
    return logits;
  }

  /** Large enough that gates are clipped at both ends; the rounding of floats is some 1e-6. */
  private static float[] someWeights(NeuralGpu network) {
    float[] weights = network.weights(3, 4);
    Random random = new Random(8);
    for (int i = 0; i < weights.length; i++) {
      weights[i] += (float) (0.1 * random.nextGaussian());
    }
    return weights;
  }

  @ParameterizedTest
  @EnumSource
  void logits_someWeights_areTheFormulas(Task task) {
    NeuralGpu network = new NeuralGpu(task, 4);
    float[] weights = someWeights(network);
    int[][] inputs = task.draw(4, new Random(2));
    float[] logits = network.logits(weights, inputs);
    for (int b = 0; b < 4; b++) {
      double[][] hand = byHand(task, weights, inputs[b]);
      for (int l = 0; l < 6; l++) {
        for (int o = 0; o < 2; o++) {
          assertThat((double) logits[(l * 2 + o) * 4 + b]).isCloseTo(hand[l][o], within(1e-3));
        }
      }
    }
  }

  private static double loss(Task task, float[] weights, int[][] inputs) {
    double loss = 0;
    for (int[] input : inputs) {
      double[][] logits = byHand(task, weights, input);
      int[] right = task.output(input);
      for (int l = 0; l < 6; l++) {
        double margin = logits[l][right[l]] - logits[l][1 - right[l]];
        loss += Math.log1p(Math.exp(-margin)) / (6 * inputs.length);
      }
    }
    return loss;
  }

  /** Central differences of the loss in doubles, for every seventh weight. */
  @ParameterizedTest
  @EnumSource
  void gradient_someWeights_isTheLossesSlope(Task task) {
    NeuralGpu network = new NeuralGpu(task, 4);
    float[] weights = network.weights(1, 4);
    int[][] inputs = task.draw(4, new Random(2));
    float[] gradient = new float[weights.length];
    double loss = network.gradient(weights, inputs, task.outputs(inputs), gradient);
    assertThat(loss).isCloseTo(loss(task, weights, inputs), within(1e-5));
    for (int i = 0; i < weights.length; i += 7) {
      float before = weights[i];
      weights[i] = before + 1e-3f;
      float above = weights[i];
      double high = loss(task, weights, inputs);
      weights[i] = before - 1e-3f;
      double slope = (high - loss(task, weights, inputs)) / (above - weights[i]);
      weights[i] = before;
      assertThat((double) gradient[i]).as("weight " + i).isCloseTo(slope, within(2e-5));
    }
  }

  /** The same ten steps of the noisy updater, by SameDiff on one flat variable. */
  @Test
  void train_noisy_isSameDiffs() {
    Task task = Task.ADDITION;
    Arm arm = Arm.ALL.get(2);
    GpuTraining training = new GpuTraining(task, 1, 3);
    float[] start = training.weights();
    training.train(10, arm.updater(3), 3);
    float[] expected = SameDiffNeuralGpu.trained(task, start, 10, arm.updater(3), 3);
    float[] weights = training.weights();
    double moved = 0;
    for (int i = 0; i < weights.length; i++) {
      assertThat(weights[i]).isCloseTo(expected[i], within(1e-3f)); // of steps of 0.01
      moved = Math.max(moved, Math.abs(weights[i] - start[i]));
    }
    assertThat(moved).isGreaterThan(0.05);
  }

  @Test
  void train_additionFromScaleOne_succeeds() {
    GpuTraining training = new GpuTraining(Task.ADDITION, 1, 1);
    assertThat(training.rightSequences()).isLessThan(0.5);
    training.train(400, Arm.ALL.get(4).updater(1), 1);
    assertThat(training.rightSequences()).isGreaterThan(0.5);
    assertThat(training.escaped()).isBetween(1, 400);
  }
}
