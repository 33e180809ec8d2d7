package io.github.dl4jx.training.internal;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Input that a network may write into.
 *
 * <p>At test time Deeplearning4j 1.0.0-M2.1 computes an {@code ActivationLayer} and a {@code
 * PReLULayer} in the memory of their input. If that is the network's, the caller's array is
 * overwritten, and the next call sees what is left. A network that has such a layer, wherever,
 * therefore gets a copy.
 */
public final class OwnInput {

  private OwnInput() {}

  /** Whether some of the layers write into their input at test time. */
  public static boolean isNeeded(Layer[] layers) {
    return Arrays.stream(layers).anyMatch(OwnInput::writes);
  }

  private static boolean writes(Layer layer) {
    if (layer instanceof BaseWrapperLayer) {
      return writes(((BaseWrapperLayer) layer).getUnderlying());
    }
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    return conf instanceof ActivationLayer || conf instanceof PReLULayer;
  }

  /** The features, or a copy. */
  public static INDArray of(Layer[] layers, INDArray features) {
    return isNeeded(layers) ? features.dup() : features;
  }

  /** The same for several inputs. */
  public static INDArray[] of(Layer[] layers, INDArray[] features) {
    return isNeeded(layers)
        ? Arrays.stream(features).map(INDArray::dup).toArray(INDArray[]::new)
        : features;
  }

  /** The same for a batch. */
  public static DataSet of(Layer[] layers, DataSet batch) {
    return isNeeded(layers)
        ? new DataSet(
            batch.getFeatures().dup(),
            batch.getLabels(),
            batch.getFeaturesMaskArray(),
            batch.getLabelsMaskArray())
        : batch;
  }
}
