package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.internal.Arguments;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sets of classes, one for each example that {@link ConformalSets} were asked about.
 *
 * <p>Sequences and images ([examples, classes, steps], [examples, classes, height, width]) have a
 * set for each step or pixel, in the order of the examples, then of the steps or pixels.
 */
public final class PredictionSets {

  /** 1 for classes in the set, 0 for others, by row. */
  private final double[][] rows;

  private final INDArray indicator;

  PredictionSets(double[][] rows, INDArray probabilities) {
    this.rows = rows;
    this.indicator = probabilities.ulike();
    OutputRows.write(rows, indicator);
  }

  /** {@return the number of sets} */
  public int count() {
    return rows.length;
  }

  /**
   * {@return the classes of a set, in ascending order; it may be empty}
   *
   * @param row from 0 to {@link #count} - 1
   */
  public int[] classes(int row) {
    Preconditions.checkArgument(
        row >= 0 && row < rows.length, "row must be in [0, %s), got %s", rows.length, row);
    return IntStream.range(0, rows[row].length).filter(k -> rows[row][k] == 1).toArray();
  }

  /** {@return the mean number of classes in a set} */
  public double meanSize() {
    double sum = 0;
    for (double[] row : rows) {
      for (double in : row) {
        sum += in;
      }
    }
    return sum / rows.length;
  }

  /** {@return 1 for classes in the set and 0 for others, in the probabilities' shape and type} */
  public INDArray indicator() {
    return indicator.dup();
  }

  /**
   * {@return the fraction of sets that have the true class}
   *
   * @param labels one-hot, of the probabilities' shape
   * @throws IllegalArgumentException if the shape is another or labels are not one-hot
   */
  public double coverage(INDArray labels) {
    return coverage(labels, null);
  }

  /**
   * {@return the fraction of the sets that are not masked that have the true class}
   *
   * @param labels one-hot, of the probabilities' shape
   * @param mask the labels' mask, such as [examples, steps], or null
   * @throws IllegalArgumentException if the shape is another, labels are not one-hot, or all rows
   *     are masked
   */
  public double coverage(INDArray labels, @Nullable INDArray mask) {
    Arguments.notNull("labels", labels);
    Arguments.notClassIndices(labels, indicator);
    Preconditions.checkArgument(
        labels.equalShapes(indicator),
        "labels must have the shape of the probabilities, %ndShape, got %ndShape",
        indicator,
        labels);
    int[] classes = OutputRows.classes(labels, mask);
    Preconditions.checkArgument(
        classes.length > 0, "labels must have at least 1 row that is not masked, got 0");
    double[][] counted = OutputRows.of(indicator, mask);
    double covered = 0;
    for (int i = 0; i < classes.length; i++) {
      covered += counted[i][classes[i]];
    }
    return covered / classes.length;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "PredictionSets(%d, mean size %.3f)", rows.length, meanSize());
  }
}
