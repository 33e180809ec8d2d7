package io.github.dl4jx.spark;

import io.github.dl4jx.ensembles.train.TrainingData;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The examples of a job, sent once to each machine. There they become arrays when the first member
 * asks for them, and all members of the machine share these.
 */
final class SentData implements Serializable {

  private static final long serialVersionUID = 1;

  /** A {@code DataSet}'s arrays. */
  private static final class Examples implements Serializable {

    private static final long serialVersionUID = 1;

    final RawArray features;
    final RawArray labels;
    final @Nullable RawArray featuresMask;
    final @Nullable RawArray labelsMask;

    Examples(DataSet data) {
      this.features = RawArray.of(data.getFeatures(), "features");
      this.labels = RawArray.of(data.getLabels(), "labels");
      this.featuresMask = RawArray.ofNullable(data.getFeaturesMaskArray(), "features mask");
      this.labelsMask = RawArray.ofNullable(data.getLabelsMaskArray(), "labels mask");
    }

    DataSet toDataSet() {
      return new DataSet(
          features.toArray(),
          labels.toArray(),
          RawArray.toNullable(featuresMask),
          RawArray.toNullable(labelsMask));
    }
  }

  private final @Nullable Examples training;
  private final int batch;
  private final ArrayList<Examples> validation = new ArrayList<>();

  private transient @Nullable TrainingData trainingData;
  private transient @Nullable List<DataSet> validationData;

  /**
   * Copies what is in memory.
   *
   * @param data a stream's examples stay where they are
   * @param validation batches
   */
  SentData(TrainingData data, List<DataSet> validation) {
    this.training = data.inMemory() ? new Examples(data.examples()) : null;
    this.batch = data.batch();
    validation.forEach(examples -> this.validation.add(new Examples(examples)));
  }

  /** The training data, or null for a stream. */
  synchronized @Nullable TrainingData training() {
    if (trainingData == null && training != null) {
      trainingData = TrainingData.of(training.toDataSet(), batch);
    }
    return trainingData;
  }

  /** The examples of early stopping. */
  synchronized List<DataSet> validation() {
    if (validationData == null) {
      List<DataSet> batches = new ArrayList<>();
      validation.forEach(examples -> batches.add(examples.toDataSet()));
      validationData = batches;
    }
    return validationData;
  }
}
