package io.github.dl4jx.training.parallel;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.updaters.wrapper.OneBitGradient.Reconstruction;
import io.github.dl4jx.updaters.wrapper.OneBitQuantizer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.StepFunction;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.deeplearning4j.optimize.solvers.accumulation.IndexedTail;
import org.deeplearning4j.optimize.solvers.accumulation.Registerable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lets the workers of Deeplearning4j's {@code ParallelWrapper} send each other one bit a value.
 *
 * <pre>{@code
 * worker k:      u_k = update(g_k)        its own updater, on the mean gradient of its minibatch
 *                v_k = u_k + r_k;  send Q(v_k);  r_k = v_k - Q(v_k)
 * every worker:  w = w - (Q(v_0) + Q(v_1) + ...) / n        n: number of minibatches in the round
 * }</pre>
 *
 * <p>{@code ParallelWrapper} sends gradients <em>after</em> the updater: residuals are in units of
 * updates, every replica's updater sees its own minibatches only, and minibatches of unequal sizes
 * have equal weights. {@link OneBitDataParallel} has none of these limits: prefer it, unless a
 * program is built around {@code ParallelWrapper}.
 *
 * <pre>{@code
 * ParallelWrapper wrapper = new ParallelWrapper.Builder<>(net)
 *     .workers(2)
 *     .trainingMode(ParallelWrapper.TrainingMode.CUSTOM)
 *     .gradientsAccumulator(OneBitGradientsAccumulator.of(net, 2))
 *     .build();
 * for (int epoch = 0; epoch < 5; epoch++) {
 *   wrapper.fit(train);
 * }
 * }</pre>
 *
 * <p>What {@code ParallelWrapper} 1.0.0-M2.1 does wrong, and what this class does about it:
 *
 * <ul>
 *   <li>After each {@code fit} it drops the network's updater and its state, and the next {@code
 *       fit} may deadlock when it makes a new one: the updater is put back.
 *   <li>Replicas may be copied after worker 0 has begun to train the network: no round begins
 *       before all are made.
 *   <li>A worker that fails leaves the others waiting: here they fail, too, with its exception as
 *       the cause. Call {@code shutdown()} then.
 *   <li>It does not count epochs of the network: every {@code fit} without a failure counts one.
 *   <li>It calls {@link #reset} after every {@code fit}: residuals are kept.
 *   <li>Not mended: of all updaters' states only worker 0's is kept, and replicas of the same
 *       configuration draw the same random numbers, for dropout, say.
 * </ul>
 *
 * <p>In its default mode, {@code AVERAGING}, the builder drops the accumulator and averages
 * parameters instead. To detect this, {@link #of} adds a listener to the network, which the builder
 * hands to the workers: their first minibatch fails with a message that says what is missing. It
 * does not if the network's listeners are set, not added, after {@link #of}; {@link #traffic} stays
 * at 0 then.
 *
 * <p>One accumulator serves one {@code ParallelWrapper}.
 *
 * <p>Reference: F. Seide, H. Fu, J. Droppo, G. Li, D. Yu, "1-Bit Stochastic Gradient Descent and
 * its Application to Data-Parallel Distributed Training of Speech DNNs", Interspeech 2014.
 */
public final class OneBitGradientsAccumulator implements GradientsAccumulator, Registerable {

  private static final long serialVersionUID = 1;

  static final Pattern THREAD = Pattern.compile("ParallelWrapper training thread (\\d+)");

  private final transient Replica net;
  private final transient GradientCodec[] codecs;
  private final transient float[][] residuals;
  private final transient ByteBuffer[] messages;
  private final transient Rendezvous rendezvous;
  private final transient Object lock = new Object();

  private transient Traffic traffic = new Traffic(0, 0, 0);
  private transient Runnable updater;
  private transient boolean trained;

  private OneBitGradientsAccumulator(Replica net, int workers) {
    this.net = net;
    rendezvous = new Rendezvous(workers);
    GradientLayout layout = GradientLayout.of(net.updater());
    OneBitQuantizer quantizer = new OneBitQuantizer(Reconstruction.HALF_MEANS);
    codecs = new GradientCodec[workers];
    Arrays.setAll(codecs, w -> new GradientCodec(layout, quantizer));
    residuals = new float[workers][layout.length];
    messages = new ByteBuffer[workers];
    Arrays.setAll(messages, w -> GradientCodec.message(codecs[w].bytes()));
    updater = net.keptUpdater();
    List<TrainingListener> listeners = new ArrayList<>(net.network().listeners());
    listeners.removeIf(listener -> listener instanceof ModeCheck); // of an earlier accumulator
    listeners.add(new ModeCheck(rendezvous));
    net.network().setListeners(listeners);
  }

  /**
   * An accumulator. Adds a listener to the network, which fails if a {@code ParallelWrapper} trains
   * without the accumulator.
   *
   * @param network the network that is trained, a {@code MultiLayerNetwork} or a {@code
   *     ComputationGraph}
   * @param workers the {@code ParallelWrapper}'s number of workers, from 2 to 1024
   * @return the accumulator
   * @throws IllegalArgumentException if the network cannot be trained so, as {@link
   *     OneBitDataParallel#of} says, or the number is not from 2 to 1024
   */
  public static OneBitGradientsAccumulator of(Model network, int workers) {
    Replica net = Replica.checked(network);
    WorkerThreads.checkCount(2, workers);
    return new OneBitGradientsAccumulator(net, workers);
  }

  /** {@return what has been sent so far} */
  public Traffic traffic() {
    synchronized (lock) {
      return traffic;
    }
  }

  /** Called in a worker's thread when its replica is made. */
  @Override
  public void touch() {
    int fit = rendezvous.fits();
    int worker;
    try {
      worker = worker();
    } catch (IllegalStateException e) {
      rendezvous.fail(fit, codecs.length, e); // or the other workers would wait for this one
      throw e;
    }
    Thread thread = Thread.currentThread();
    Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
    thread.setUncaughtExceptionHandler(
        (dying, problem) -> {
          rendezvous.fail(fit, worker, problem);
          handler.uncaughtException(dying, problem);
        });
    rendezvous.ready();
  }

  private int worker() {
    Matcher name = THREAD.matcher(Thread.currentThread().getName());
    int worker = name.matches() ? Integer.parseInt(name.group(1)) : -1;
    if (worker < 0 || worker >= codecs.length) {
      throw new IllegalStateException(
          "one of "
              + codecs.length
              + " workers of a ParallelWrapper must call, got the thread "
              + Thread.currentThread().getName());
    }
    return worker;
  }

  /**
   * Called before a round, by the thread that called {@code fit}: waits for all replicas.
   *
   * @param numConsumers number of minibatches in the round
   * @throws IllegalStateException if not all workers begin
   */
  @Override
  public void registerConsumers(int numConsumers) {
    rendezvous.begin(numConsumers);
    synchronized (lock) {
      updater = net.keptUpdater();
      trained = true;
      traffic = traffic.plus(numConsumers, (long) numConsumers * codecs[0].bytes());
    }
  }

  /**
   * Sends a worker's update and waits for the others'.
   *
   * @param array the update, after the updater
   * @throws IllegalStateException if another worker fails, with its exception as the cause
   */
  @Override
  public void storeUpdate(INDArray array, int iterationNumber, int epochNumber) {
    int worker = worker();
    codecs[worker].encode(
        OffHeap.floats(array), residuals[worker], rendezvous.round(), 1, messages[worker]);
    rendezvous.arrive();
  }

  /**
   * Makes the step by the mean of all updates.
   *
   * @param function makes the step
   * @param params the replica's parameters
   * @param updates becomes the mean
   */
  @Override
  public void applyUpdate(
      StepFunction function, INDArray params, INDArray updates, boolean isFinalStep) {
    int n;
    int now;
    synchronized (rendezvous) {
      n = rendezvous.expected();
      now = rendezvous.round();
    }
    ByteBuffer[] all = new ByteBuffer[n];
    Arrays.setAll(all, m -> messages[m].duplicate().order(messages[m].order()));
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    codecs[worker()].decode(all, ones, now, OffHeap.floats(updates));
    Elementwise.scale(updates, 1.0 / n);
    function.step(params, updates);
  }

  @Override
  public void applyUpdate(StepFunction function, INDArray params, INDArray updates, double alpha) {
    throw new UnsupportedOperationException("updates are applied as a whole");
  }

  /**
   * Called after every {@code fit}, when the workers have ended: puts the network's updater back
   * and counts the epoch. Residuals are kept.
   */
  @Override
  public void reset() {
    synchronized (lock) {
      updater.run();
      if (rendezvous.end() && trained) {
        net.network().nextEpoch();
      }
      trained = false;
    }
  }

  /** Nothing arrives from outside. */
  @Override
  public boolean hasAnything() {
    return false;
  }

  /** Does nothing: updates come from the workers only. */
  @Override
  public void markExternalUpdates(boolean updatesAvailable) {
    // there are none
  }

  @Override
  public void receiveUpdate(INDArray array) {
    throw new UnsupportedOperationException("updates come from the workers only");
  }

  @Override
  public void setExternalSource(IndexedTail source) {
    throw new UnsupportedOperationException("updates come from the workers only");
  }

  /** {@return null: there is no source of updates from outside} */
  @Override
  @SuppressWarnings("NullAway") // the interface is from a library without annotations
  public IndexedTail getExternalSource() {
    return null;
  }

  /** Does nothing: the number of workers in a round is known before it. */
  @Override
  public void fallbackToSingleConsumerMode(boolean reallyFallback) {
    // there is no such mode
  }
}
