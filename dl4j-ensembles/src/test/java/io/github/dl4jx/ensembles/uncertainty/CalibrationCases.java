package io.github.dl4jx.ensembles.uncertainty;

import java.util.Arrays;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Probabilities with labels, in plain doubles. */
final class CalibrationCases {

  final double[][] probabilities;
  final int[] classes;

  private CalibrationCases(double[][] probabilities, int[] classes) {
    this.probabilities = probabilities;
    this.classes = classes;
  }

  /** Two classes: for each p, how many of the examples with it are of class 0, and of class 1. */
  static CalibrationCases groups(double[] p, int[][] counts) {
    int n = Arrays.stream(counts).mapToInt(c -> c[0] + c[1]).sum();
    CalibrationCases cases = new CalibrationCases(new double[n][], new int[n]);
    int i = 0;
    for (int g = 0; g < p.length; g++) {
      for (int j = 0; j < counts[g][0] + counts[g][1]; j++) {
        cases.probabilities[i] = new double[] {p[g], 1 - p[g]};
        cases.classes[i++] = j < counts[g][0] ? 0 : 1;
      }
    }
    return cases;
  }

  /** Softmax of normal logits times a factor; the labels are drawn without the factor. */
  static CalibrationCases drawn(int n, int classes, double factor, long seed) {
    Random random = new Random(seed);
    CalibrationCases cases = new CalibrationCases(new double[n][], new int[n]);
    for (int i = 0; i < n; i++) {
      double[] logits = new double[classes];
      for (int k = 0; k < classes; k++) {
        logits[k] = 1.5 * random.nextGaussian();
      }
      double[] p = softmax(logits, 1);
      double u = random.nextDouble();
      int k = 0;
      while (k < classes - 1 && u >= p[k]) {
        u -= p[k++];
      }
      cases.classes[i] = k;
      cases.probabilities[i] = softmax(logits, factor);
    }
    return cases;
  }

  static double[] softmax(double[] logits, double factor) {
    double sum = Arrays.stream(logits).map(z -> Math.exp(factor * z)).sum();
    return Arrays.stream(logits).map(z -> Math.exp(factor * z) / sum).toArray();
  }

  CalibrationCases rows(int from, int to) {
    return new CalibrationCases(
        Arrays.copyOfRange(probabilities, from, to), Arrays.copyOfRange(classes, from, to));
  }

  INDArray array() {
    return Nd4j.createFromArray(probabilities);
  }

  INDArray labels() {
    double[][] labels = new double[classes.length][probabilities[0].length];
    for (int i = 0; i < classes.length; i++) {
      labels[i][classes[i]] = 1;
    }
    return Nd4j.createFromArray(labels);
  }
}
