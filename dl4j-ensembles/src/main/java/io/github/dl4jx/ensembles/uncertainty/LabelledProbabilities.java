package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.internal.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.exception.DL4JException;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Checked class probabilities and true classes of the rows that are not masked. */
final class LabelledProbabilities {

  /** At least one row of probabilities. */
  final double[][] probabilities;

  /** The true class of each row. */
  final int[] classes;

  private LabelledProbabilities(double[][] probabilities, int[] classes) {
    Preconditions.checkArgument(
        classes.length > 0, "labels must have at least 1 row that is not masked, got 0");
    this.probabilities = probabilities;
    this.classes = classes;
  }

  static LabelledProbabilities of(
      INDArray labels, INDArray probabilities, @Nullable INDArray mask) {
    checkShapes(labels, probabilities);
    return new LabelledProbabilities(
        OutputRows.probabilities(probabilities, mask), OutputRows.classes(labels, mask));
  }

  static LabelledProbabilities of(Ensemble ensemble, DataSetIterator data) {
    Arguments.notNull("ensemble", ensemble);
    if (Arguments.notNull("data", data).resetSupported()) {
      data.reset();
    }
    List<double[]> probabilities = new ArrayList<>();
    IntStream.Builder classes = IntStream.builder();
    while (data.hasNext()) {
      DataSet batch = Arguments.labelled("data", data.next());
      INDArray output = output(ensemble, batch);
      checkShapes(batch.getLabels(), output);
      INDArray mask = batch.getLabelsMaskArray();
      probabilities.addAll(List.of(OutputRows.probabilities(output, mask)));
      for (int label : OutputRows.classes(batch.getLabels(), mask)) {
        classes.add(label);
      }
    }
    return new LabelledProbabilities(
        probabilities.toArray(new double[0][]), classes.build().toArray());
  }

  private static INDArray output(Ensemble ensemble, DataSet batch) {
    try {
      return ensemble.output(batch.getFeatures(), batch.getFeaturesMaskArray());
    } catch (DL4JException e) { // by layers of the networks
      throw new IllegalArgumentException("data must fit the ensemble: " + e.getMessage(), e);
    }
  }

  private static void checkShapes(INDArray labels, INDArray probabilities) {
    Arguments.notNull("labels", labels);
    Arguments.notNull("probabilities", probabilities);
    Arguments.notClassIndices(labels, probabilities);
    Preconditions.checkArgument(
        labels.rank() >= 2 && labels.size(1) >= 2 && labels.equalShapes(probabilities),
        "labels and probabilities must have one shape [examples, classes], or with further axes,"
            + " and at least 2 classes, got %ndShape and %ndShape",
        labels,
        probabilities);
  }
}
