package io.github.dl4jx.training.parallel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.solvers.BaseOptimizer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * One call of {@code fit}: its threads and replicas, and its rounds.
 *
 * <p>A round has a minibatch for each worker, or for fewer at the end. Its steps are computing,
 * encoding, adding up if messages are quantized twice, and applying; the next round's minibatches
 * are fetched meanwhile.
 */
final class ParallelRun implements AutoCloseable {

  /** Called after every round. */
  interface RoundListener {

    /**
     * Called between two rounds.
     *
     * @param messages number of messages in the round
     * @param bytes size of all of them
     * @param replicas all networks, the given one first
     */
    void onRound(int messages, long bytes, List<Model> replicas);
  }

  private final Replica net;
  private final int exactIterations;
  private final boolean twice;
  private final Collection<TrainingListener> listeners;
  private final RoundListener roundListener;
  private final WorkerThreads threads;
  private final @Nullable Worker[] workers;

  /** Minibatches of this round and of the next one. */
  private final Batch[][] batches;

  /**
   * Makes the replicas.
   *
   * @param net the network that is trained, and worker 0's replica
   * @param makeWorker makes the worker of an index, in its own thread, one after another
   * @param listeners the network's
   * @param exactIterations iterations before this one have exact messages
   * @param twice whether the others are quantized twice
   */
  ParallelRun(
      Replica net,
      int count,
      IntFunction<Worker> makeWorker,
      Collection<TrainingListener> listeners,
      int exactIterations,
      boolean twice,
      RoundListener roundListener) {
    this.net = net;
    this.listeners = listeners;
    this.exactIterations = exactIterations;
    this.twice = twice;
    this.roundListener = roundListener;
    this.workers = new Worker[count];
    this.batches = new Batch[2][count];
    for (Batch[] round : batches) {
      Arrays.setAll(round, w -> new Batch());
    }
    this.threads = new WorkerThreads(count);
    try {
      // in the workers' threads: a new network reseeds its thread's random numbers
      threads.run(
          count,
          "making the replicas",
          w -> {
            synchronized (this) {
              workers[w] = makeWorker.apply(w);
            }
          });
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private Worker worker(int w) {
    Worker worker = workers[w];
    if (worker == null) {
      throw new IllegalStateException("worker " + w + " was not made");
    }
    return worker;
  }

  /** Refuses data without a batch. */
  static void checkNotEmpty(MultiDataSetIterator data) {
    if (!data.hasNext() && data.resetSupported()) {
      data.reset();
    }
    Preconditions.checkArgument(
        data.hasNext(),
        "data must have at least 1 batch in every epoch, got 0%s",
        data.resetSupported() ? "" : "; it cannot be reset");
  }

  /** Trains for an epoch. */
  void epoch(MultiDataSetIterator data) {
    checkNotEmpty(data);
    threads.run(
        1, "the start of an epoch", w -> listeners.forEach(l -> l.onEpochStart(net.model())));
    int set = 0;
    int count = fetch(data, batches[set]);
    while (count > 0) {
      count = round(data, count, batches[set], batches[1 - set]);
      set = 1 - set;
    }
    checkReplicas();
    Preconditions.checkState(
        Double.isFinite(net.model().params().norm1Number().doubleValue()),
        "the parameters are not finite any more, the training diverged, before iteration %s",
        BaseOptimizer.getIterationCount(net.model()));
    threads.run(1, "the end of an epoch", w -> listeners.forEach(l -> l.onEpochEnd(net.model())));
    for (int w = 0; w < workers.length; w++) {
      worker(w).replica.network().nextEpoch();
    }
  }

  private static int fetch(MultiDataSetIterator data, Batch[] into) {
    int count = 0;
    while (count < into.length && data.hasNext()) {
      into[count].copy(data.next());
      count++;
    }
    return count;
  }

  /** Makes a round, and fetches the minibatches of the next one and returns their number. */
  private int round(MultiDataSetIterator data, int count, Batch[] now, Batch[] next) {
    int iteration = BaseOptimizer.getIterationCount(net.model());
    String what = "iteration " + iteration;
    WorkerThreads.Step computing =
        threads.start(
            workers.length,
            what,
            w -> {
              if (w < count) {
                worker(w).compute(now[w], iteration);
              } else {
                worker(w).idle(now[0], iteration);
              }
            });
    int fetched;
    try {
      fetched = fetch(data, next);
    } catch (RuntimeException | Error e) {
      try {
        computing.await();
      } catch (IllegalStateException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
    computing.await();
    if (twice && iteration >= exactIterations) {
      exchangeTwice(count, iteration, what);
    } else {
      exchange(count, iteration, what);
    }
    return fetched;
  }

  /** Everybody reads everybody's message. */
  private void exchange(int count, int iteration, String what) {
    boolean exactly = iteration < exactIterations;
    ByteBuffer[] messages = new ByteBuffer[count];
    threads.run(count, what, w -> messages[w] = worker(w).encode(exactly, iteration));
    int examples = GradientCodec.examples(messages);
    float[] weights = GradientCodec.weights(messages);
    // a message is read by all at once, each with a position of its own
    threads.run(
        workers.length,
        what,
        w -> worker(w).apply(views(messages), weights, exactly, iteration, examples));
    roundListener.onRound(count, (long) count * worker(0).bytes(exactly), models());
  }

  /** Every worker adds up its part of all messages, and everybody reads the sums. */
  private void exchangeTwice(int count, int iteration, String what) {
    ByteBuffer[][] messages = new ByteBuffer[count][];
    threads.run(count, what, w -> messages[w] = worker(w).encodeParts(false, iteration));
    int n = workers.length;
    int examples = GradientCodec.examples(part(messages, 0));
    float[] weights = GradientCodec.weights(part(messages, 0));
    ByteBuffer[] sums = new ByteBuffer[n];
    threads.run(
        n,
        what,
        p -> sums[p] = worker(p).sum(false, part(messages, p), weights, iteration, examples));
    threads.run(n, what, w -> worker(w).applySums(false, views(sums), iteration, examples));
    long bytes = 0;
    for (int p = 0; p < n; p++) {
      int senders = p < count ? count - 1 : count; // nobody sends its own part to itself
      bytes += (senders + 1L) * worker(0).bytesOfPart(p);
    }
    roundListener.onRound(count * (n - 1) + n, bytes, models());
  }

  private static ByteBuffer[] part(ByteBuffer[][] messages, int part) {
    return Arrays.stream(messages).map(parts -> parts[part]).toArray(ByteBuffer[]::new);
  }

  private static ByteBuffer[] views(ByteBuffer[] messages) {
    ByteBuffer[] views = new ByteBuffer[messages.length];
    Arrays.setAll(views, m -> messages[m].duplicate().order(messages[m].order()));
    return views;
  }

  private List<Model> models() {
    List<Model> models = new ArrayList<>();
    for (int w = 0; w < workers.length; w++) {
      models.add(worker(w).replica.model());
    }
    return models;
  }

  /** Fails if anything has changed one replica alone. */
  private void checkReplicas() {
    long[] checksums = new long[workers.length];
    threads.run(workers.length, "the comparison", w -> checksums[w] = worker(w).checksum());
    for (int w = 1; w < checksums.length; w++) {
      if (checksums[w] != checksums[0]) {
        throw new IllegalStateException(
            "the replica of worker "
                + w
                + " differs from the network: a listener of the network changes its parameters,"
                + " learning rate or updater state within an epoch, or an updater takes numbers"
                + " from elsewhere");
      }
    }
  }

  /** Releases everything but the given network. */
  @Override
  public void close() {
    threads.close();
    for (Worker worker : workers) {
      if (worker != null && worker.replica != net) {
        worker.replica.network().release();
      }
    }
    net.clear();
    for (Batch[] round : batches) {
      Arrays.stream(round).forEach(Batch::close);
    }
  }
}
