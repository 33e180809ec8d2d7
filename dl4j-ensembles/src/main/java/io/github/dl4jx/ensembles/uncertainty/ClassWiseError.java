package io.github.dl4jx.ensembles.uncertainty;

import java.util.HashMap;
import java.util.Map;

/** The class-wise expected calibration error. */
final class ClassWiseError {

  private ClassWiseError() {}

  /** The mean over the classes of the binned error of that class's probability in all examples. */
  static double of(LabelledProbabilities data, int bins) {
    int classes = data.probabilities[0].length;
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      Map<Integer, Double> gaps = new HashMap<>(); // there may be many more bins than examples
      for (int i = 0; i < data.classes.length; i++) {
        double p = data.probabilities[i][k];
        double gap = (k == data.classes[i] ? 1 : 0) - p;
        gaps.merge(ReliabilityDiagram.bin(p, bins), gap, Double::sum);
      }
      for (double gap : gaps.values()) {
        sum += Math.abs(gap); // n_b/n * |frequency(b) - mean probability(b)|, times n
      }
    }
    return sum / data.classes.length / classes;
  }
}
