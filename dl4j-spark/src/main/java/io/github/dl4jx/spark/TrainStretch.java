package io.github.dl4jx.spark;

import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.parallel.DataParallelSettings;
import io.github.dl4jx.training.parallel.ParallelWorker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One worker's share of a stretch of training, as a task of a barrier stage: from the state that
 * the driver has sent to the one that it gets back.
 *
 * @param <T> type of what the worker's partition has
 */
final class TrainStretch<T> implements FlatMapFunction<Iterator<T>, TrainedStretch> {

  private static final long serialVersionUID = 1;

  /** How the workers exchange gradients. */
  private final DataParallelSettings settings;

  /** Where they have their minibatches from. */
  private final WorkerData<T> data;

  /** The network at the start. */
  private final Broadcast<SentNetwork> network;

  /** The workers' residuals at the start; no entries if there are none. */
  private final ArrayList<Broadcast<float[][]>> residuals;

  /** Finished rounds of the epoch. */
  private final int done;

  /** How many rounds to make at most. */
  private final int most;

  /** At which epoch to stop. */
  private final int epochs;

  /** Whether the driver wants digests of the data. */
  private final boolean digests;

  /** What the workers know each other by. */
  private final byte[] token;

  /** How long a worker may be silent. */
  private final Duration patience;

  TrainStretch(
      DataParallelSettings settings,
      WorkerData<T> data,
      Broadcast<SentNetwork> network,
      List<Broadcast<float[][]>> residuals,
      int done,
      int most,
      int epochs,
      boolean digests,
      byte[] token,
      Duration patience) {
    this.settings = settings;
    this.data = data;
    this.network = network;
    this.residuals = new ArrayList<>(residuals);
    this.done = done;
    this.most = most;
    this.epochs = epochs;
    this.digests = digests;
    this.token = token.clone();
    this.patience = patience;
  }

  @Override
  public Iterator<TrainedStretch> call(Iterator<T> partition) throws IOException {
    BarrierTaskContext context = BarrierTaskContext.get();
    Nd4j.factory().blas().setMaxThreads(context.cpus());
    BroadcastGuard.install();
    int index = context.partitionId();
    // before the others wait: a partition may be long
    WorkerData.Epochs batches = data.open(index, settings.workers(), partition);
    String digest = digests ? batches.digest() : null;
    Network net = network.value().toNetwork();
    int largest = ParallelWorker.largestMessage(net.model(), settings);
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    try (Peers peers =
        new Peers(
            index, settings.workers(), host, token, largest, patience, context::isInterrupted)) {
      peers.connect(addresses(context.allGather(text(peers.address()))));
      try {
        return Collections.singleton(train(context, index, net, peers, batches, digest)).iterator();
      } catch (RuntimeException | Error e) {
        peers.fail(e); // or all others could only say that the connection is closed
        throw e;
      }
    } finally {
      net.release();
    }
  }

  private TrainedStretch train(
      BarrierTaskContext context,
      int index,
      Network net,
      Peers peers,
      WorkerData.Epochs batches,
      @Nullable String digest) {
    float @Nullable [][] before = residuals.isEmpty() ? null : residuals.get(index).value();
    try (ParallelWorker worker = new ParallelWorker(net.model(), settings, peers, before)) {
      int rounds = done;
      int left = most;
      long start = System.nanoTime();
      while (left > 0 && net.epoch() < epochs) {
        int made = train(worker, batches.of(net.epoch()), rounds, left);
        rounds = made < left ? 0 : rounds + made;
        left -= made;
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      return new TrainedStretch(
          index,
          Machine.of(context),
          index == 0 ? new SentNetwork.State(net) : null,
          worker.residuals(),
          digest,
          rounds,
          most - left,
          seconds,
          net.model().score(),
          peers.messages(),
          peers.bytes());
    }
  }

  private static int train(ParallelWorker worker, DataSetIterator epoch, int done, int most) {
    try {
      return worker.train(epoch, done, most);
    } finally {
      WorkerData.leave(epoch);
    }
  }

  private static String text(InetSocketAddress address) {
    return address.getPort() + " " + address.getAddress().getHostAddress();
  }

  private static List<InetSocketAddress> addresses(String[] texts) {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (String text : texts) {
      int blank = text.indexOf(' ');
      addresses.add(
          new InetSocketAddress(
              text.substring(blank + 1), Integer.parseInt(text.substring(0, blank))));
    }
    return addresses;
  }
}
