package io.github.dl4jx.training.parallel;

import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.updaters.wrapper.OneBitQuantizer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
 * <pre>
 * one bit:          Q(v_k) to everybody
 * quantized twice:  part p of Q(v_k) to worker p;  worker p's sum, quantized again, to everybody
 * exact:            part p of g_k to worker p;  worker p's sum to everybody
 * no minibatch:     a header that says so, to everybody
 * </pre>
 *
 * <p>A round has a minibatch of each worker that has one left. The epoch ends with a round in which
 * nobody has. Every hundredth round, and at each return, the replicas are compared by a checksum of
 * parameters and updater state. The class is for transports; on Apache Spark {@code
 * SparkDataParallel} of {@code dl4j-spark} does all this.
 */
public final class ParallelWorker implements AutoCloseable {

  /** Rounds between two comparisons of the replicas. */
  private static final int COMPARE_EVERY = 100;

  private static final int HEADER = 2 * Integer.BYTES;
  private static final int COMPARISON = HEADER + Long.BYTES;

  /** In the place of a number of examples. */
  private static final int IS_COMPARISON = -1;

  private final DataParallelSettings settings;
  private final WorkerLink link;
  private final Replica replica;
  private final Worker worker;
  private final GradientLayout part;
  private final float @Nullable [] residual;
  private final float @Nullable [] sumResidual;
  private final Batch batch = new Batch();
  private final ByteBuffer small = GradientCodec.message(COMPARISON);
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
    this.settings = settings;
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
    int largest = COMPARISON;
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
        compareReplicas();
      }
    }
    compareReplicas();
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
    boolean exactly = iteration < settings.exactIterations;
    boolean byParts = exactly || settings.twice;
    return byParts ? exchangeParts(takesPart, exactly, iteration) : exchange(takesPart, iteration);
  }

  /** Everybody reads everybody's message. */
  private boolean exchange(boolean takesPart, int iteration) {
    ByteBuffer own = takesPart ? worker.encode(false, iteration) : nothing(iteration);
    ByteBuffer[] messages = takingPart(gather(own));
    if (messages.length == 0) {
      return false;
    }
    worker.apply(
        messages,
        GradientCodec.weights(messages),
        false,
        iteration,
        GradientCodec.examples(messages));
    return true;
  }

  /** Everybody adds up a part of all messages, and reads the sums. */
  private boolean exchangeParts(boolean takesPart, boolean exactly, int iteration) {
    int index = link.index();
    ByteBuffer[] own;
    if (takesPart) {
      own = worker.encodeParts(exactly, iteration);
    } else {
      own = new ByteBuffer[settings.workers];
      Arrays.fill(own, nothing(iteration));
    }
    for (int p = 0; p < own.length; p++) {
      if (p != index) {
        link.send(p, own[p]);
      }
    }
    ByteBuffer[] messages = takingPart(received(own[index]));
    if (messages.length == 0) {
      return false;
    }
    int examples = GradientCodec.examples(messages);
    float[] weights = GradientCodec.weights(messages);
    ByteBuffer sum = worker.sum(exactly, messages, weights, iteration, examples);
    worker.applySums(exactly, gather(sum), iteration, examples);
    return true;
  }

  private ByteBuffer nothing(int iteration) {
    small.clear();
    small.putInt(iteration).putInt(0).flip();
    return small;
  }

  /** Sends a message to everybody, and returns everybody's. */
  private ByteBuffer[] gather(ByteBuffer own) {
    for (int w = 0; w < settings.workers; w++) {
      if (w != link.index()) {
        link.send(w, own);
      }
    }
    return received(own);
  }

  private ByteBuffer[] received(ByteBuffer own) {
    ByteBuffer[] all = new ByteBuffer[settings.workers];
    for (int w = 0; w < all.length; w++) {
      all[w] = w == link.index() ? own : link.receive(w);
      Preconditions.checkState(
          all[w].remaining() >= HEADER,
          "a message must have at least %s bytes, got %s from worker %s",
          HEADER,
          all[w].remaining(),
          w);
    }
    return all;
  }

  private static ByteBuffer[] takingPart(ByteBuffer[] messages) {
    return Arrays.stream(messages)
        .filter(message -> GradientCodec.examples(message) > 0)
        .toArray(ByteBuffer[]::new);
  }

  private void compareReplicas() {
    int iteration = replica.network().iteration();
    long checksum = worker.checksum();
    small.clear();
    small.putInt(iteration).putInt(IS_COMPARISON).putLong(checksum).flip();
    ByteBuffer[] all = gather(small);
    List<Integer> others = new ArrayList<>();
    for (int w = 0; w < all.length; w++) {
      ByteBuffer message = all[w];
      Preconditions.checkState(
          message.remaining() == COMPARISON
              && message.getInt(0) == iteration
              && message.getInt(Integer.BYTES) == IS_COMPARISON,
          "the message of worker %s is not one of the comparison before iteration %s",
          w,
          iteration);
      if (message.getLong(HEADER) != checksum) {
        others.add(w);
      }
    }
    Preconditions.checkState(
        others.isEmpty(),
        "before iteration %s the replica of worker %s differs from those of the workers %s: their"
            + " machines give other bits (versions, OPENBLAS_CORETYPE, number of threads), or an"
            + " updater takes numbers from elsewhere",
        iteration,
        link.index(),
        others);
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
