package io.github.dl4jx.studies.neuralgpu;

import java.util.Random;

/** What is to be learned: sequences of six symbols to sequences of six bits. */
enum Task {
  /** Bits in reverse order. */
  REVERSAL("reversal", 2, 0.2, 1_000),

  /**
   * The sum of two numbers of five bits, lowest bits first; a symbol is a bit of each, {@code 2 a_i
   * + b_i}, and the last one 0, for the carry.
   */
  ADDITION("aligned addition", 4, 0.05, 600);

  static final int LENGTH = 6;

  final String label;

  /** Number of input symbols. */
  final int inputs;

  /** Number of output symbols. */
  final int outputs = 2;

  /** Scale of poor initial weights. */
  final double poor;

  /** Training steps. */
  final int steps;

  Task(String label, int inputs, double poor, int steps) {
    this.label = label;
    this.inputs = inputs;
    this.poor = poor;
    this.steps = steps;
  }

  /** Of all sequences, the one of a number below {@link #sequences}. */
  int[] input(int number) {
    int[] input = new int[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      int first = (number >> i) & 1;
      int second = (number >> (LENGTH - 1 + i)) & 1;
      if (this == REVERSAL) {
        input[i] = first;
      } else if (i < LENGTH - 1) {
        input[i] = 2 * first + second;
      }
    }
    return input;
  }

  /** The right answer. */
  int[] output(int... input) {
    int[] output = new int[LENGTH];
    int carry = 0;
    for (int i = 0; i < LENGTH; i++) {
      if (this == REVERSAL) {
        output[i] = input[LENGTH - 1 - i];
      } else {
        int sum = input[i] / 2 + input[i] % 2 + carry;
        output[i] = sum % 2;
        carry = sum / 2;
      }
    }
    return output;
  }

  /** The right answers. */
  int[][] outputs(int[][] inputs) {
    int[][] answers = new int[inputs.length][];
    for (int b = 0; b < inputs.length; b++) {
      answers[b] = output(inputs[b]);
    }
    return answers;
  }

  /** How many sequences there are: 64 or 1,024. */
  int sequences() {
    return this == REVERSAL ? 1 << LENGTH : 1 << (2 * (LENGTH - 1));
  }

  /** Sequences that are drawn with replacement. */
  int[][] draw(int n, Random random) {
    int[][] inputs = new int[n][];
    for (int b = 0; b < n; b++) {
      inputs[b] = input(random.nextInt(sequences()));
    }
    return inputs;
  }
}
