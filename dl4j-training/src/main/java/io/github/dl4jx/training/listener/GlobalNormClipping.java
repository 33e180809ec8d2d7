package io.github.dl4jx.training.listener;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.random.Reductions;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.common.base.Preconditions;

/**
 * Scales the gradient of the whole network down if its norm is above a threshold.
 *
 * <pre>{@code
 * g = g * c / ||g||_2   if ||g||_2 > c
 * }</pre>
 *
 * <ul>
 *   <li>{@code c}: threshold in units of the mean gradient of the minibatch, above 0; no default.
 *       The same for every batch size.
 * </ul>
 *
 * <p>There is one norm over all layers, so that the gradient keeps its direction; Deeplearning4j's
 * {@code GradientNormalization} has a norm for each layer or parameter. Clipping comes before that,
 * before L1 and L2, and before the updater. A gradient within the threshold stays the same bit for
 * bit. So does one whose norm is NaN or infinite, for {@link
 * io.github.dl4jx.updaters.wrapper.SkipNonFinite}. In {@code pretrain(..)} the norm is that of the
 * layer that is being trained. One instance may serve several networks.
 *
 * <pre>{@code
 * net.setListeners(new GlobalNormClipping(1.0));
 * }</pre>
 *
 * <p>Reference: R. Pascanu, T. Mikolov, Y. Bengio, "On the Difficulty of Training Recurrent Neural
 * Networks", ICML 2013, arXiv 1211.5063.
 */
public final class GlobalNormClipping extends BaseTrainingListener {

  private final double threshold;

  /**
   * With a threshold.
   *
   * @param threshold largest norm, in units of the mean gradient, finite and above 0
   * @throws IllegalArgumentException if the threshold is not as described
   */
  public GlobalNormClipping(double threshold) {
    Preconditions.checkArgument(
        threshold > 0 && Double.isFinite(threshold),
        "threshold must be finite and > 0, got %s",
        threshold);
    this.threshold = threshold;
  }

  /**
   * Clips.
   *
   * @param model a MultiLayerNetwork or a ComputationGraph, or a layer that is being pretrained
   * @throws IllegalArgumentException if it is neither
   */
  @Override
  public void onGradientCalculation(Model model) {
    NetworkGradient gradient = NetworkGradient.of(model);
    double squares = 0;
    for (NetworkGradient.Part part : gradient.parts) {
      double norm = Reductions.norm2(part.gradient);
      squares += norm * norm;
    }
    double norm = Math.sqrt(squares) / gradient.divisor;
    if (norm > threshold && Double.isFinite(norm)) {
      for (NetworkGradient.Part part : gradient.parts) {
        Elementwise.scale(part.gradient, threshold / norm);
      }
    }
  }
}
