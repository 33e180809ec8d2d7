package io.github.dl4jx.studies.neuralgpu;

import java.util.Arrays;
import java.util.Random;

/**
 * A Neural GPU in one dimension: a gated recurrent unit of convolutions over the whole sequence,
 * applied as often as the sequence is long.
 *
 * <pre>{@code
 * s_0     = one-hot input E                                    [batch, length, maps]
 * u, r    = gate(conv(s, W_g) + b_g),  gate(x) = clip(1.2 sigmoid(x) - 0.1, 0, 1)
 * s_(t+1) = u s_t + (1 - u) tanh(conv(r s_t, W_c) + b_c)
 * output  = softmax(s_n O)
 * }</pre>
 *
 * <p>All weights are one flat array, E, W_g, b_g, W_c, b_c, O in this order, each row by row. At
 * the beginning they are uniform in +- scale sqrt(3 / fan-in), b_g is 1 and b_c is 0.
 *
 * <p>Written out, as a step takes SameDiff some ten times as long: arrays are [place][map][batch],
 * so that the innermost loops run over the batch. A test compares a training with SameDiff's.
 *
 * <p>Reference: L. Kaiser, I. Sutskever, "Neural GPUs Learn Algorithms", ICLR 2016, arXiv
 * 1511.08228, without its dropout, relaxed weights and curriculum.
 */
final class NeuralGpu {

  static final int MAPS = 12;
  static final int KERNEL = 3;
  private static final int LENGTH = Task.LENGTH;

  private final Task task;
  private final int batch;
  private final int gateWeights;
  private final int gateBias;
  private final int candidateWeights;
  private final int candidateBias;
  private final int output;

  /** By step: state, sigmoid, gates, gated state, candidate. */
  private final float[][] s = new float[LENGTH + 1][];

  private final float[][] sigmoid = new float[LENGTH][];
  private final float[][] gates = new float[LENGTH][];
  private final float[][] gated = new float[LENGTH][];
  private final float[][] candidate = new float[LENGTH][];
  private final float[] logits;

  /** From the index of a map to those of its gates, of which a place has twice as many. */
  private final int[] update;

  private final int[] reset;

  NeuralGpu(Task task, int batch) {
    this.task = task;
    this.batch = batch;
    gateWeights = task.inputs * MAPS;
    gateBias = gateWeights + KERNEL * MAPS * 2 * MAPS;
    candidateWeights = gateBias + 2 * MAPS;
    candidateBias = candidateWeights + KERNEL * MAPS * MAPS;
    output = candidateBias + MAPS;
    int n = LENGTH * MAPS * batch;
    for (int t = 0; t < LENGTH; t++) {
      sigmoid[t] = new float[2 * n];
      gates[t] = new float[2 * n];
      gated[t] = new float[n];
      candidate[t] = new float[n];
    }
    for (int t = 0; t <= LENGTH; t++) {
      s[t] = new float[n];
    }
    update = new int[n];
    reset = new int[n];
    for (int i = 0; i < n; i++) {
      update[i] = i + i / (MAPS * batch) * MAPS * batch;
      reset[i] = update[i] + MAPS * batch;
    }
    logits = new float[LENGTH * task.outputs * batch];
  }

  /** Number of weights. */
  int size() {
    return output + MAPS * task.outputs;
  }

  /** Initial weights. */
  float[] weights(double scale, long seed) {
    Random random = new Random(seed);
    float[] weights = new float[size()];
    for (int i = 0; i < weights.length; i++) {
      int fanIn = i < gateWeights ? task.inputs : i < output ? KERNEL * MAPS : MAPS;
      double uniform = (2 * random.nextDouble() - 1) * scale * Math.sqrt(3.0 / fanIn);
      boolean bias = i >= candidateBias && i < output;
      boolean one = i >= gateBias && i < candidateWeights;
      weights[i] = (float) (one ? 1 : bias ? 0 : uniform);
    }
    return weights;
  }

  /** The scores before the softmax, [place][symbol][batch]; valid until the next call. */
  float[] logits(float[] w, int[][] inputs) {
    int n = LENGTH * MAPS * batch;
    for (int l = 0; l < LENGTH; l++) {
      for (int c = 0; c < MAPS; c++) {
        for (int b = 0; b < batch; b++) {
          s[0][(l * MAPS + c) * batch + b] = w[inputs[b][l] * MAPS + c];
        }
      }
    }
    for (int t = 0; t < LENGTH; t++) {
      convolution(w, gateWeights, gateBias, 2 * MAPS, s[t], sigmoid[t]);
      for (int i = 0; i < 2 * n; i++) {
        float y = (float) (1 / (1 + Math.exp(-sigmoid[t][i])));
        sigmoid[t][i] = y;
        gates[t][i] = Math.min(1, Math.max(0, 1.2f * y - 0.1f));
      }
      for (int i = 0; i < n; i++) {
        gated[t][i] = gates[t][reset[i]] * s[t][i];
      }
      convolution(w, candidateWeights, candidateBias, MAPS, gated[t], candidate[t]);
      for (int i = 0; i < n; i++) {
        float y = (float) (1 - 2 / (Math.exp(2.0 * candidate[t][i]) + 1));
        candidate[t][i] = y;
        s[t + 1][i] = y + gates[t][update[i]] * (s[t][i] - y);
      }
    }
    Arrays.fill(logits, 0);
    for (int l = 0; l < LENGTH; l++) {
      for (int c = 0; c < MAPS; c++) {
        for (int o = 0; o < task.outputs; o++) {
          add(
              w[output + c * task.outputs + o],
              s[LENGTH],
              (l * MAPS + c) * batch,
              logits,
              (l * task.outputs + o) * batch);
        }
      }
    }
    return logits;
  }

