package io.github.dl4jx.training.parallel;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.resume.ResumableListener;
import io.github.dl4jx.updaters.wrapper.OneBitQuantizer;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network on several minibatches at once, by workers that send each other their gradients
 * in one bit a value.
 *
 * <pre>{@code
 * worker k:      v_k = g_k + r_k          g_k: sum over its minibatch; r_k: residual, zero at first
 *                send Q(v_k)              a bit a value, and two floats a column
 *                r_k = v_k - Q(v_k)
 * every worker:  g = (Q(v_0) + Q(v_1) + ...) / (b_0 + b_1 + ...)     b_k: size of its minibatch
 *                w = w - update(g)        clipping, L1, L2, updater, weight decay, constraints
 * }</pre>
 *
 * <p>Q is that of {@link io.github.dl4jx.updaters.wrapper.OneBitGradient}. A column is the weights
 * into one output unit, a filter of a convolution, or a whole vector of biases. The running
 * statistics of batch normalization are sent unquantized and averaged with the sizes of the
 * minibatches as weights; each worker normalizes over its own minibatch.
 *
 * <p>Every worker is a thread with a replica of the network; the given network is worker 0's.
 * Messages are really written, read by every worker and added in the order of the workers. The
 * replicas stay identical bit for bit, updater state included, which is checked at the end of every
 * epoch. One minibatch for each worker makes one iteration; if fewer are left in the epoch, the
 * other workers only make the step.
 *
 * <p>Defaults: 2 workers; as in the paper error feedback and {@code HALF_MEANS}; no exact
 * iterations; the network's seed. See {@link Builder} for each.
 *
 * <p>After {@code fit} the network has the parameters, updater state, iteration and epoch counts of
 * training, where one iteration is one step of all workers. {@code fit} may be called again.
 * Listeners of the network are called in worker 0's thread, for the network: scores and activations
 * are those of its minibatches. They may not change the gradient.
 *
 * <p>Residuals are kept from one {@code fit} to the next, and are saved in checkpoints if {@link
 * #residuals} is one of the network's listeners:
 *
 * <pre>{@code
 * OneBitDataParallel parallel = OneBitDataParallel.of(net).workers(2).build();
 * net.setListeners(parallel.residuals(), ResumableCheckpoints.in(folder).build());
 * ResumableCheckpoints.resume(folder).ifPresent(saved -> saved.restoreInto(net));
 * if (net.getEpochCount() < 5) {
 *   parallel.fit(train, 5 - net.getEpochCount());
 * }
 * }</pre>
 *
 * <p>Such a checkpoint is one of the end of an epoch: {@code fit} begins with the data's start. An
 * iterator that shuffles by itself has to be wound to the epoch ({@code ResumableIterator.start}).
 *
 * <p>Memory: for every worker but the first a network with updater state and gradient; for each a
 * residual and a message. Workers compete for the processor's cores unless {@code
 * OMP_NUM_THREADS=1} is set in the environment.
 *
 * <p>With {@link Builder#quantizedTwice} worker p adds up the p-th part of the columns only, and
 * sends the sum in one bit a value, too:
 *
 * <pre>{@code
 * worker p:      s_p = part p of (Q(v_0) + Q(v_1) + ...) + R_p;  send Q(s_p);  R_p = s_p - Q(s_p)
 * every worker:  g = (Q(s_0), Q(s_1), ...) / (b_0 + b_1 + ...)
 * }</pre>
 *
 * <p>What differs from the paper: without it all workers get all messages; and threads of one
 * process stand in for machines. The updater comes after the sum, as in the paper's AdaGrad. No
 * truncated backpropagation through time, and networks of type FLOAT on nd4j-native only.
 *
 * <p>Reference: F. Seide, H. Fu, J. Droppo, G. Li, D. Yu, "1-Bit Stochastic Gradient Descent and
 * its Application to Data-Parallel Distributed Training of Speech DNNs", Interspeech 2014.
 */
public final class OneBitDataParallel {

  private static final Logger log = LoggerFactory.getLogger(OneBitDataParallel.class);

  private final Replica net;
  private final DataParallelSettings settings;
  private final List<TrainingListener> gradientListeners;
  private final Consumer<List<Model>> afterRound;
  private final GradientLayout layout;
  private final @Nullable Residuals residuals;

  /** A part of the gradient for each worker, if messages are quantized twice. */
  private final List<GradientLayout> parts;

  private volatile Traffic traffic = new Traffic(0, 0, 0);

  private OneBitDataParallel(Builder builder, DataParallelSettings settings) {
    net = builder.net;
    this.settings = settings;
    gradientListeners = builder.gradientListeners;
    afterRound = builder.afterRound;
    layout = GradientLayout.of(net.updater());
    residuals = settings.hasResiduals() ? new Residuals(settings, layout) : null;
    parts = settings.twice ? layout.parts(settings.workers) : List.of();
  }

  /**
   * {@return a builder with the defaults}
   *
   * @param network an initialized {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @throws IllegalArgumentException if the network is neither, or cannot be trained in parallel;
   *     the message says why
   */
  public static Builder of(Model network) {
    return new Builder(Replica.checked(network));
  }

  /**
   * Trains for some epochs.
   *
   * @param data minibatches; copied, so that it may reuse their memory
   * @param epochs number of epochs, at least 1
   * @throws IllegalArgumentException if data is null or epochs below 1, if there are several epochs
   *     and the data cannot be reset, or if an epoch has no batch, or one that is null or without
   *     features or labels
   * @throws IllegalStateException if a worker fails, with its exception as the cause; the network
   *     is then as after the last iteration that all workers finished, unless the step itself
   *     failed; or if the parameters are not finite at the end of an epoch
   */
  public void fit(DataSetIterator data, int epochs) {
    Preconditions.checkArgument(data != null, "data must not be null");
    fit(Batch.iterator(data), epochs);
  }

  /**
   * Trains for some epochs, with several inputs or outputs.
   *
   * @param data minibatches; copied, so that it may reuse their memory
   * @param epochs number of epochs, at least 1
   * @throws IllegalArgumentException as {@link #fit(DataSetIterator, int)}
   * @throws IllegalStateException as {@link #fit(DataSetIterator, int)}
   */
  public synchronized void fit(MultiDataSetIterator data, int epochs) {
    Preconditions.checkArgument(data != null, "data must not be null");
    Preconditions.checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
    Preconditions.checkArgument(
        epochs == 1 || data.resetSupported(), "data must support reset() for several epochs");
    ParallelRun.checkNotEmpty(data);
    if (settings.workers > 1 && !"1".equals(System.getenv("OMP_NUM_THREADS"))) {
      log.info(
          "Training with {} workers: with OMP_NUM_THREADS=1 in the environment they do not compete"
              + " for the processor's cores",
          settings.workers);
    }
    Collection<TrainingListener> listeners = net.network().listeners();
    try (ParallelRun run =
        new ParallelRun(
            net,
            settings.workers,
            w -> worker(w, listeners),
            listeners,
            settings.exactIterations,
            settings.twice,
            (messages, bytes, replicas) -> {
              traffic = traffic.plus(messages, bytes);
              afterRound.accept(replicas);
            })) {
      for (int epoch = 0; epoch < epochs; epoch++) {
        run.epoch(data);
      }
    }
  }

  private Worker worker(int index, Collection<TrainingListener> listeners) {
    float[] residual = residuals == null ? null : residuals.values[index];
    float[] sumResidual = residuals == null || !settings.twice ? null : residuals.ofSum();
    OneBitQuantizer quantizer = settings.quantizer();
    return new Worker(
        index,
        settings.seed(net.model()),
        index == 0 ? net : net.copy(),
        layout,
        gradientListeners,
        index == 0 ? listeners : List.of(),
        quantizer,
        residual,
        settings.twice ? new PartSums(index, parts, quantizer, residual, sumResidual) : null,
        null,
        settings.exactIterations > 0);
  }

  /** {@return what has been sent so far, in all calls of {@code fit}} */
  public Traffic traffic() {
    return traffic;
  }

  /**
   * The workers' residuals as a state for {@code ResumableCheckpoints}. It can be restored into the
   * same number of workers only.
   *
   * @return a listener for the network
   * @throws IllegalStateException if there is no error feedback, or the exchange is exact
   */
  public ResumableListener residuals() {
    if (residuals == null) {
      throw new IllegalStateException(
          "there are residuals with one-bit messages and error feedback only");
    }
    return residuals;
  }

  /** Collects the settings of a {@link OneBitDataParallel}. */
  public static final class Builder extends DataParallelBuilder<Builder> {

    private final Replica net;
    private List<TrainingListener> gradientListeners = List.of();
    private Consumer<List<Model>> afterRound = replicas -> {};

    private Builder(Replica net) {
      this.net = net;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Listeners that every worker calls with its own gradient before it is quantized, such as
     * {@code GlobalNormClipping}.
     *
     * @param listeners called from several threads at once; default none
     * @return this builder
     * @throws IllegalArgumentException if one is null
     */
    public Builder gradientListeners(TrainingListener... listeners) {
      gradientListeners = List.of(Arguments.noneNull("listeners", listeners));
      return this;
    }

    /** For tests: called with all replicas after every round. */
    Builder afterRound(Consumer<List<Model>> hook) {
      afterRound = hook;
      return this;
    }

    /**
     * {@return a trainer with these settings}
     *
     * @throws IllegalArgumentException if messages are to be both exact and quantized twice
     */
    public OneBitDataParallel build() {
      return new OneBitDataParallel(this, settings());
    }
  }
}
