package io.github.dl4jx.tuning.run;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.internal.RawExamples;
import io.github.dl4jx.training.jobs.Packed;
import org.jspecify.annotations.Nullable;

/** The examples that all trials learn from, unless each opens a stream where it is trained. */
final class SharedData {

  private final @Nullable TrainingData examples;

  SharedData(TrainingData data) {
    this.examples = data.inMemory() ? data : null;
  }

  private SharedData() {
    this.examples = null;
  }

  TrainingData examples() {
    if (examples == null) {
      throw new IllegalStateException("neither examples nor a stream were sent");
    }
    return examples;
  }

  /** A form of it for other machines, where all trials share the arrays. */
  static final class PackedData implements Packed<SharedData> {

    private static final long serialVersionUID = 1;

    /** Null for a stream, whose examples stay where they are. */
    private final @Nullable RawExamples examples;

    /** Examples a batch. */
    private final int batch;

    private transient @Nullable SharedData unpacked;

    PackedData(TrainingData data) {
      this.examples = data.inMemory() ? new RawExamples(data.examples()) : null;
      this.batch = data.batch();
    }

    @Override
    public synchronized SharedData unpack() {
      SharedData result = unpacked;
      if (result == null) {
        result =
            examples == null
                ? new SharedData()
                : new SharedData(TrainingData.of(examples.toDataSet(), batch));
        unpacked = result;
      }
      return result;
    }
  }
}
