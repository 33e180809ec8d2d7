package io.github.dl4jx.training.jobs.internal;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.internal.RawExamples;
import io.github.dl4jx.training.internal.SentStream;
import io.github.dl4jx.training.jobs.Packed;
import java.io.Serializable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * The examples in memory that all tasks of a job learn from, sent once to each machine; or nothing,
 * if each task opens a {@link Stream}, which goes with the task.
 */
public final class SharedExamples {

  private final @Nullable TrainingData examples;

  /** Of what is in memory; of a stream nothing. */
  public SharedExamples(TrainingData data) {
    this.examples = data.inMemory() ? data : null;
  }

  private SharedExamples() {
    this.examples = null;
  }

  /** Nothing: each task has its own. */
  public static SharedExamples none() {
    return new SharedExamples();
  }

  /**
   * A stream that a task opens where it runs. It is a part of the task, which is sent by Java's
   * serialization, whatever that of the examples is.
   */
  public static final class Stream implements Serializable {

    private static final long serialVersionUID = 1;

    /** Null if the task learns from what is shared. */
    private final @Nullable Supplier<? extends DataSetIterator> source;

    /** Of data that may be a stream. */
    public Stream(TrainingData data) {
      this.source = data.inMemory() ? null : data.source();
    }

    /** What the task learns from. */
    public TrainingData or(SharedExamples shared) {
      if (source != null) {
        return TrainingData.streaming(source);
      }
      if (shared.examples == null) {
        throw new IllegalStateException("neither examples nor a stream were sent");
      }
      return shared.examples;
    }
  }

  /** A form of them for other machines, where all tasks share the arrays. */
  public static final class PackedExamples implements Packed<SharedExamples> {

    private static final long serialVersionUID = 1;

    /** Null for a stream, whose examples stay where they are. */
    private final @Nullable RawExamples examples;

    /** Examples a batch. */
    private final int batch;

    private transient @Nullable SharedExamples unpacked;

    /**
     * Copies what is in memory.
     *
     * @param data the data
     * @throws IllegalArgumentException if it is a stream whose source cannot be sent
     */
    public PackedExamples(TrainingData data) {
      this.examples = data.inMemory() ? new RawExamples(data.examples()) : null;
      this.batch = data.batch();
      if (examples == null) {
        SentStream.check(data.source());
      }
    }

    @Override
    public synchronized SharedExamples unpack() {
      SharedExamples result = unpacked;
      if (result == null) {
        result =
            examples == null
                ? none()
                : new SharedExamples(TrainingData.of(examples.toDataSet(), batch));
        unpacked = result;
      }
      return result;
    }
  }
}
