package io.github.dl4jx.spark;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.internal.RawExamples;
import io.github.dl4jx.training.internal.SentStream;
import io.github.dl4jx.training.jobs.Packed;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Training data that is sent to a machine once, where everybody shares the arrays; of a stream,
 * where it comes from.
 */
final class PackedTrainingData implements Packed<TrainingData> {

  private static final long serialVersionUID = 1;

  /** Null for a stream, whose examples stay where they are. */
  private final @Nullable RawExamples examples;

  /** Examples a batch. */
  private final int batch;

  /** Opens the stream; null for examples. */
  private final @Nullable Supplier<? extends DataSetIterator> source;

  private transient @Nullable TrainingData unpacked;

  /**
   * Copies what is in memory.
   *
   * @param data the data
   * @throws IllegalArgumentException if it is a stream whose source cannot be sent
   */
  PackedTrainingData(TrainingData data) {
    this.examples = data.inMemory() ? new RawExamples(data.examples()) : null;
    this.batch = data.batch();
    this.source = data.inMemory() ? null : data.source();
    if (source != null) {
      SentStream.check(source);
    }
  }

  @Override
  public synchronized TrainingData unpack() {
    TrainingData result = unpacked;
    if (result == null) {
      result =
          examples == null
              ? TrainingData.streaming(Objects.requireNonNull(source))
              : TrainingData.of(examples.toDataSet(), batch);
      unpacked = result;
    }
    return result;
  }
}
