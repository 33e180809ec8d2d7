package io.github.dl4jx.updaters.wrapper;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.random.internal.Arguments;
import java.util.List;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Reduces the gradient to one bit a value, and adds the error to the next one.
 *
 * <pre>{@code
 * v = g + r                                      r: residual, zero at first
 * Q(v)[i] = v[i] >= 0 ? up : down                up, down: two values for each column of v
 * r = v - Q(v)
 * update = inner(Q(v))
 * }</pre>
 *
 * <ul>
 *   <li>{@code columnLength}: number of values that share two reconstruction values, at least 1;
 *       default 512. A block is cut into columns where it lies in memory. Deeplearning4j keeps the
 *       weights into one output unit together, so with nIn as the length a column is the paper's;
 *       biases follow the weights.
 *   <li>{@code reconstruction}: {@link Reconstruction#HALF_MEANS} (default; Seide et al.) or {@link
 *       Reconstruction#SCALED_SIGN} (Karimireddy et al. 2019).
 *   <li>{@code exactIterations}: number of first iterations that use the exact gradient, at least
 *       0; default 0. The paper trains on the first part of its data this way.
 *   <li>{@code errorFeedback}: default true. Without it {@code r} stays zero, and training usually
 *       gets worse or diverges: the setting exists to show that.
 * </ul>
 *
 * <p>The residual is in <em>gradient</em> units, as Seide's: it is not scaled when the learning
 * rate changes. EF-signSGD keeps it in update units, after the learning rate. The paper's printed
 * formula leaves the old residual out; its authors' code and this class take the error of {@code g
 * + r}. A column of zeros stays zero, and so does one whose two values are less than 1e-36 apart.
 *
 * <p>State: one value for every parameter, saved and restored with the updater's. NaN in a column
 * stays in its residual: put {@link SkipNonFinite} outside. Around {@link GradientClipping} what is
 * clipped is Q(v), and the clipped part is lost; inside it, the gradient is clipped first. In half
 * precision Q(v) is rounded after r is taken: means below 6e-8 are lost.
 *
 * <p>A column that reaches from another layer into one in {@code FrozenLayerWithBackprop} moves it,
 * unless it is held: {@code FrozenLayers}.
 *
 * <p>Nothing is sent anywhere by this wrapper: it shows what one-bit gradients do to training of
 * one network. {@code OneBitDataParallel} sends them between workers.
 *
 * <pre>{@code
 * .updater(OneBitGradient.around(new AdaGrad(0.01)).columnLength(784).build())
 * }</pre>
 *
 * <p>Reference: F. Seide, H. Fu, J. Droppo, G. Li, D. Yu, "1-Bit Stochastic Gradient Descent and
 * its Application to Data-Parallel Distributed Training of Speech DNNs", Interspeech 2014. S. P.
 * Karimireddy, Q. Rebjock, S. Stich, M. Jaggi, "Error Feedback Fixes SignSGD and other Gradient
 * Compression Schemes", ICML 2019, arXiv 1901.09847.
 */
public class OneBitGradient extends UpdaterWrapper {

  /** The two values that the bits of a column stand for. */
  public enum Reconstruction {
    /** The means of the column's non-negative values and of its negative values. */
    HALF_MEANS,
    /** Plus and minus the mean of the absolute values. */
    SCALED_SIGN
  }

  /** Values that share two reconstruction values. */
  private final int columnLength;

  /** What the bits stand for. */
  private final Reconstruction reconstruction;

  /** Iterations with the exact gradient. */
  private final int exactIterations;

  /** Whether the error is kept. */
  private final boolean errorFeedback;

  /**
   * For subclasses and JSON.
   *
   * @param inner the updater that receives the quantized gradient
   * @param columnLength values that share two reconstruction values
   * @param reconstruction what the bits stand for
   * @param exactIterations iterations with the exact gradient
   * @param errorFeedback whether the error is kept
   */
  protected OneBitGradient(
      @JsonProperty("inner") IUpdater inner,
      @JsonProperty("columnLength") int columnLength,
      @JsonProperty("reconstruction") Reconstruction reconstruction,
      @JsonProperty("exactIterations") int exactIterations,
      @JsonProperty("errorFeedback") boolean errorFeedback) {
    super(inner);
    this.columnLength = checkedLength(columnLength);
    this.reconstruction = Arguments.notNull("reconstruction", reconstruction);
    this.exactIterations = checkedExact(exactIterations);
    this.errorFeedback = errorFeedback;
  }

  /**
   * Copies everything.
   *
   * @param other what to copy
   */
  protected OneBitGradient(OneBitGradient other) {
    this(
        other.inner(),
        other.columnLength,
        other.reconstruction,
        other.exactIterations,
        other.errorFeedback);
  }

  private static int checkedLength(int length) {
    Preconditions.checkArgument(length >= 1, "columnLength must be >= 1, got %s", length);
    return length;
  }

  private static int checkedExact(int iterations) {
    Preconditions.checkArgument(
        iterations >= 0, "exactIterations must be >= 0, got %s", iterations);
    return iterations;
  }

  /**
   * Starts a builder.
   *
   * @param inner the updater that receives the quantized gradient; copied
   * @return a builder with the defaults
   * @throws IllegalArgumentException if inner is null
   */
  public static Builder around(IUpdater inner) {
    return new Builder(inner);
  }

  @Override
  protected List<String> stateNames() {
    return errorFeedback ? List.of("r") : List.of();
  }

  @Override
  protected void transform(INDArray gradient, Step step) {
    if (step.iteration() < exactIterations) {
      return;
    }
    Elementwise.Loop quantizer = new OneBitQuantizer(reconstruction);
    if (errorFeedback) {
      Elementwise.run(quantizer, columnLength, gradient, step.state("r"));
    } else {
      Elementwise.run(quantizer, columnLength, gradient);
    }
  }

  @Override
  public OneBitGradient clone() {
    return new OneBitGradient(this);
  }

  /** Collects the settings of a {@link OneBitGradient}. */
  public static final class Builder {

    private final IUpdater inner;
    private int columnLength = 512;
    private Reconstruction reconstruction = Reconstruction.HALF_MEANS;
    private int exactIterations;
    private boolean errorFeedback = true;

    private Builder(IUpdater inner) {
      this.inner = checkedInner(inner);
    }

    /**
     * How many values share two reconstruction values.
     *
     * @param length at least 1; default 512
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    public Builder columnLength(int length) {
      columnLength = checkedLength(length);
      return this;
    }

    /**
     * What the bits of a column stand for.
     *
     * @param kind default {@link Reconstruction#HALF_MEANS}
     * @return this builder
     * @throws IllegalArgumentException if it is null
     */
    public Builder reconstruction(Reconstruction kind) {
      reconstruction = Arguments.notNull("reconstruction", kind);
      return this;
    }

    /**
     * Warm start.
     *
     * @param iterations number of first iterations with the exact gradient, at least 0; default 0
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public Builder exactIterations(int iterations) {
      exactIterations = checkedExact(iterations);
      return this;
    }

    /**
     * Whether the error is added to the next gradient.
     *
     * @param feedback default true
     * @return this builder
     */
    public Builder errorFeedback(boolean feedback) {
      errorFeedback = feedback;
      return this;
    }

    /**
     * Builds the wrapper.
     *
     * @return the wrapper
     */
    public OneBitGradient build() {
      return new OneBitGradient(
          inner, columnLength, reconstruction, exactIterations, errorFeedback);
    }
  }
}
