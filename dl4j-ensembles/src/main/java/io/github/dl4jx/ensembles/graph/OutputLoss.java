package io.github.dl4jx.ensembles.graph;

import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** What a network's last layer makes of its scores, and what it is trained for. */
public final class OutputLoss {

  private final ILossFunction loss;
  private final IActivation activation;
  private final boolean sequences;

  private OutputLoss(ILossFunction loss, IActivation activation, boolean sequences) {
    this.loss = loss;
    this.activation = activation;
    this.sequences = sequences;
  }

  /**
   * The loss and the activation of a layer.
   *
   * @param layer the configuration of a network's last layer, or null
   * @return them, or null if it is no output or loss layer of rows or sequences
   */
  public static @Nullable OutputLoss of(@Nullable Layer layer) {
    boolean sequences = layer instanceof RnnOutputLayer || layer instanceof RnnLossLayer;
    if (layer instanceof BaseOutputLayer) {
      BaseOutputLayer output = (BaseOutputLayer) layer;
      return new OutputLoss(output.getLossFn(), output.getActivationFn(), sequences);
    }
    if (layer instanceof LossLayer) {
      LossLayer output = (LossLayer) layer;
      return new OutputLoss(output.getLossFn(), output.getActivationFn(), sequences);
    }
    if (layer instanceof RnnLossLayer) {
      RnnLossLayer output = (RnnLossLayer) layer;
      return new OutputLoss(output.getLossFn(), output.getActivationFn(), sequences);
    }
    return null;
  }

  /**
   * The loss function.
   *
   * @return the layer's own
   */
  public ILossFunction loss() {
    return loss;
  }

  /**
   * The activation.
   *
   * @return the layer's own
   */
  public IActivation activation() {
    return activation;
  }

  /**
   * The same loss for what is activated already.
   *
   * @return the configuration of a layer without parameters
   */
  public Layer lossLayer() {
    return sequences
        ? new RnnLossLayer.Builder(loss).activation(Activation.IDENTITY).build()
        : new LossLayer.Builder(loss).activation(Activation.IDENTITY).build();
  }
}
