package io.github.dl4jx.training.parallel;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.updaters.wrapper.OneBitGradient.Reconstruction;
import io.github.dl4jx.updaters.wrapper.OneBitQuantizer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.StepFunction;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.deeplearning4j.optimize.solvers.accumulation.IndexedTail;
import org.deeplearning4j.optimize.solvers.accumulation.Registerable;
import org.jspecify.annotations.Nullable;
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
 * <p>{@code ParallelWrapper} hands over what comes <em>after</em> the updater: residuals are in
 * units of updates, every replica's updater knows its own minibatches only, and minibatches of
 * unequal sizes count alike. {@link OneBitDataParallel} has none of these limits: prefer it, unless
 * a program is built around {@code ParallelWrapper}.
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
 *       fit} may deadlock over making a new one: the updater is put back.
 *   <li>Replicas may be copied after worker 0 has begun to train the network: no round begins
 *       before all are made.
 *   <li>A worker that fails leaves the others waiting: they fail, too, with its exception as the
 *       cause. Call {@code shutdown()} then.
 *   <li>The network's epoch count stays as it was: every {@code fit} that ends well counts one.
 *   <li>It calls {@link #reset} after every {@code fit}: residuals are kept.
 *   <li>Not mended: worker 0's updater state is what is left of all updaters', and replicas of the
 *       same configuration draw the same random numbers, for dropout say.
 * </ul>
 *
 * <p>Without {@code trainingMode(CUSTOM)} the builder drops the accumulator and averages parameters
 * instead. So that this does not go unnoticed, {@link #of} adds a listener to the network, which
 * the builder hands to the workers: their first minibatch fails and says what is missing. It cannot
 * if the network's listeners are set, not added, after {@link #of}; {@link #traffic} stays at 0
 * then.
 *
 * <p>One accumulator serves one {@code ParallelWrapper}.
 *
 * <p>Reference: F. Seide, H. Fu, J. Droppo, G. Li, D. Yu, "1-Bit Stochastic Gradient Descent and
 * its Application to Data-Parallel Distributed Training of Speech DNNs", Interspeech 2014.
 */
public final class OneBitGradientsAccumulator implements GradientsAccumulator, Registerable {

  private static final long serialVersionUID = 1;

  private static final Pattern THREAD = Pattern.compile("ParallelWrapper training thread (\\d+)");

  /** How long workers may take until they are made; later on, failures are noticed. */
  private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

  private static final long POLL_MILLIS = 1000;

  private final transient Replica net;
  private final transient GradientCodec[] codecs;
  private final transient float[][] residuals;
  private final transient ByteBuffer[] messages;
  private final transient Object lock = new Object();

  private transient Traffic traffic = new Traffic(0, 0, 0);
  private transient Runnable updater;

  /** Workers whose replica is made. */
  private transient int ready;

  /** Workers that take part in this round, and how many of them have written their message. */
  private transient int expected;

  private transient int arrived;
  private transient int round;
  private transient int fits;
  private transient boolean trained;

  /** Whether a worker has ever found this accumulator. */
  private transient boolean used;

  private transient @Nullable Throwable failure;

  private OneBitGradientsAccumulator(Replica net, int workers) {
    this.net = net;
    GradientLayout layout = GradientLayout.of(net.updater());
    OneBitQuantizer quantizer = new OneBitQuantizer(Reconstruction.HALF_MEANS);
    codecs = new GradientCodec[workers];
    Arrays.setAll(codecs, w -> new GradientCodec(layout, quantizer));
    residuals = new float[workers][layout.length];
    messages = new ByteBuffer[workers];
    Arrays.setAll(messages, w -> GradientCodec.message(codecs[w].bytes()));
    updater = net.keptUpdater();
    List<TrainingListener> listeners = new ArrayList<>(net.network().listeners());
    listeners.removeIf(listener -> listener instanceof UseCheck); // of an accumulator before
    listeners.add(new UseCheck());
    net.network().setListeners(listeners);
  }

  /**
   * Notices a ParallelWrapper that trains without the accumulator: the builder moves the network's
   * listeners to the workers, but drops the accumulator unless it is told the mode.
   */
  private final class UseCheck extends BaseTrainingListener {

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      check();
    }

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
      check();
    }

    private void check() {
      boolean unused;
      synchronized (lock) {
        unused = !used;
      }
      if (unused && THREAD.matcher(Thread.currentThread().getName()).matches()) {
        throw new IllegalStateException(
            "the ParallelWrapper ignores its OneBitGradientsAccumulator: its builder must be told"
                + " .trainingMode(ParallelWrapper.TrainingMode.CUSTOM)");
      }
    }
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
    Replica net = OneBitDataParallel.checked(network);
    OneBitDataParallel.checkWorkers(2, workers);
    return new OneBitGradientsAccumulator(net, workers);
  }

  /**
   * What has been sent so far.
   *
   * @return the traffic
   */
  public Traffic traffic() {
    synchronized (lock) {
      return traffic;
    }
  }

  /** Called in a worker's thread when its replica is made. */
  @Override
  public void touch() {
    int now;
    synchronized (lock) {
      now = fits;
    }
    int worker;
    try {
      worker = worker();
    } catch (IllegalStateException e) {
      fail(now, codecs.length, e); // or those of the right number would wait for this one
      throw e;
    }
    Thread thread = Thread.currentThread();
    Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
    thread.setUncaughtExceptionHandler(
        (dying, problem) -> {
          fail(now, worker, problem);
          handler.uncaughtException(dying, problem);
        });
    synchronized (lock) {
      used = true;
      ready++;
      lock.notifyAll();
    }
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

  private void fail(int fit, int worker, Throwable problem) {
    Throwable cause = problem;
    while (cause instanceof RuntimeException
        && cause.getClass() == RuntimeException.class
        && cause.getCause() != null) {
      cause = cause.getCause(); // Deeplearning4j's wrapping
    }
    synchronized (lock) {
      if (failure == null && fit == fits) { // a thread may die after its trainer has ended
        failure = new IllegalStateException(cause + " (worker " + worker + ")", cause);
      }
      lock.notifyAll();
    }
  }

  /**
   * Called before a round, by the thread that called {@code fit}; waits until all replicas are
   * made.
   *
   * @param numConsumers number of minibatches in the round
   * @throws IllegalStateException if not all workers begin
   */
  @Override
  public void registerConsumers(int numConsumers) {
    synchronized (lock) {
      long start = System.nanoTime();
      await(
          () -> ready == codecs.length,
          () -> {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
              throw new IllegalStateException(
                  "workers must be the ParallelWrapper's number, but of "
                      + codecs.length
                      + " only "
                      + ready
                      + " have begun");
            }
          });
      updater = net.keptUpdater();
      expected = numConsumers;
      arrived = 0;
      trained = true;
      round++;
      traffic = traffic.plus(numConsumers, codecs[0].bytes());
    }
  }

  /** Waits for a condition, with the lock held. */
  private void await(BooleanSupplier condition, Runnable check) {
    while (failure == null && !condition.getAsBoolean()) {
      check.run();
      try {
        lock.wait(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for other workers", e);
      }
    }
    if (failure != null) {
      throw new IllegalStateException(failure.getMessage(), failure.getCause());
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
    codecs[worker].encode(OffHeap.floats(array), residuals[worker], round(), 1, messages[worker]);
    synchronized (lock) {
      arrived++;
      lock.notifyAll();
      await(() -> arrived == expected, () -> {});
    }
  }

  private int round() {
    synchronized (lock) {
      return round;
    }
  }

  /**
   * Makes the step by the mean of all updates.
   *
   * @param function how
   * @param params the replica's parameters
   * @param updates becomes the mean
   */
  @Override
  public void applyUpdate(
      StepFunction function, INDArray params, INDArray updates, boolean isFinalStep) {
    int n;
    int now;
    synchronized (lock) {
      n = expected;
      now = round;
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
      if (trained && failure == null) {
        net.network().nextEpoch();
      }
      fits++;
      ready = 0;
      trained = false;
      failure = null;
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

  /**
   * The source of updates from outside.
   *
   * @return null: there is none
   */
  @Override
  @SuppressWarnings("NullAway") // the interface is from a library without annotations
  public IndexedTail getExternalSource() {
    return null;
  }

  /** Does nothing: the number of workers in a round is told before it. */
  @Override
  public void fallbackToSingleConsumerMode(boolean reallyFallback) {
    // there is no such mode
  }
}
