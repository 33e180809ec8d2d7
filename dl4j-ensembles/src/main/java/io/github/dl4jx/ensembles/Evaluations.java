package io.github.dl4jx.ensembles;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.internal.Misfit;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Deeplearning4j's evaluations of ensembles, batch by batch. */
final class Evaluations {

  private static final String NO_DATA = "data must have at least 1 batch, got 0";

  private Evaluations() {}

  static void of(Ensemble ensemble, DataSetIterator data, IEvaluation<?> evaluation) {
    if (!data.hasNext() && data.resetSupported()) {
      data.reset();
    }
    Preconditions.checkArgument(data.hasNext(), NO_DATA);
    while (data.hasNext()) {
      DataSet batch = Arguments.labelled("data", data.next());
      INDArray output = ensemble.output(batch.getFeatures(), batch.getFeaturesMaskArray());
      evaluate(
          evaluation,
          batch.getLabels(),
          output,
          batch.getLabelsMaskArray(),
          batch.getExampleMetaData());
    }
  }

  /** An evaluation of classification, with the names of the classes if the iterator has them. */
  static Evaluation classification(DataSetIterator data) {
    List<String> names = names(data);
    return names == null || names.isEmpty() ? new Evaluation() : new Evaluation(names);
  }

  /** The names of the classes, or null: iterators without names may throw any exception. */
  private static @Nullable List<String> names(DataSetIterator data) {
    try {
      return data.getLabels();
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** One evaluation for each output. */
  static void of(
      Ensemble ensemble, MultiDataSetIterator data, List<? extends IEvaluation<?>> evaluations) {
    if (!data.hasNext() && data.resetSupported()) {
      data.reset();
    }
    Preconditions.checkArgument(data.hasNext(), NO_DATA);
    while (data.hasNext()) {
      MultiDataSet batch = checked(data.next(), evaluations.size());
      INDArray[] combined = ensemble.outputs(batch.getFeatures(), batch.getFeaturesMaskArrays());
      for (int o = 0; o < combined.length; o++) {
        evaluate(
            evaluations.get(o), batch.getLabels(o), combined[o], batch.getLabelsMaskArray(o), null);
      }
    }
  }

  private static MultiDataSet checked(MultiDataSet batch, int outputs) {
    Preconditions.checkArgument(batch != null, "data must have batches, got null");
    Arguments.noneNull("features of data", batch.getFeatures());
    Preconditions.checkArgument(
        Arguments.noneNull("labels of data", batch.getLabels()).length == outputs,
        "data must have labels for each of the %s outputs, got %s",
        outputs,
        batch.getLabels().length);
    return batch;
  }

  private static void evaluate(
      IEvaluation<?> evaluation,
      INDArray labels,
      INDArray output,
      @Nullable INDArray mask,
      @Nullable List<Serializable> metaData) {
    Misfit.named(
        "data",
        "the ensemble and the evaluation",
        () -> {
          if (metaData == null) {
            evaluation.eval(labels, output, mask);
          } else { // records which examples were wrong
            evaluation.eval(labels, output, mask, metaData);
          }
          return evaluation;
        });
  }
}
