package io.github.dl4jx.ensembles.boosting;

import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.training.TrainingData;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Examples and the scores that a gradient boosting gives them so far. */
final class BoostedScores {

  /** What is reported: of Huber's loss, that with the bounds of the beginning. */
  private final BoostingLoss loss;

  final DataSet examples;
  final double[][] labels;
  final double[] start;
  final double[][] scores;

  /** Begins with the constant scores of the training data, null if this is it. */
  BoostedScores(BoostingLoss loss, TrainingData data, @Nullable BoostedScores training) {
    this.examples = BoostingRounds.examples(data);
    if (loss == BoostingLoss.SOFTMAX) {
      checkClasses(examples.getLabels(), training == null);
    }
    this.labels = OutputRows.of(examples.getLabels(), null);
    this.start = training == null ? loss.start(labels) : training.start;
    int columns = labels[0].length;
    Preconditions.checkArgument(
        columns == start.length,
        "validation data must have the %s columns of the training data's labels, got %s",
        start.length,
        columns);
    this.scores = new double[labels.length][];
    Arrays.setAll(scores, i -> start.clone());
    this.loss = training == null ? loss.before(scores, labels) : training.loss;
    double first = loss();
    Preconditions.checkArgument(
        Double.isFinite(first), "labels must be finite, got a loss of %s", first);
  }

  double loss() {
    return loss.mean(scores, labels);
  }

  /**
   * The negative gradients of a loss, in units of their root mean square: networks start with
   * outputs near 1, and would spend their epochs on the size of what the last rounds leave. The
   * step restores it.
   */
  double[][] residuals(BoostingLoss round) {
    double[][] residuals = new double[scores.length][];
    Arrays.setAll(residuals, i -> round.residual(scores[i], labels[i]));
    double squares = 0;
    for (double[] residual : residuals) {
      squares += BoostingLoss.dot(residual, residual);
    }
    double size = Math.sqrt(squares / ((double) residuals.length * start.length));
    if (size > 0) {
      for (double[] residual : residuals) {
        Arrays.setAll(residual, c -> residual[c] / size);
      }
    }
    return residuals;
  }

  void add(double step, double[][] outputs) {
    for (int i = 0; i < scores.length; i++) {
      for (int c = 0; c < start.length; c++) {
        scores[i][c] += step * outputs[i][c];
      }
    }
  }

  private static void checkClasses(INDArray labels, boolean several) {
    long columns = labels.size(1);
    Preconditions.checkArgument(
        columns >= 2,
        "for the softmax loss labels must be one-hot, got %s column: for regression ask for"
            + " .squaredLoss(), and make class indices one-hot",
        columns);
    int[] classes;
    try {
      classes = OutputRows.classes(labels, null);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "for the softmax loss " + e.getMessage() + ": for regression ask for .squaredLoss()", e);
    }
    Preconditions.checkArgument(
        !several || Arrays.stream(classes).distinct().count() >= 2,
        "labels must be of at least 2 classes, got %s examples that are all of class %s",
        classes.length,
        classes[0]);
  }
}
