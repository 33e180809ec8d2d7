package io.github.dl4jx.training;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.resume.DataDigest;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * What several networks learn from: examples in memory, which all share and draw rows from, or a
 * stream that is read again for every network.
 *
 * <pre>{@code
 * TrainingData.of(iterator)                          // read once, kept in memory
 * TrainingData.of(dataSet, 64)                       // in batches of 64
 * TrainingData.streaming(() -> new MyIterator(file)) // more than fits in memory
 * }</pre>
 *
 * <p>In memory, rows are shuffled anew in every epoch, by the network's seed. A stream is taken in
 * the order in which it comes.
 */
public final class TrainingData {

  private final @Nullable DataSet examples;
  private final int batch;
  private final @Nullable Supplier<? extends DataSetIterator> source;

  private TrainingData(
      @Nullable DataSet examples, int batch, @Nullable Supplier<? extends DataSetIterator> source) {
    this.examples = examples;
    this.batch = batch;
    this.source = source;
  }

  /**
   * Reads an iterator to its end and keeps the examples, preprocessed as the iterator does it.
   *
   * @param data read from its start if it can be reset; its batch size is kept
   * @return the data, in memory
   * @throws IllegalArgumentException if it is null or empty, or gives a batch that is null or has
   *     features or labels that are
   */
  public static TrainingData of(DataSetIterator data) {
    Preconditions.checkArgument(data != null, "data must not be null");
    if (data.resetSupported()) {
      data.reset();
    }
    List<DataSet> batches = new ArrayList<>();
    int size = data.hasNext() ? data.batch() : 0; // some iterators cannot tell at their end
    while (data.hasNext()) {
      DataSet next = data.next();
      Preconditions.checkArgument(
          next != null && next.getFeatures() != null && next.getLabels() != null,
          "data must have no batch, features or labels that are null, got that as batch %s, counted"
              + " from 0",
          batches.size());
      batches.add(next.copy()); // iterators may reuse a batch's memory
    }
    Preconditions.checkArgument(!batches.isEmpty(), "data must have at least 1 example, got 0");
    int batch = size >= 1 ? size : batches.get(0).numExamples();
    DataSet all = JoinedBatches.of(batches);
    if (batches.size() > 1) { // or it is the one
      batches.forEach(TrainingData::release); // the collector would come late for a second copy
    }
    return new TrainingData(all, batch, null);
  }

  private static void release(DataSet copy) {
    for (INDArray array :
        Arrays.asList(
            copy.getFeatures(),
            copy.getLabels(),
            copy.getFeaturesMaskArray(),
            copy.getLabelsMaskArray())) {
      if (array != null && array.closeable()) {
        array.close();
      }
    }
  }

  /**
   * Examples that are in memory already.
   *
   * @param data at least one example; shared, not changed
   * @param batch examples a batch, at least 1
   * @return the data
   * @throws IllegalArgumentException if it is null or empty, has no labels, or batch is below 1
   */
  public static TrainingData of(DataSet data, int batch) {
    Preconditions.checkArgument(data != null, "data must not be null");
    Preconditions.checkArgument(batch >= 1, "batch must be >= 1, got %s", batch);
    Preconditions.checkArgument(
        data.getFeatures() != null && data.numExamples() >= 1,
        "data must have at least 1 example, got 0");
    return new TrainingData(Arguments.labelled("data", data), batch, null);
  }

  /**
   * A stream of examples, which need not fit in memory.
   *
   * @param source makes a new iterator at the stream's start; called once for each network, from
   *     several threads if they are trained side by side; the iterator must support reset if there
   *     is more than one epoch
   * @return the data
   */
  public static TrainingData streaming(Supplier<? extends DataSetIterator> source) {
    Preconditions.checkArgument(source != null, "source must not be null");
    return new TrainingData(null, 0, source);
  }

  /**
   * Whether the examples are in memory.
   *
   * @return false for a stream
   */
  public boolean inMemory() {
    return examples != null;
  }

  /**
   * The examples.
   *
   * @return all of them, shared: not to be changed
   * @throws IllegalArgumentException if they are a stream
   */
  public DataSet examples() {
    if (examples == null) {
      throw new IllegalArgumentException(
          "data must be in memory, TrainingData.of(..), got a stream");
    }
    return examples;
  }

  /**
   * What a stream comes from.
   *
   * @return makes a new iterator at the stream's start
   * @throws IllegalStateException if the examples are in memory
   */
  public Supplier<? extends DataSetIterator> source() {
    if (source == null) {
      throw new IllegalStateException("data must be a stream, got examples in memory");
    }
    return source;
  }

  /**
   * Examples a batch.
   *
   * @return at least 1, or 0 for a stream, which has batches of its own
   */
  public int batch() {
    return batch;
  }

  /**
   * All examples.
   *
   * @param seed of the order of the examples in memory; of no meaning for a stream
   * @return an iterator of its own, which uses the memory of its batches again if it can
   * @throws IllegalArgumentException if a stream is null or has no batch
   */
  public DataSetIterator all(long seed) {
    if (source == null) {
      return new ResumableIterator(examples(), batch, seed).reusingBatches();
    }
    DataSetIterator stream = source.get();
    Preconditions.checkArgument(stream != null, "source must not give null");
    if (!stream.hasNext() && stream.resetSupported()) {
      stream.reset();
    }
    Preconditions.checkArgument(stream.hasNext(), "data must have at least 1 batch, got 0");
    return stream;
  }

  /**
   * Some of the examples in memory.
   *
   * @param rows their indices, which may come more than once
   * @param seed of their order
   * @return an iterator of its own, which uses the memory of its batches again
   * @throws IllegalArgumentException if they are a stream, or an index is out of range
   */
  public DataSetIterator rows(int[] rows, long seed) {
    return new ResumableIterator(examples(), rows, batch, seed).reusingBatches();
  }

  /**
   * What tells this data from other data, for folders of finished results.
   *
   * @return shapes, batch size and a digest; of a stream nothing is known
   */
  public String description() {
    if (examples == null) {
      return "stream";
    }
    return String.format(
        "%s %s batch %d, digest %s",
        Arrays.toString(examples.getFeatures().shape()),
        Arrays.toString(examples.getLabels().shape()),
        batch,
        DataDigest.of(examples));
  }
}
