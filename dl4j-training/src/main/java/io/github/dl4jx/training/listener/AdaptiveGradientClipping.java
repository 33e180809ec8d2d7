package io.github.dl4jx.training.listener;

import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Broadcast;

/**
 * Limits the gradient of every unit in proportion to the norm of its weights.
 *
 * <pre>{@code
 * g_u = g_u * limit / ||g_u||   if ||g_u|| > limit = lambda * max(||w_u||, eps)
 * }</pre>
 *
 * <ul>
 *   <li>{@code lambda}: above 0; default 0.01, the paper's for large batches; larger values do for
 *       smaller batches.
 *   <li>{@code eps}: keeps units with zero weights trainable, above 0; default 1e-3, the paper's.
 *   <li>{@code outputLayer}: whether the output layers are clipped, too; default false, as the
 *       paper advises.
 *   <li>{@code u}: a unit: the weights into one output unit, a convolution's filter (of a depthwise
 *       one, a channel's), a whole bias vector.
 * </ul>
 *
 * <p>Norms are of the mean gradient of the minibatch. It comes before {@code
 * GradientNormalization}, L1, L2 and the updater. Units within their limit are unchanged bit for
 * bit. In {@code pretrain(..)} the layer that is being trained is clipped.
 *
 * <pre>{@code
 * net.setListeners(AdaptiveGradientClipping.builder().lambda(0.02).build());
 * }</pre>
 *
 * <p>Reference: A. Brock, S. De, S. L. Smith, K. Simonyan, "High-Performance Large-Scale Image
 * Recognition Without Normalization", ICML 2021, arXiv 2102.06171.
 */
public final class AdaptiveGradientClipping extends BaseTrainingListener {

  private final double lambda;
  private final double eps;
  private final boolean outputLayer;

  private AdaptiveGradientClipping(Builder builder) {
    lambda = builder.lambda;
    eps = builder.eps;
    outputLayer = builder.outputLayer;
  }

  /** {@return a builder with the defaults} */
  public static Builder builder() {
    return new Builder();
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
    for (NetworkGradient.Part part : gradient.parts) {
      if (outputLayer || !part.ofOutputLayer) {
        clip(part, gradient.divisor);
      }
    }
  }

  private void clip(NetworkGradient.Part part, double divisor) {
    INDArray weights = part.parameter;
    INDArray gradient = part.gradient;
    if (part.isVector) {
      double factor =
          factor(
              weights.norm2Number().doubleValue(), gradient.norm2Number().doubleValue() / divisor);
      if (factor < 1) {
        gradient.muli(factor);
      }
      return;
    }
    int[] others =
        IntStream.range(0, weights.rank())
            .filter(d -> IntStream.of(part.units).noneMatch(unit -> unit == d))
            .toArray();
    try (INDArray weightNorms = weights.norm2(others);
        INDArray gradientNorms = gradient.norm2(others)) {
      boolean any = false;
      for (long u = 0; u < weightNorms.length(); u++) {
        double factor = factor(weightNorms.getDouble(u), gradientNorms.getDouble(u) / divisor);
        gradientNorms.putScalar(u, factor);
        any |= factor < 1;
      }
      if (any) {
        Broadcast.mul(gradient, gradientNorms, gradient, part.units);
      }
    }
  }

  private double factor(double weightNorm, double gradientNorm) {
    double limit = lambda * Math.max(weightNorm, eps);
    return gradientNorm > limit ? limit / gradientNorm : 1;
  }

  /** Collects the settings of an {@link AdaptiveGradientClipping}. */
  public static final class Builder {

    private double lambda = 0.01;
    private double eps = 1e-3;
    private boolean outputLayer;

    private Builder() {}

    /**
     * Largest ratio of gradient norm to weight norm.
     *
     * @param lambda finite and above 0; default 0.01
     * @return this builder
     * @throws IllegalArgumentException if lambda is not as described
     */
    public Builder lambda(double lambda) {
      Preconditions.checkArgument(
          lambda > 0 && Double.isFinite(lambda), "lambda must be finite and > 0, got %s", lambda);
      this.lambda = lambda;
      return this;
    }

    /**
     * The norm that smaller weight norms count as.
     *
     * @param eps finite and above 0; default 1e-3
     * @return this builder
     * @throws IllegalArgumentException if eps is not as described
     */
    public Builder eps(double eps) {
      Preconditions.checkArgument(
          eps > 0 && Double.isFinite(eps), "eps must be finite and > 0, got %s", eps);
      this.eps = eps;
      return this;
    }

    /**
     * Whether the output layers are clipped, too.
     *
     * @param clipped default false
     * @return this builder
     */
    public Builder outputLayer(boolean clipped) {
      outputLayer = clipped;
      return this;
    }

    /** {@return a listener with these settings} */
    public AdaptiveGradientClipping build() {
      return new AdaptiveGradientClipping(this);
    }
  }
}
