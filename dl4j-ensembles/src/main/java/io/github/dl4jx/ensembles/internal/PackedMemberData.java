package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.internal.RawExamples;
import io.github.dl4jx.training.jobs.Packed;
import io.github.dl4jx.training.jobs.internal.SharedExamples;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The examples of a job, sent once to each machine. There they become arrays when the first member
 * asks for them, and all members of the machine share these.
 */
public final class PackedMemberData implements Packed<MemberData> {

  private static final long serialVersionUID = 1;

  /** What the members learn from. */
  private final SharedExamples.PackedExamples training;

  /** Batches for early stopping. */
  private final ArrayList<RawExamples> validation = new ArrayList<>();

  /** Epochs without a lower score. */
  private final int patience;

  private transient @Nullable MemberData unpacked;

  /**
   * Copies what is in memory.
   *
   * @throws IllegalArgumentException if it is a stream whose source cannot be sent
   */
  public PackedMemberData(TrainingData data, List<DataSet> validation, int patience) {
    this.training = new SharedExamples.PackedExamples(data);
    this.patience = patience;
    validation.forEach(examples -> this.validation.add(new RawExamples(examples)));
  }

  @Override
  public synchronized MemberData unpack() {
    if (unpacked == null) {
      List<DataSet> batches = new ArrayList<>();
      validation.forEach(examples -> batches.add(examples.toDataSet()));
      unpacked =
          new MemberData(
              training.unpack(),
              batches.isEmpty() ? null : new Validation(batches, patience),
              member -> List.of());
    }
    return unpacked;
  }
}
