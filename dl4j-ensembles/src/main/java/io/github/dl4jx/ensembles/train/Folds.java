package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.combine.OutputRows;
import java.util.Random;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Splits rows into folds of nearly one size: for each row, the fold it is in. */
final class Folds {

  private Folds() {}

  /**
   * Random folds with the same share of every class: the rows of a class are dealt out one by one,
   * each class going on where the one before stopped, so that folds differ by at most one row, in
   * all and in each class.
   *
   * @param classes the class of each row; all 0 for folds that are random only
   */
  static int[] stratified(int[] classes, int folds, long seed) {
    int[] order = shuffled(classes.length, seed);
    int[] fold = new int[classes.length];
    int next = 0;
    for (int c = 0; c <= IntStream.of(classes).max().orElse(0); c++) {
      for (int row : order) {
        if (classes[row] == c) {
          fold[row] = next;
          next = (next + 1) % folds;
        }
      }
    }
    return fold;
  }

  /** Stratified folds for one-hot labels, random ones for others. */
  static int[] of(INDArray labels, int folds, long seed) {
    return stratified(classes(labels), folds, seed);
  }

  /** The classes of one-hot labels, or one class for all. */
  private static int[] classes(INDArray labels) {
    int rows = (int) labels.size(0);
    if (labels.size(1) < 2) {
      return new int[rows];
    }
    try {
      return OutputRows.classes(labels, null);
    } catch (IllegalArgumentException e) {
      return new int[rows]; // not classes: regression
    }
  }

  private static int[] shuffled(int n, long seed) {
    Random random = new Random(seed);
    int[] order = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  /** The rows that are in a fold, or all others, in ascending order. */
  static int[] rows(int[] folds, int fold, boolean inside) {
    return IntStream.range(0, folds.length).filter(row -> (folds[row] == fold) == inside).toArray();
  }
}
