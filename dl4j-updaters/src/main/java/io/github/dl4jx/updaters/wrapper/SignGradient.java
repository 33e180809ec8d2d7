package io.github.dl4jx.updaters.wrapper;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Gives the inner updater the sign of the gradient instead of the gradient.
 *
 * <pre>{@code
 * g = sign(g),  sign(0) = 0
 * }</pre>
 *
 * <p>Around {@code Sgd} this is signSGD ({@link io.github.dl4jx.updaters.SignSgd}); around {@code
 * Nesterovs} it is momentum over signs, which is not Signum (the sign of the momentum).
 *
 * <p>Deeplearning4j adds L1 and L2 before the updater, so they end up inside the sign; {@code
 * weightDecay} stays outside. Wrapped around {@link GradientNoise} the noise is added to the sign;
 * inside it ({@code GradientNoise.around(SignGradient.around(..))}) the sign is taken of the noisy
 * gradient.
 *
 * <pre>{@code
 * .updater(SignGradient.around(new Sgd(1e-3)))
 * }</pre>
 *
 * <p>Reference: J. Bernstein, Y.-X. Wang, K. Azizzadenesheli, A. Anandkumar, "signSGD: Compressed
 * Optimisation for Non-Convex Problems", ICML 2018, arXiv 1802.04434.
 */
public class SignGradient extends UpdaterWrapper {

  /**
   * For subclasses and JSON.
   *
   * @param inner the updater that receives the signs
   */
  protected SignGradient(@JsonProperty("inner") IUpdater inner) {
    super(inner);
  }

  /**
   * Wraps an updater.
   *
   * @param inner the updater that receives the signs; copied
   * @return the wrapper
   * @throws IllegalArgumentException if inner is null
   */
  public static SignGradient around(IUpdater inner) {
    return new SignGradient(inner);
  }

  @Override
  protected void transform(INDArray gradient, Step step) {
    Transforms.sign(gradient, false);
  }

  @Override
  public SignGradient clone() {
    return new SignGradient(inner());
  }
}
