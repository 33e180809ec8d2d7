package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.internal.Arguments;
import java.util.function.Consumer;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Changes the rows of class probabilities, which have the classes that something was fitted to. */
final class CalibratedRows {

  private CalibratedRows() {}

  /** Returns a new array of the same shape and type, whose rows are changed in place. */
  static INDArray of(INDArray probabilities, int classes, Consumer<double[]> change) {
    double[][] rows = check(Arguments.floatingPoint("probabilities", probabilities), classes);
    for (double[] row : rows) {
      change.accept(row);
    }
    INDArray changed = probabilities.ulike();
    OutputRows.write(rows, changed);
    return changed;
  }

  /** The rows of probabilities of so many classes. */
  static double[][] check(INDArray probabilities, int classes) {
    Preconditions.checkArgument(
        Arguments.notNull("probabilities", probabilities).rank() >= 2
            && probabilities.size(1) == classes,
        "probabilities must have the shape [examples, %s], or with further axes, as those of the"
            + " fit, got %ndShape",
        classes,
        probabilities);
    return OutputRows.probabilities(probabilities, null);
  }
}
