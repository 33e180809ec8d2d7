package io.github.dl4jx.training.parallel;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.updaters.wrapper.OneBitQuantizer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collection;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One worker: its replica, residual and messages, all used in its own thread only. */
final class Worker {

  final Replica replica;

  private final int index;
  private final long seed;
  private final JointStep step;
  private final Collection<TrainingListener> gradientListeners;
  private final Collection<TrainingListener> listeners;
  private final boolean mayChangeGradient;
  private final INDArray gradients;
  private final FloatBuffer gradient;
  private final GradientCodec exact;
  private final @Nullable GradientCodec oneBit;
  private final float @Nullable [] residual;
  private final @Nullable PartSums twice;
  private final @Nullable PartSums exactParts;
  private final ByteBuffer message;
  private int examples;

  /**
   * A worker.
   *
   * @param gradientListeners those of every worker
   * @param listeners those of the network that is trained, or none
   * @param quantizer null if all messages are exact
   * @param residual null without error feedback
   * @param twice if messages are quantized twice, unless they are exact
   * @param exactParts if every worker adds up a part of messages that are exact
   * @param exactFirst whether there may be exact messages, too
   */
  Worker(
      int index,
      long seed,
      Replica replica,
      GradientLayout layout,
      Collection<TrainingListener> gradientListeners,
      Collection<TrainingListener> listeners,
      @Nullable OneBitQuantizer quantizer,
      float @Nullable [] residual,
      @Nullable PartSums twice,
      @Nullable PartSums exactParts,
      boolean exactFirst) {
    this.index = index;
    this.seed = seed;
    this.replica = replica;
    this.gradientListeners = gradientListeners;
    this.listeners = listeners;
    this.mayChangeGradient = listeners.stream().anyMatch(Worker::seesGradients);
    this.step = new JointStep(replica, listeners);
    this.gradients = replica.gradients();
    this.gradient = OffHeap.floats(gradients);
    this.exact = new GradientCodec(layout, null);
    this.oneBit = quantizer == null ? null : new GradientCodec(layout, quantizer);
    this.residual = residual;
    this.twice = twice;
    this.exactParts = exactParts;
    this.message =
        GradientCodec.message(exactFirst ? Math.max(bytes(true), bytes(false)) : bytes(false));
  }

  /** The size of a message. */
  int bytes(boolean exactly) {
    return codec(exactly).bytes();
  }

  private GradientCodec codec(boolean exactly) {
    return exactly || oneBit == null ? exact : oneBit;
  }

  private static boolean seesGradients(TrainingListener listener) {
    try {
      Class<?> by =
          listener.getClass().getMethod("onGradientCalculation", Model.class).getDeclaringClass();
      return by != TrainingListener.class && by != BaseTrainingListener.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e); // it is a method of the interface
    }
  }

  /**
   * Computes the gradient of a minibatch.
   *
   * @throws IllegalStateException if one of the network's listeners changes it
   */
  void compute(Batch batch, int iteration) {
    Nd4j.getRandom().setSeed(Seeds.derive(Seeds.derive(seed, index), iteration));
    replica.computeGradient(batch);
    Model model = replica.model();
    examples = model.batchSize();
    gradientListeners.forEach(listener -> listener.onGradientCalculation(model));
    long before = mayChangeGradient ? OffHeap.checksum(gradients) : 0;
    listeners.forEach(listener -> listener.onGradientCalculation(model));
    if (mayChangeGradient && OffHeap.checksum(gradients) != before) {
      throw new IllegalStateException(
          "a listener of the network changes the gradient, which only worker 0 would have: give it"
              + " to gradientListeners(..) instead of setListeners(..)");
    }
  }

  /** Makes Deeplearning4j create its gradient object, for a worker without a minibatch. */
  void idle(Batch another, int iteration) {
    if (replica.model().gradient() == null) {
      Nd4j.getRandom().setSeed(Seeds.derive(Seeds.derive(seed, index), iteration));
      replica.computeGradient(another);
    }
  }

  /** Writes the gradient into the worker's message. */
  ByteBuffer encode(boolean exactly, int iteration) {
    codec(exactly).encode(gradient, exactly ? null : residual, iteration, examples, message);
    return message;
  }

  /** Replaces the gradient by the sum of all messages, and makes the step. */
  void apply(
      ByteBuffer[] messages, float[] weights, boolean exactly, int iteration, int jointExamples) {
    codec(exactly).decode(messages, weights, iteration, gradient);
    step(iteration, jointExamples);
  }

  private void step(int iteration, int jointExamples) {
    // the same random numbers for the updaters of all workers
    Nd4j.getRandom().setSeed(Seeds.derive(seed, -1L - iteration));
    step.make(jointExamples);
    replica.clear();
  }

  private PartSums parts(boolean exactly) {
    @Nullable PartSums sums = exactly ? exactParts : twice;
    if (sums == null) {
      throw new IllegalStateException("every worker reads every message");
    }
    return sums;
  }

  /** The size of the messages with a part of the gradient that is quantized twice. */
  int bytesOfPart(int part) {
    return parts(false).bytes(part);
  }

  /** Writes the gradient into a message for each part. */
  ByteBuffer[] encodeParts(boolean exactly, int iteration) {
    return parts(exactly).encode(gradient, iteration, examples);
  }

  /** Adds up the worker's part of all gradients, and writes the sum. */
  ByteBuffer sum(
      boolean exactly, ByteBuffer[] parts, float[] weights, int iteration, int jointExamples) {
    return parts(exactly).sum(parts, weights, iteration, jointExamples, gradient);
  }

  /** Replaces the gradient by the sums of all parts, and makes the step. */
  void applySums(boolean exactly, ByteBuffer[] sums, int iteration, int jointExamples) {
    parts(exactly).decode(sums, iteration, gradient);
    step(iteration, jointExamples);
  }

  /** A checksum, the same for identical replicas. */
  long checksum() {
    return OffHeap.checksum(replica.model().params(), replica.updater().getStateViewArray());
  }
}
