package io.github.dl4jx.training.parallel;

import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.updaters.wrapper.OneBitQuantizer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One worker of a data-parallel training whose other workers are elsewhere: the algorithm of {@link
 * OneBitDataParallel}, with a {@link WorkerLink} instead of shared memory, to the same bits.
 *
 * <p>A round has a minibatch of each worker that has one left. The epoch ends with a round in which
 * nobody has. Every hundredth round, and at each return, the replicas are compared by a checksum of
 * parameters and updater state. The class is for transports; on Apache Spark {@code
 * SparkDataParallel} of {@code dl4j-spark} does all this.
 */
public final class ParallelWorker implements AutoCloseable {

  /** Rounds between two comparisons of the replicas. */
  private static final int COMPARE_EVERY = 100;

  private final WorkerLink link;
  private final Replica replica;
  private final Worker worker;
  private final RemoteExchange exchange;
  private final GradientLayout part;
  private final float @Nullable [] residual;
  private final float @Nullable [] sumResidual;
  private final Batch batch = new Batch();
  private boolean hasBatch;

  /**
   * A worker.
   *
   * @param network its replica: a {@code MultiLayerNetwork} or {@code ComputationGraph} with the
   *     same parameters, updater state and counts as those of all others; it is trained
   * @param settings the same for all
   * @param link to the others
   * @param residuals the worker's own, of {@link Residuals#ofWorker}; null for none yet
   * @throws IllegalArgumentException if the network cannot be trained in parallel, the link is of
   *     another number of workers, or the residuals have another size
   */
  public ParallelWorker(
      Model network,
      DataParallelSettings settings,
      WorkerLink link,
      float @Nullable [][] residuals) {
    Preconditions.checkArgument(settings != null, "settings must not be null");
    Preconditions.checkArgument(link != null, "link must not be null");
    Preconditions.checkArgument(
        link.workers() == settings.workers,
        "link must be of %s workers, got %s",
        settings.workers,
        link.workers());
    this.replica = Replica.checked(network);
    this.link = link;
    GradientLayout layout = GradientLayout.of(replica.updater());
    int index = link.index();
    List<GradientLayout> parts = layout.parts(settings.workers);
    this.part = parts.get(index);
    boolean feedback = settings.hasResiduals();
    this.residual = feedback ? new float[layout.length] : null;
    this.sumResidual = feedback && settings.twice ? new float[layout.length] : null;
    if (residual != null && residuals != null) {
      restore(residuals);
    }
    OneBitQuantizer quantizer = settings.quantizer();
    this.worker =
        new Worker(
            index,
            settings.seed(replica.model()),
            replica,
            layout,
            List.of(),
            List.of(),
            quantizer,
            residual,
            settings.twice ? new PartSums(index, parts, quantizer, residual, sumResidual) : null,
            settings.exactIterations > 0 ? new PartSums(index, parts, null, null, null) : null,
            false);
    this.exchange = new RemoteExchange(worker, settings, link);
  }

  private void restore(float[][] saved) {
    float[][] now = Objects.requireNonNull(residuals());
    Preconditions.checkArgument(
        Residuals.sizes(saved).equals(Residuals.sizes(now)),
        "residuals must have the sizes %s, got %s",
        Residuals.sizes(now),
        Residuals.sizes(saved));
    System.arraycopy(saved[0], 0, residual, 0, saved[0].length);
    if (sumResidual != null) {
      System.arraycopy(saved[1], 0, sumResidual, part.from(), saved[1].length);
    }
  }

  /**
   * Refuses a network that cannot be trained in parallel.
   *
   * @param network the network
   * @throws IllegalArgumentException if it cannot; the message says why
   */
  public static void check(Model network) {
    Replica.checked(network);
  }

