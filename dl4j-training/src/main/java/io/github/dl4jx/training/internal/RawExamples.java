package io.github.dl4jx.training.internal;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/** The arrays of a {@code DataSet} as bytes on the heap. */
public final class RawExamples implements Serializable {

  private static final long serialVersionUID = 1;

  /** The features. */
  private final RawArray features;

  /** The labels. */
  private final RawArray labels;

  /** The mask of the features, if there is one. */
  private final @Nullable RawArray featuresMask;

  /** The mask of the labels, if there is one. */
  private final @Nullable RawArray labelsMask;

  /**
   * Copies examples.
   *
   * @param data with features and labels
   * @throws IllegalArgumentException if an array does not hold numbers
   */
  public RawExamples(DataSet data) {
    this.features = RawArray.of(data.getFeatures(), "features");
    this.labels = RawArray.of(data.getLabels(), "labels");
    this.featuresMask = RawArray.ofNullable(data.getFeaturesMaskArray(), "features mask");
    this.labelsMask = RawArray.ofNullable(data.getLabelsMaskArray(), "labels mask");
  }

  /**
   * The examples.
   *
   * @return new arrays
   */
  public DataSet toDataSet() {
    return new DataSet(
        features.toArray(),
        labels.toArray(),
        RawArray.toNullable(featuresMask),
        RawArray.toNullable(labelsMask));
  }
}
