package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.internal.Arguments;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.nd4j.common.base.Preconditions;

/**
 * Confidences in ascending order with their hits: 1 for a right prediction, 0 for a wrong one.
 * Predictions of equal confidence have their mean hits, so that the order of the examples has no
 * influence.
 */
final class RankedConfidences {

  final double[] confidences;
  final double[] hits;

  private RankedConfidences(double[] confidences, double[] hits) {
    this.confidences = confidences;
    this.hits = hits;
  }

  static RankedConfidences of(LabelledProbabilities data) {
    double[] confidences = new double[data.classes.length];
    boolean[] right = new boolean[confidences.length];
    for (int i = 0; i < confidences.length; i++) {
      int predicted = OutputRows.argMax(data.probabilities[i]);
      confidences[i] = data.probabilities[i][predicted];
      right[i] = predicted == data.classes[i];
    }
    return of(confidences, right);
  }

  static RankedConfidences of(double[] confidences, boolean[] right) {
    Preconditions.checkArgument(
        Arguments.notNull("confidences", confidences).length
                == Arguments.notNull("right", right).length
            && right.length > 0,
        "there must be as many confidences as predictions, and at least 1, got %s and %s",
        confidences.length,
        right.length);
    for (double confidence : confidences) {
      Preconditions.checkArgument(!Double.isNaN(confidence), "confidences must not be NaN");
    }
    int n = right.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> confidences[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] sorted = new double[n];
    double[] hits = new double[n];
    for (int from = 0, to = 0; from < n; from = to) {
      double tied = 0;
      while (to < n && confidences[order[to]] == confidences[order[from]]) {
        tied += right[order[to++]] ? 1 : 0;
      }
      for (int i = from; i < to; i++) {
        sorted[i] = confidences[order[from]];
        hits[i] = tied / (to - from);
      }
    }
    return new RankedConfidences(sorted, hits);
  }
}
