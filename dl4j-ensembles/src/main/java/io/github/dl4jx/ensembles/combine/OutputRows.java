package io.github.dl4jx.ensembles.combine;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Outputs of any rank as rows of doubles: a row for each example or, if there are more than two
 * axes, for each time step or pixel of each example.
 *
 * <pre>
 * [examples, columns]                  -> examples rows
 * [examples, columns, steps]           -> examples * steps rows
 * [examples, columns, height, width]   -> examples * height * width rows
 * </pre>
 *
 * <p>A mask has the output's shape with one column, or without that axis: [examples], [examples,
 * 1], [examples, steps] or [examples, 1, height, width], and is 1 for rows that count and 0 for
 * others. Arrays may have any data type and are not changed.
 */
public final class OutputRows {

  private static final double SUM_TOLERANCE = 1e-2; // rounding in half precision

  private OutputRows() {}

  /**
   * {@return the rows that are not masked, in the order of the examples, then of the steps or
   * pixels}
   *
   * @param output at least of rank 2, columns along axis 1
   * @param mask which rows count, or null for all
   * @throws IllegalArgumentException if the mask does not fit
   */
  public static double[][] of(INDArray output, @Nullable INDArray mask) {
    return rows("output", output, mask);
  }

  private static double[][] rows(String name, INDArray output, @Nullable INDArray mask) {
    checkRank(name, output);
    double[] values = values(classesLast(output));
    double[] counts = mask == null ? new double[0] : checkedMask(output, mask);
    int columns = (int) output.size(1);
    double[][] rows = new double[values.length / columns][];
    int kept = 0;
    for (int i = 0; i < rows.length; i++) {
      if (mask == null || counts[i] != 0) {
        rows[kept++] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
      }
    }
    return Arrays.copyOf(rows, kept);
  }

  /**
   * {@return the rows of class probabilities that are not masked}
   *
   * @param probabilities classes along axis 1
   * @param mask which rows count, or null for all
   * @throws IllegalArgumentException if a row is not >= 0 or does not sum to 1, up to the rounding
   *     of half precision
   */
  public static double[][] probabilities(INDArray probabilities, @Nullable INDArray mask) {
    double[][] rows = rows("probabilities", probabilities, mask);
    for (int i = 0; i < rows.length; i++) {
      double sum = 0;
      double least = 0;
      for (double p : rows[i]) {
        sum += p;
        least = Math.min(least, p);
      }
      Preconditions.checkArgument(
          least >= 0 && Math.abs(sum - 1) <= SUM_TOLERANCE,
          "probabilities must be >= 0 and sum to 1, got %s in row %s",
          rows[i],
          i);
    }
    return rows;
  }

  /**
   * {@return the index of the true class of each row that is not masked}
   *
   * @param labels one-hot along axis 1
   * @param mask which rows count, or null for all
   * @throws IllegalArgumentException if a row is not one-hot
   */
  public static int[] classes(INDArray labels, @Nullable INDArray mask) {
    double[][] rows = rows("labels", labels, mask);
    int[] classes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      classes[i] = largest(rows[i]);
      double others = 0;
      for (double value : rows[i]) {
        others += Math.abs(value);
      }
      Preconditions.checkArgument(
          rows[i][classes[i]] == 1 && others == 1,
          "labels must be one-hot, got %s in row %s",
          rows[i],
          i);
    }
    return classes;
  }

  /**
   * {@return the index of the largest value; the lowest of several}
   *
   * @param values at least 1
   * @throws IllegalArgumentException if there are none, or one is NaN
   */
  public static int argMax(double[] values) {
    Preconditions.checkArgument(
        Arguments.notNull("values", values).length >= 1, "values must be at least 1, got 0");
    for (double value : values) {
      Preconditions.checkArgument(!Double.isNaN(value), "values must not be NaN, got %s", value);
    }
    return largest(values);
  }

  /** The same without the check for NaN. */
  private static int largest(double[] values) {
    int best = 0;
    for (int c = 1; c < values.length; c++) {
      if (values[c] > values[best]) {
        best = c;
      }
    }
    return best;
  }

  /**
   * Replaces scores by their softmax, {@code exp(scores_c) / sum_k exp(scores_k)}.
   *
   * @param scores at least 1; overwritten
   * @return the same array; all NaN if a score is NaN
   * @throws IllegalArgumentException if there are none
   */
  public static double[] softmax(double[] scores) {
    Preconditions.checkArgument(
        Arguments.notNull("scores", scores).length >= 1, "scores must be at least 1, got 0");
    double most = scores[largest(scores)]; // no overflow, no underflow of all
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      scores[c] = Math.exp(scores[c] - most);
      sum += scores[c];
    }
    for (int c = 0; c < scores.length; c++) {
      scores[c] /= sum;
    }
    return scores;
  }

  /**
   * Writes rows into an output, in the order of {@link #of}.
   *
   * @param rows all rows of the output
   * @param output the target; values are converted to its data type
   * @throws IllegalArgumentException if there are more or fewer rows or columns than it has
   */
  public static void write(double[][] rows, INDArray output) {
    Arguments.noneNull("rows", rows);
    checkRank("output", Arguments.floatingPoint("output", output));
    int columns = (int) output.size(1);
    Preconditions.checkArgument(
        (long) rows.length * columns == output.length(),
        "output must have the rows' number of rows, %s, got shape %s",
        rows.length,
        output.shape());
    for (double[] row : rows) {
      Preconditions.checkArgument(
          row.length == columns, "rows must have %s columns, got %s", columns, row.length);
    }
    double[] values = new double[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * columns, columns);
    }
    INDArray target = classesLast(output);
    INDArray source = Nd4j.createFromArray(values);
    target.assign(source.reshape(target.shape()));
    release(source);
  }

  private static void checkRank(String name, INDArray output) {
    Preconditions.checkArgument(
        Arguments.notNull(name, output).rank() >= 2 && !output.isEmpty(),
        "%s must have rank 2 or more and at least 1 row, got shape %s",
        name,
        output.shape());
  }

  private static double[] checkedMask(INDArray output, INDArray mask) {
    long[] rowShape = classesLast(output).shape();
    rowShape = Arrays.copyOf(rowShape, rowShape.length - 1);
    long[] oneColumn = output.shape().clone();
    oneColumn[1] = 1;
    Preconditions.checkArgument(
        Arrays.equals(mask.shape(), rowShape) || Arrays.equals(mask.shape(), oneColumn),
        "mask must have the shape %s or %s, got %ndShape",
        rowShape,
        oneColumn,
        mask);
    double[] counts = values(mask);
    for (double value : counts) {
      Preconditions.checkArgument(
          value == 0 || value == 1, "mask must hold only 0 and 1, got %s", value);
    }
    return counts;
  }

  private static double[] values(INDArray array) {
    INDArray copy = array.dup('c');
    double[] values = copy.data().asDouble();
    release(copy);
    return values;
  }

  private static void release(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }

  private static INDArray classesLast(INDArray output) {
    if (output.rank() == 2) {
      return output;
    }
    int[] axes = new int[output.rank()];
    for (int a = 1; a < axes.length - 1; a++) {
      axes[a] = a + 1;
    }
    axes[axes.length - 1] = 1;
    return output.permute(axes);
  }
}
