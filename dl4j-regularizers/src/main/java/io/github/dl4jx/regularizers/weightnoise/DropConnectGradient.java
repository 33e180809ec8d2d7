package io.github.dl4jx.regularizers.weightnoise;

import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes the gradient of weights under {@link DropConnect} exact.
 *
 * <pre>{@code
 * V = W * m / p;  Deeplearning4j computes dL/dV;  after this listener it is dL/dW = dL/dV * m / p
 * }</pre>
 *
 * <p>Without it, Deeplearning4j updates dropped weights, too, as if the mask had not been there;
 * with it, a dropped weight is left alone in that iteration (but for weight decay and the memory of
 * the updater). Acts on the gradient summed over the minibatch, before gradient normalization,
 * regularization and the updater. Put it before listeners that read or change the gradient.
 *
 * <p>Every {@link DropConnect} of the network must have a seed: its masks are drawn again from it.
 * It does not change the gradients of layers inside {@code Bidirectional}. Stateless: one instance
 * may serve several networks.
 *
 * <p>In {@code pretrain(..)} an {@code AutoEncoder} needs it: Deeplearning4j itself keeps the
 * weights that it has masked in the first iteration, and fails in the second, or without workspaces
 * computes all gradients at them. With it, every iteration has a mask of its own.
 *
 * <pre>{@code
 * net.setListeners(new DropConnectGradient(), new ScoreIterationListener(100));
 * }</pre>
 *
 * <p>Throws an {@link IllegalStateException} in training if a {@link DropConnect} has no seed.
 */
public final class DropConnectGradient extends BaseTrainingListener {

  /** Makes the listener. */
  public DropConnectGradient() {}

  @Override
  public void onGradientCalculation(Model model) {
    Preconditions.checkArgument(
        model != null && model.gradient() != null,
        "model must have a gradient, got %s",
        model == null ? null : "a model without");
    Map<String, INDArray> gradients = model.gradient().gradientForVariable();
    if (model instanceof MultiLayerNetwork) {
      for (Layer layer : ((MultiLayerNetwork) model).getLayers()) {
        mask(layer, layer.getIndex() + "_", gradients);
      }
    } else if (model instanceof ComputationGraph) {
      for (Layer layer : ((ComputationGraph) model).getLayers()) {
        mask(layer, layer.conf().getLayer().getLayerName() + "_", gradients);
      }
    } else if (model instanceof Layer) {
      pretrained((Layer) model, gradients);
    }
  }

  private static boolean mask(Layer layer, String prefix, Map<String, INDArray> gradients) {
    if (!(layer.conf().getLayer() instanceof BaseLayer)) {
      return false;
    }
    BaseLayer conf = (BaseLayer) layer.conf().getLayer();
    if (!(conf.getWeightNoise() instanceof DropConnect)) {
      return false;
    }
    for (String key : layer.paramTable().keySet()) {
      INDArray gradient = gradients.get(prefix + key);
      if (gradient != null) {
        ((DropConnect) conf.getWeightNoise()).maskGradient(layer, key, gradient);
      }
    }
    return true;
  }

  /** Deeplearning4j keeps the first mask, and the weights under it, for all of pretraining. */
  private static void pretrained(Layer layer, Map<String, INDArray> gradients) {
    if (mask(layer, "", gradients)) {
      layer.clearNoiseWeightParams();
      layer.setIterationCount(layer.getIterationCount() + 1); // fit sets it to the network's
    }
  }
}
