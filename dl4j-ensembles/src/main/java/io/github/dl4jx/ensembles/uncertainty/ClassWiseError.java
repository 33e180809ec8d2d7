package io.github.dl4jx.ensembles.uncertainty;

/** The class-wise expected calibration error. */
final class ClassWiseError {

  private ClassWiseError() {}

  /** The mean over the classes of the binned error of that class's probability in all examples. */
  static double of(LabelledProbabilities data, int bins) {
    int classes = data.probabilities[0].length;
    double[][] gaps = new double[classes][bins];
    for (int i = 0; i < data.classes.length; i++) {
      double[] p = data.probabilities[i];
      for (int k = 0; k < classes; k++) {
        gaps[k][ReliabilityDiagram.bin(p[k], bins)] += (k == data.classes[i] ? 1 : 0) - p[k];
      }
    }
    double sum = 0;
    for (double[] ofClass : gaps) {
      for (double gap : ofClass) {
        sum += Math.abs(gap); // n_b/n * |frequency(b) - mean probability(b)|, times n
      }
    }
    return sum / data.classes.length / classes;
  }
}
