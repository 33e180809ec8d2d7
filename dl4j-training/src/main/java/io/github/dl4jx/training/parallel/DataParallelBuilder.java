package io.github.dl4jx.training.parallel;

import io.github.dl4jx.updaters.wrapper.OneBitGradient.Reconstruction;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * Collects how workers exchange their gradients: the settings that threads and machines share.
 *
 * @param <B> the builder
 */
public abstract class DataParallelBuilder<B extends DataParallelBuilder<B>> {

  int workers = 2;
  boolean exact;
  int exactIterations;
  boolean twice;
  boolean errorFeedback = true;
  Reconstruction reconstruction = Reconstruction.HALF_MEANS;
  @Nullable Long seed;

  /** A builder with the defaults. */
  protected DataParallelBuilder() {}

  /**
   * The builder, for chaining.
   *
   * @return this
   */
  protected abstract B self();

  /**
   * The settings so far.
   *
   * @return a copy
   * @throws IllegalArgumentException if messages are to be both exact and quantized twice
   */
  protected final DataParallelSettings settings() {
    Preconditions.checkArgument(
        !(exact && twice), "messages must be exact() or quantizedTwice(), got both");
    return new DataParallelSettings(this);
  }

  /**
   * Number of workers.
   *
   * @param number from 1 to 1024; default 2
   * @return this builder
   * @throws IllegalArgumentException if the number is not
   */
  public final B workers(int number) {
    WorkerThreads.checkCount(1, number);
    workers = number;
    return self();
  }

  /**
   * Sends all gradients unquantized, a float a value, in the same way, for comparison. The result
   * is that of one network on the joined minibatches.
   *
   * @return this builder
   */
  public final B exact() {
    exact = true;
    return self();
  }

  /**
   * Quantizes the sum of the workers' messages again, as the paper does: every worker adds up one
   * part of the gradient, the messages of which are sent to it alone, and sends the sum to all in
   * one bit a value, with a residual of its own. Over a network this is what scales: a worker sends
   * 2 (n - 1) / n messages' worth of bytes, not n - 1.
   *
   * @return this builder
   */
  public final B quantizedTwice() {
    twice = true;
    return self();
  }

  /**
   * Sends the gradients of the network's first iterations unquantized. The paper trains the first
   * part of its data so.
   *
   * @param iterations how many, at least 0; default 0
   * @return this builder
   * @throws IllegalArgumentException if the number is below 0
   */
  public final B exactIterations(int iterations) {
    Preconditions.checkArgument(
        iterations >= 0, "exactIterations must be >= 0, got %s", iterations);
    exactIterations = iterations;
    return self();
  }

  /**
   * Whether the quantization error of a message is added to the next one. Without it training gets
   * worse: it can be switched off to show why it is needed.
   *
   * @param feedback default true
   * @return this builder
   */
  public final B errorFeedback(boolean feedback) {
    errorFeedback = feedback;
    return self();
  }

  /**
   * Which two values the bits of a column stand for.
   *
   * @param kind default {@link Reconstruction#HALF_MEANS}, the paper's
   * @return this builder
   * @throws IllegalArgumentException if it is null
   */
  public final B reconstruction(Reconstruction kind) {
    Preconditions.checkArgument(kind != null, "reconstruction must not be null");
    reconstruction = kind;
    return self();
  }

  /**
   * Seed of dropout and other random numbers. The result is a function of it, the data and the
   * number of workers.
   *
   * @param seed any value; default the network's
   * @return this builder
   */
  public final B seed(long seed) {
    this.seed = seed;
    return self();
  }
}
