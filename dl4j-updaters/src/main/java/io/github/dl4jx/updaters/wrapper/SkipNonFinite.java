package io.github.dl4jx.updaters.wrapper;

import io.github.dl4jx.random.Reductions;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skips a step whose gradient has NaN or infinity: the update is zero, the inner updater's state
 * stays as it is.
 *
 * <pre>{@code
 * update = all finite ? inner(g) : 0
 * }</pre>
 *
 * <ul>
 *   <li>{@code maxConsecutive}: how many such steps in a row may be skipped, at least 0; no
 *       default. One more throws: weights that are NaN never recover.
 * </ul>
 *
 * <p>A block is skipped as a whole: all adjacent parameters that share one updater configuration.
 * Other blocks take their step. {@code weightDecay} still applies, because Deeplearning4j subtracts
 * it after the updater. Every skipped step is logged as a warning. Loading a network resets the
 * count.
 *
 * <p>Goes outside of everything else: {@code SkipNonFinite.around(OneBitGradient.around(..), 3)}
 * keeps NaN out of the residual; inside, it would come too late.
 *
 * <pre>{@code
 * .updater(SkipNonFinite.around(new Adam(1e-3), 5))
 * }</pre>
 *
 * <p>Reference: P. Micikevicius et al., "Mixed Precision Training", ICLR 2018, arXiv 1710.03740,
 * which skips the steps whose loss scale was too large.
 */
public final class SkipNonFinite extends UpdaterWrapper {

  private static final Logger log = LoggerFactory.getLogger(SkipNonFinite.class);

  /** How many steps in a row may be skipped. */
  private final int maxConsecutive;

  /** Iteration after the latest skipped one. */
  private transient int afterSkipped;

  /** How many steps up to it were skipped in a row. */
  private transient int consecutive;

  /** How many steps were skipped at all. */
  private transient long skipped;

  private SkipNonFinite(
      @JsonProperty("inner") IUpdater inner, @JsonProperty("maxConsecutive") int maxConsecutive) {
    super(inner);
    Preconditions.checkArgument(
        maxConsecutive >= 0, "maxConsecutive must be >= 0, got %s", maxConsecutive);
    this.maxConsecutive = maxConsecutive;
  }

  /**
   * Wraps an updater.
   *
   * @param inner the updater that only ever receives finite gradients; copied
   * @param maxConsecutive how many steps in a row may be skipped, at least 0
   * @return the wrapper
   * @throws IllegalArgumentException if inner is null or maxConsecutive negative
   */
  public static SkipNonFinite around(IUpdater inner, int maxConsecutive) {
    return new SkipNonFinite(inner, maxConsecutive);
  }

  /**
   * How many steps this configuration has skipped since it was made or loaded; it is counted once
   * if several blocks are skipped in a step.
   *
   * @return number of iterations
   */
  public synchronized long skippedSteps() {
    return skipped;
  }

  /**
   * Zeroes a gradient that is not finite.
   *
   * @throws IllegalStateException if that happened more than {@code maxConsecutive} times in a row
   */
  @Override
  protected void transform(INDArray gradient, Step step) {
    if (Reductions.isFinite(gradient)) {
      return;
    }
    count(step.iteration());
    gradient.assign(0);
    step.skipInner();
  }

  private synchronized void count(int iteration) {
    if (iteration + 1 == afterSkipped) {
      return; // another block of the same step
    }
    consecutive = iteration == afterSkipped ? consecutive + 1 : 1;
    afterSkipped = iteration + 1;
    if (consecutive > maxConsecutive) {
      throw new IllegalStateException(
          "the gradient was NaN or infinite in "
              + consecutive
              + " iterations in a row, up to iteration "
              + iteration
              + "; "
              + maxConsecutive
              + " are allowed. Look for NaN in the data and in the weights, lower the learning"
              + " rate, or clip the gradient (GradientClipping, GlobalNormClipping)");
    }
    skipped++;
    log.warn(
        "Iteration {} skipped: its gradient has NaN or infinity ({} in a row, {} in all)",
        iteration,
        consecutive,
        skipped);
  }

  @Override
  public SkipNonFinite clone() {
    return new SkipNonFinite(inner(), maxConsecutive);
  }
}
