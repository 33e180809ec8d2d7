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

/** The activation and the loss of a network's last layer. */
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
   * {@return the loss and the activation of a layer, or null if it is not an output or loss layer
   * of rows or sequences}
   *
   * @param layer the configuration of a network's last layer, or null
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

  /** {@return the loss function} */
  public ILossFunction loss() {
    return loss;
  }

  /** {@return the activation function} */
  public IActivation activation() {
    return activation;
  }

  /** {@return the configuration of a layer with the same loss for outputs of the activation} */
  public Layer lossLayer() {
    return sequences
        ? new RnnLossLayer.Builder(loss).activation(Activation.IDENTITY).build()
        : new LossLayer.Builder(loss).activation(Activation.IDENTITY).build();
  }
}