  /**
   * The size of the largest message that a worker sends.
   *
   * @param network the network that is trained
   * @param settings the training's
   * @return bytes
   */
  public static int largestMessage(Model network, DataParallelSettings settings) {
    Preconditions.checkArgument(settings != null, "settings must not be null");
    GradientLayout layout = GradientLayout.of(Network.initialized(network).updater());
    int largest = RemoteExchange.COMPARISON;
    if (settings.exactIterations > 0) {
      largest = Math.max(largest, largestPart(layout, settings.workers, null));
    }
    OneBitQuantizer quantizer = settings.quantizer();
    if (quantizer != null && !settings.twice) {
      largest = Math.max(largest, new GradientCodec(layout, quantizer).bytes());
    } else if (quantizer != null) {
      largest = Math.max(largest, largestPart(layout, settings.workers, quantizer));
    }
    return largest;
  }

  private static int largestPart(
      GradientLayout layout, int workers, @Nullable OneBitQuantizer quantizer) {
    return layout.parts(workers).stream()
        .mapToInt(part -> new GradientCodec(part, quantizer).bytes())
        .max()
        .orElse(0);
  }

  /**
   * Trains until the end of an epoch, or for some rounds of it. All workers call this with the same
   * numbers.
   *
   * @param data this worker's minibatches of the epoch, from its start; at least one
   * @param done rounds of the epoch that are done already
   * @param most number of rounds that are made at most, at least 1
   * @return the number that was made; if it is less than {@code most}, the epoch is at its end, and
   *     counted
   * @throws IllegalArgumentException if the worker has no minibatch at all, or one without features
   *     or labels
   * @throws IllegalStateException if another worker fails, or the replicas differ
   */
  public int train(MultiDataSetIterator data, int done, int most) {
    Preconditions.checkArgument(data != null, "data must not be null");
    Preconditions.checkArgument(done >= 0, "done must be >= 0, got %s", done);
    Preconditions.checkArgument(most >= 1, "most must be >= 1, got %s", most);
    Preconditions.checkArgument(
        data.hasNext(), "worker %s must have at least 1 minibatch, got 0", link.index());
    for (int i = 0; i < done && data.hasNext(); i++) {
      if (hasBatch) {
        data.next();
      } else {
        copy(data); // for a worker that has none left
      }
    }
    int rounds = 0;
    while (rounds < most && round(data)) {
      rounds++;
      if (rounds % COMPARE_EVERY == 0) {
        exchange.compareReplicas(replica.network().iteration());
      }
    }
    exchange.compareReplicas(replica.network().iteration());
    if (rounds < most) {
      replica.network().nextEpoch();
    }
    return rounds;
  }

  /**
   * As {@link #train(MultiDataSetIterator, int, int)}, with one input and output.
   *
   * @param data as there
   * @param done as there
   * @param most as there
   * @return as there
   */
  public int train(DataSetIterator data, int done, int most) {
    Preconditions.checkArgument(data != null, "data must not be null");
    return train(Batch.iterator(data), done, most);
  }

  private void copy(MultiDataSetIterator data) {
    batch.copy(data.next());
    hasBatch = true;
  }

  /** Makes a round, or finds that nobody has a minibatch. */
  private boolean round(MultiDataSetIterator data) {
    int iteration = replica.network().iteration();
    boolean takesPart = data.hasNext();
    if (takesPart) {
      copy(data);
      worker.compute(batch, iteration);
    } else {
      worker.idle(batch, iteration);
    }
    return exchange.round(takesPart, iteration);
  }

  /** {@return a checksum of parameters and updater state, the same for identical replicas} */
  public long checksum() {
    return worker.checksum();
  }

  /**
   * {@return the worker's residuals, for the next {@code ParallelWorker} that goes on; null if
   * there are none}
   */
  public float @Nullable [][] residuals() {
    if (residual == null) {
      return null;
    }
    return sumResidual == null
        ? new float[][] {residual.clone()}
        : new float[][] {residual.clone(), Arrays.copyOfRange(sumResidual, part.from(), part.to())};
  }

  /** Releases the batch; the network stays. */
  @Override
  public void close() {
    replica.clear();
    batch.close();
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
  }
}
