package io.github.dl4jx.spark;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.internal.EveryNth;
import io.github.dl4jx.training.jobs.internal.SharedExamples;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Where a worker has its minibatches from.
 *
 * @param <T> type of what its partition has
 */
interface WorkerData<T> extends Serializable {

  /** The minibatches of a worker, epoch by epoch. */
  interface Epochs {

    /** {@return its minibatches of an epoch, from 0 on} */
    DataSetIterator of(int epoch);
  }

  /** {@return the minibatches of a worker, with which its partition came} */
  Epochs open(int worker, int workers, Iterator<T> partition);

  /** Each partition has the minibatches of one worker. */
  final class Partitioned implements WorkerData<DataSet> {

    private static final long serialVersionUID = 1;

    @Override
    public Epochs open(int worker, int workers, Iterator<DataSet> partition) {
      List<DataSet> batches = new ArrayList<>();
      partition.forEachRemaining(batches::add);
      Preconditions.checkArgument(
          !batches.isEmpty(),
          "every partition must have at least 1 minibatch, partition %s has 0",
          worker);
      return epoch -> new ExistingDataSetIterator(batches);
    }
  }

  /** All workers go through the same minibatches, and each takes every n-th. */
  final class Dealt implements WorkerData<Integer> {

    private static final long serialVersionUID = 1;

    /** The examples, if they are not a stream. */
    private final Broadcast<SharedExamples.PackedExamples> shared;

    /** The stream, unless the examples are shared. */
    private final SharedExamples.Stream stream;

    /** Of the order of examples in memory. */
    private final long seed;

    Dealt(
        Broadcast<SharedExamples.PackedExamples> shared, SharedExamples.Stream stream, long seed) {
      this.shared = shared;
      this.stream = stream;
      this.seed = seed;
    }

    @Override
    public Epochs open(int worker, int workers, Iterator<Integer> partition) {
      TrainingData all = stream.or(shared.value().unpack());
      return epoch -> new EveryNth(epoch(all, seed, epoch), worker, workers);
    }

    private static DataSetIterator epoch(TrainingData all, long seed, int epoch) {
      DataSetIterator iterator = all.all(seed);
      if (iterator instanceof ResumableIterator) {
        ((ResumableIterator) iterator).start(epoch, 0);
      }
      return iterator;
    }
  }
}
