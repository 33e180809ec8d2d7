package io.github.dl4jx.studies.lenet;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A {@code ConvolutionLayer} that uses Deeplearning4j's own helper for oneDNN.
 *
 * <p>Deeplearning4j 1.0.0-M2.1 looks for the helper's switch in a class that has moved, so it never
 * uses it and spends most of a training step in rearranging the input. With ND4J's oneDNN binaries
 * this layer takes a fifth of the time; with others it is right, too.
 */
public final class OneDnnConvolution extends ConvolutionLayer {

  private OneDnnConvolution() {
    // for JSON
  }

  OneDnnConvolution(Builder builder) {
    super(builder);
    initializeConstraints(builder);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    LayerValidation.assertNInNOutSet(
        "OneDnnConvolution", getLayerName(), index, getNIn(), getNOut());
    Running layer = new Running(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    layer.setConf(conf);
    return layer;
  }

  private static final class Running
      extends org.deeplearning4j.nn.layers.convolution.ConvolutionLayer {

    Running(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
      helper = new MKLDNNConvHelper(type);
    }
  }
}
