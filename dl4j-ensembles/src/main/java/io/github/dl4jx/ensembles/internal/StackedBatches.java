package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.random.internal.ForwardingIterator;
import io.github.dl4jx.training.TrainingData;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The batches of stacked members, with how much a row counts for each in front of the mask of the
 * labels.
 *
 * <pre>{@code
 * of n rows in memory, of which member m has s_m:   w_mi = (times that i is in m's sample) n / s_m
 * of a stream:                                      w_mi ~ Poisson(1)
 * }</pre>
 */
final class StackedBatches {

  private final List<MemberTask> tasks;

  StackedBatches(List<MemberTask> tasks) {
    this.tasks = tasks;
  }

  /**
   * Whether rows count differently for the members: then the mask begins with a column for each.
   */
  boolean areWeighted() {
    return tasks.stream().anyMatch(task -> !task.sample().isAll());
  }

  /** Whether each member can have the batches that it would have alone. */
  boolean areOwn(TrainingData data) {
    return data.inMemory()
        && tasks.stream()
                .map(task -> task.sample().size(data.examples().numExamples()))
                .distinct()
                .count()
            == 1;
  }

  DataSetIterator of(TrainingData data, long order) {
    if (!data.inMemory()) {
      return new Stream(new CheckedStream(data.all(order)));
    }
    DataSet examples = data.examples();
    check(examples);
    if (areOwn(data)) {
      return new OwnBatches(
          tasks.stream()
              .map(task -> task.sample().of(data, task.seed()))
              .collect(Collectors.toList()));
    }
    if (!areWeighted()) {
      return data.all(order);
    }
    int n = examples.numExamples();
    float[][] weights = new float[tasks.size()][];
    for (int m = 0; m < weights.length; m++) {
      weights[m] = tasks.get(m).sample().weights(n, tasks.get(m).seed());
    }
    INDArray mask = mask(weights, examples.getLabelsMaskArray());
    DataSet weighted = new DataSet(examples.getFeatures(), examples.getLabels(), null, mask);
    return TrainingData.of(weighted, data.batch()).all(order);
  }

  /** Refuses what is not rows, before anything is trained. */
  static void check(DataSet data) {
    Preconditions.checkArgument(
        data.getFeatures().rank() == 2 && data.getLabels().rank() == 2,
        "stacked members learn from features [examples, features] and labels [examples, columns],"
            + " got %ndShape and %ndShape",
        data.getFeatures(),
        data.getLabels());
    Preconditions.checkArgument(
        data.getFeaturesMaskArray() == null,
        "stacked members take no mask of the features, got one of shape %ndShape",
        data.getFeaturesMaskArray());
  }

  /** [rows, members + columns of the mask that there is, if there is one]. */
  private static INDArray mask(float[][] weights, @Nullable INDArray given) {
    int columns = given == null ? 0 : (int) given.size(1);
    float[][] mask = new float[weights[0].length][weights.length + columns];
    for (int i = 0; i < mask.length; i++) {
      for (int m = 0; m < weights.length; m++) {
        mask[i][m] = weights[m][i];
      }
      for (int k = 0; k < columns; k++) {
        mask[i][weights.length + k] = Objects.requireNonNull(given).getFloat(i, k);
      }
    }
    return Nd4j.createFromArray(mask);
  }

  /** A stream whose rows are counted by their place in it. */
  private final class Stream extends ForwardingIterator {

    private long row;

    Stream(DataSetIterator stream) {
      super(stream);
    }

    @Override
    public DataSet next() {
      return weighted(data.next());
    }

    @Override
    public DataSet next(int num) {
      return weighted(data.next(num));
    }

    @Override
    public void reset() {
      data.reset();
      row = 0;
    }

    private DataSet weighted(DataSet batch) {
      check(batch);
      if (!areWeighted()) {
        return batch;
      }
      float[][] weights = new float[tasks.size()][batch.numExamples()];
      for (int m = 0; m < weights.length; m++) {
        for (int i = 0; i < weights[m].length; i++) {
          weights[m][i] = tasks.get(m).sample().count(tasks.get(m).seed(), row + i);
        }
      }
      row += batch.numExamples();
      return new DataSet(
          batch.getFeatures(), batch.getLabels(), null, mask(weights, batch.getLabelsMaskArray()));
    }
  }
}