  /**
   * Adds the gradient of the mean cross-entropy.
   *
   * @param gradient as many numbers as there are weights, 0 before
   * @return the mean cross-entropy in nats
   */
  double gradient(float[] w, int[][] inputs, int[][] outputs, float[] gradient) {
    logits(w, inputs);
    int n = LENGTH * MAPS * batch;
    float[] ds = new float[n];
    double loss = outputGradient(w, outputs, gradient, ds);
    float[] dGates = new float[2 * n];
    float[] dCandidate = new float[n];
    float[] dGated = new float[n];
    for (int t = LENGTH - 1; t >= 0; t--) {
      for (int i = 0; i < n; i++) {
        float u = gates[t][update[i]];
        float y = candidate[t][i];
        dCandidate[i] = ds[i] * (1 - u) * (1 - y * y);
        dGates[update[i]] = ds[i] * (s[t][i] - y) * slope(t, update[i]);
        ds[i] *= u;
      }
      Arrays.fill(dGated, 0);
      backward(w, candidateWeights, candidateBias, MAPS, gated[t], dCandidate, gradient, dGated);
      for (int i = 0; i < n; i++) {
        dGates[reset[i]] = dGated[i] * s[t][i] * slope(t, reset[i]);
        ds[i] += dGated[i] * gates[t][reset[i]];
      }
      backward(w, gateWeights, gateBias, 2 * MAPS, s[t], dGates, gradient, ds);
    }
    for (int l = 0; l < LENGTH; l++) {
      for (int c = 0; c < MAPS; c++) {
        for (int b = 0; b < batch; b++) {
          gradient[inputs[b][l] * MAPS + c] += ds[(l * MAPS + c) * batch + b];
        }
      }
    }
    return loss;
  }

  private float slope(int t, int i) {
    float y = sigmoid[t][i];
    float gate = gates[t][i];
    return gate > 0 && gate < 1 ? 1.2f * y * (1 - y) : 0;
  }

  private double outputGradient(float[] w, int[][] outputs, float[] gradient, float[] ds) {
    double loss = 0;
    float[] d = new float[logits.length];
    for (int l = 0; l < LENGTH; l++) {
      for (int b = 0; b < batch; b++) {
        int first = l * task.outputs * batch + b;
        double sum = 0;
        for (int o = 0; o < task.outputs; o++) {
          sum += Math.exp(logits[first + o * batch]);
        }
        for (int o = 0; o < task.outputs; o++) {
          int right = outputs[b][l] == o ? 1 : 0;
          double p = Math.exp(logits[first + o * batch]) / sum;
          d[first + o * batch] = (float) ((p - right) / (LENGTH * batch));
          loss -= right * Math.log(Math.max(Double.MIN_NORMAL, p)) / (LENGTH * batch);
        }
      }
      for (int c = 0; c < MAPS; c++) {
        for (int o = 0; o < task.outputs; o++) {
          int from = (l * task.outputs + o) * batch;
          int to = (l * MAPS + c) * batch;
          gradient[output + c * task.outputs + o] += dot(s[LENGTH], to, d, from);
          add(w[output + c * task.outputs + o], d, from, ds, to);
        }
      }
    }
    return loss;
  }

  /** {@code y[l][o] = bias[o] + sum(weights[k][c][o] x[l + k - 1][c])}, zeros around x. */
  private void convolution(float[] w, int weights, int bias, int maps, float[] x, float[] y) {
    for (int l = 0; l < LENGTH; l++) {
      for (int o = 0; o < maps; o++) {
        int to = (l * maps + o) * batch;
        Arrays.fill(y, to, to + batch, w[bias + o]);
        for (int k = Math.max(0, 1 - l); k < Math.min(KERNEL, LENGTH + 1 - l); k++) {
          for (int c = 0; c < MAPS; c++) {
            float weight = w[weights + (k * MAPS + c) * maps + o];
            add(weight, x, ((l + k - 1) * MAPS + c) * batch, y, to);
          }
        }
      }
    }
  }

  /** Adds the gradients of a convolution's weights, and of its input. */
  private void backward(
      float[] w, int weights, int bias, int maps, float[] x, float[] dy, float[] dw, float[] dx) {
    for (int l = 0; l < LENGTH; l++) {
      for (int o = 0; o < maps; o++) {
        int from = (l * maps + o) * batch;
        for (int b = 0; b < batch; b++) {
          dw[bias + o] += dy[from + b];
        }
        for (int k = Math.max(0, 1 - l); k < Math.min(KERNEL, LENGTH + 1 - l); k++) {
          for (int c = 0; c < MAPS; c++) {
            int weight = weights + (k * MAPS + c) * maps + o;
            int to = ((l + k - 1) * MAPS + c) * batch;
            dw[weight] += dot(x, to, dy, from);
            add(w[weight], dy, from, dx, to);
          }
        }
      }
    }
  }

  private void add(float factor, float[] x, int from, float[] y, int to) {
    for (int b = 0; b < batch; b++) {
      y[to + b] += factor * x[from + b];
    }
  }

  /** In four sums, which do not wait for each other; the batch is a multiple of four. */
  private float dot(float[] x, int i, float[] y, int j) {
    float a0 = 0;
    float a1 = 0;
    float a2 = 0;
    float a3 = 0;
    for (int b = 0; b < batch; b += 4) {
      a0 += x[i + b] * y[j + b];
      a1 += x[i + b + 1] * y[j + b + 1];
      a2 += x[i + b + 2] * y[j + b + 2];
      a3 += x[i + b + 3] * y[j + b + 3];
    }
    return a0 + a1 + (a2 + a3);
  }
}
