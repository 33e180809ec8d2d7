package io.github.dl4jx.spark;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.internal.EveryNth;
import io.github.dl4jx.training.jobs.internal.SharedExamples;
import io.github.dl4jx.training.resume.DataDigest;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32C;
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

    /** {@return what tells its minibatches from others} */
    String digest();
  }

  /** {@return whether every stretch computes the data anew, which might then be other data} */
  boolean isComputedAgain();

  /** Ends what an iterator does beside being read, as it may be left before its end. */
  static void leave(DataSetIterator epoch) {
    if (epoch instanceof AutoCloseable) {
      try {
        ((AutoCloseable) epoch).close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot close the minibatches: " + e, e);
      }
    }
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
      return new Epochs() {
        @Override
        public DataSetIterator of(int epoch) {
          return new ExistingDataSetIterator(batches);
        }

        @Override
        public String digest() {
          CRC32C all = new CRC32C();
          batches.forEach(batch -> all.update(DataDigest.of(batch).getBytes(US_ASCII)));
          return batches.size() + " minibatches, " + Long.toHexString(all.getValue());
        }
      };
    }

    @Override
    public boolean isComputedAgain() {
      return true;
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
      return new Epochs() {
        @Override
        public DataSetIterator of(int epoch) {
          return new EveryNth(epoch(all, seed, epoch), worker, workers);
        }

        /** Of the first minibatch: it costs an opened stream. */
        @Override
        public String digest() {
          DataSetIterator first = of(0);
          try {
            return first.hasNext() ? DataDigest.of(first.next()) : "none";
          } finally {
            leave(first);
          }
        }
      };
    }

    @Override
    public boolean isComputedAgain() {
      return false;
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
