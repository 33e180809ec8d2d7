package io.github.dl4jx.training.resume;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Iterates over rows of a data set in memory, in an order that is a pure function of (seed, epoch).
 *
 * <p>The rows are given by index and may repeat: a bootstrap sample is a list of indices over data
 * that all samples share. A batch is copied from them when it is fetched. The iterator can {@link
 * #start} anywhere, so that a run can be resumed within an epoch.
 *
 * <pre>{@code
 * net.fit(new ResumableIterator(data, 128, 42), 5);
 * }</pre>
 */
public final class ResumableIterator implements DataSetIterator {

  /** The features, shared. */
  private final RowSource features;

  /** The labels, shared. */
  private final RowSource labels;

  /** The mask of the features, if there is one. */
  private final @Nullable RowSource featuresMask;

  /** The mask of the labels, if there is one. */
  private final @Nullable RowSource labelsMask;

  /** Names of the classes, if they have any. */
  private final @Nullable List<String> labelNames;

  /** The rows of one epoch, unshuffled. */
  private final int[] rows;

  /** Examples a batch. */
  private final int batch;

  /** Seed of the order. */
  private final long seed;

  /** The rows of this epoch, shuffled. */
  private int[] order;

  /** Number of the epoch, from 0 on. */
  private int epoch;

  /** Whether batches share their memory. */
  private boolean reuse;

  /** Position in the order. */
  private int next;

  /** Applied to every batch. */
  private @Nullable DataSetPreProcessor preProcessor;

  /**
   * All rows of a data set.
   *
   * @param data at least one example; shared, not changed
   * @param batch examples a batch, at least 1; the last batch of an epoch may be smaller
   * @param seed seed of the order
   * @throws IllegalArgumentException if the data is null or empty, has no labels, or batch is below
   *     1
   */
  public ResumableIterator(DataSet data, int batch, long seed) {
    this(data, allRows(data), batch, seed);
  }

  /**
   * Some rows of a data set, each as often as it is listed.
   *
   * @param data the examples; shared, not changed
   * @param rows indices of examples, at least one
   * @param batch examples a batch, at least 1; the last batch of an epoch may be smaller
   * @param seed seed of the order
   * @throws IllegalArgumentException if the data is null, or has no features or labels, there are
   *     no rows, one is not in the data, or batch is below 1
   */
  public ResumableIterator(DataSet data, int[] rows, int batch, long seed) {
    Arguments.labelled("data", data);
    Preconditions.checkArgument(
        Arguments.notNull("rows", rows).length >= 1, "rows must have at least 1 index, got 0");
    Preconditions.checkArgument(batch >= 1, "batch must be >= 1, got %s", batch);
    int examples = data.numExamples();
    for (int row : rows) {
      Preconditions.checkArgument(
          row >= 0 && row < examples, "rows must be in [0, %s), got %s", examples, row);
    }
    this.features = new RowSource(data.getFeatures());
    this.labels = new RowSource(data.getLabels());
    this.featuresMask = RowSource.ofNullable(data.getFeaturesMaskArray());
    this.labelsMask = RowSource.ofNullable(data.getLabelsMaskArray());
    List<String> names = data.getLabelNamesList();
    // evaluate() takes an empty list for zero classes
    this.labelNames = names == null || names.isEmpty() ? null : new ArrayList<>(names);
    this.rows = rows.clone();
    this.batch = batch;
    this.seed = seed;
    this.order = shuffled(0);
  }

  /**
   * Lets batches share their memory, which saves a large allocation a batch: a batch is then valid
   * until the next one is fetched. Right for {@code fit} and {@code evaluate}, wrong for code that
   * keeps batches or fetches them ahead.
   *
   * @return this iterator
   */
  public ResumableIterator reusingBatches() {
    reuse = true;
    return this;
  }

  private static int[] allRows(DataSet data) {
    int[] rows = new int[Arguments.labelled("data", data).numExamples()];
    Arrays.setAll(rows, i -> i);
    return rows;
  }

  private int[] shuffled(int epoch) {
    int[] shuffled = rows.clone();
    Random random = new Random(Seeds.derive(seed, epoch));
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swap;
    }
    return shuffled;
  }

  @Override
  public boolean hasNext() {
    return next < order.length;
  }

  @Override
  public DataSet next() {
    return next(batch);
  }

  @Override
  public DataSet next(int num) {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch is over: call reset()");
    }
    Preconditions.checkArgument(num >= 1, "num must be >= 1, got %s", num);
    int[] chosen = Arrays.copyOfRange(order, next, next + Math.min(order.length - next, num));
    next += chosen.length;
    DataSet result =
        new DataSet(
            features.gather(chosen, reuse),
            labels.gather(chosen, reuse),
            featuresMask == null ? null : featuresMask.gather(chosen, reuse),
            labelsMask == null ? null : labelsMask.gather(chosen, reuse));
    if (preProcessor != null) {
      preProcessor.preProcess(result);
    }
    return result;
  }

  /** Starts the next epoch, in its own order; does nothing at the start of an epoch. */
  @Override
  public void reset() {
    if (next > 0) {
      start(epoch + 1, 0);
    }
  }

  /**
   * Goes to a position in the run.
   *
   * @param epoch number of the epoch, 0 or more
   * @param batches number of its batches that are skipped, from 0 to all of them
   * @throws IllegalArgumentException if either is out of its range; nothing is changed then
   */
  public void start(int epoch, int batches) {
    Preconditions.checkArgument(epoch >= 0, "epoch must be >= 0, got %s", epoch);
    int all = batches();
    Preconditions.checkArgument(
        batches >= 0 && batches <= all, "batches must be in [0, %s], got %s", all, batches);
    this.epoch = epoch;
    order = shuffled(epoch);
    next = (int) Math.min(rows.length, (long) batches * batch);
  }

  /** Batches of an epoch. */
  int batches() {
    return (rows.length - 1) / batch + 1;
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  /** No: copying a batch takes less time than handing it to another thread. */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public int inputColumns() {
    return features.columns();
  }

  @Override
  public int totalOutcomes() {
    return labels.columns();
  }

  @Override
  public void setPreProcessor(@Nullable DataSetPreProcessor preProcessor) {
    this.preProcessor = preProcessor;
  }

  @Override
  public @Nullable DataSetPreProcessor getPreProcessor() {
    return preProcessor;
  }

  @Override
  public @Nullable List<String> getLabels() {
    return labelNames;
  }
}
