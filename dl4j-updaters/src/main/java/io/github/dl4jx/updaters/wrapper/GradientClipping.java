package io.github.dl4jx.updaters.wrapper;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.random.Reductions;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Clips the gradient before the inner updater sees it: each value, or the norm of the block.
 *
 * <pre>{@code
 * by value:  g[i] = min(c, max(-c, g[i]))
 * by norm:   g    = g * c / ||g||_2   if ||g||_2 > c
 * }</pre>
 *
 * <ul>
 *   <li>{@code c}: threshold in units of the mean gradient of the minibatch, above 0; no default.
 * </ul>
 *
 * <p>The norm is that of an updater block: all adjacent parameters that share one updater
 * configuration, usually the whole network. For one norm whatever the blocks, use {@code
 * GlobalNormClipping}. Deeplearning4j's own {@code GradientNormalization} clips by layer or by
 * parameter, and before L1 and L2 are added; this clips after. A gradient within the threshold is
 * unchanged bit for bit. NaN stays NaN; by norm, an infinite value turns the block into zeros and
 * NaN: {@link SkipNonFinite} goes outside.
 *
 * <p>Outside {@link GradientNoise} the noise comes after clipping, as in the paper on noise; inside
 * it, the noise is clipped, too.
 *
 * <pre>{@code
 * .updater(GradientClipping.around(new Sgd(0.1)).byNorm(5))
 * .updater(GradientClipping.around(GradientNoise.around(new Sgd(0.1)).build()).byValue(1))
 * }</pre>
 *
 * <p>Reference: R. Pascanu, T. Mikolov, Y. Bengio, "On the Difficulty of Training Recurrent Neural
 * Networks", ICML 2013, arXiv 1211.5063.
 */
public final class GradientClipping extends UpdaterWrapper {

  /** What is compared with the threshold. */
  public enum Kind {
    /** Every value. */
    VALUE,
    /** The Euclidean norm of the block. */
    NORM
  }

  /** What is compared with the threshold. */
  private final Kind kind;

  /** Threshold. */
  private final double threshold;

  private GradientClipping(
      @JsonProperty("inner") IUpdater inner,
      @JsonProperty("kind") Kind kind,
      @JsonProperty("threshold") double threshold) {
    super(inner);
    Preconditions.checkArgument(kind != null, "kind must not be null");
    Preconditions.checkArgument(
        threshold > 0 && Double.isFinite(threshold),
        "threshold must be finite and > 0, got %s",
        threshold);
    this.kind = kind;
    this.threshold = threshold;
  }

  /** {@return what is compared with the threshold} */
  public Kind kind() {
    return kind;
  }

  /**
   * Names the updater; the kind of clipping follows.
   *
   * @param inner the updater that receives the clipped gradient; copied
   * @return the kinds of clipping to choose from
   * @throws IllegalArgumentException if inner is null
   */
  public static Choice around(IUpdater inner) {
    return new Choice(inner);
  }

  @Override
  protected void transform(INDArray gradient, Step step) {
    if (kind == Kind.VALUE) {
      Elementwise.run(new Clamp(threshold), gradient);
      return;
    }
    double norm = Reductions.norm2(gradient);
    if (norm > threshold) {
      Elementwise.scale(gradient, threshold / norm);
    }
  }

  @Override
  public GradientClipping clone() {
    return new GradientClipping(inner(), kind, threshold);
  }

  private static final class Clamp implements Elementwise.Loop {

    private final double threshold;

    Clamp(double threshold) {
      this.threshold = threshold;
    }

    @Override
    public void floats(float[][] x, int n) {
      clamp(x[0], (float) threshold, n);
    }

    @Override
    public void doubles(double[][] x, int n) {
      clamp(x[0], threshold, n);
    }

    private static void clamp(float[] x, float c, int n) {
      for (int i = 0; i < n; i++) {
        x[i] = Math.min(c, Math.max(-c, x[i]));
      }
    }

    private static void clamp(double[] x, double c, int n) {
      for (int i = 0; i < n; i++) {
        x[i] = Math.min(c, Math.max(-c, x[i]));
      }
    }
  }

  /** The kinds of clipping. */
  public static final class Choice {

    private final IUpdater inner;

    private Choice(IUpdater inner) {
      this.inner = checkedInner(inner);
    }

    /**
     * Clips every value to {@code [-threshold, threshold]}.
     *
     * @param threshold in gradient units, finite and above 0
     * @return the wrapper
     * @throws IllegalArgumentException if the threshold is not as described
     */
    public GradientClipping byValue(double threshold) {
      return new GradientClipping(inner, Kind.VALUE, threshold);
    }

    /**
     * Scales a block whose norm is above the threshold down to it.
     *
     * @param threshold in gradient units, finite and above 0
     * @return the wrapper
     * @throws IllegalArgumentException if the threshold is not as described
     */
    public GradientClipping byNorm(double threshold) {
      return new GradientClipping(inner, Kind.NORM, threshold);
    }
  }
}
