package io.github.dl4jx.ensembles.graph;

import io.github.dl4jx.regularizers.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Takes from a layer's configuration what does nothing at test time: dropout, constraints, this
 * library's weight noise; and gives it an updater of Deeplearning4j. So a graph can be read where
 * this library is not, unless a layer, vertex or preprocessor of it does something at test time.
 *
 * <p>Deeplearning4j's own weight noise stays: its noise of biases is there at test time, too.
 */
final class TestTime {

  private TestTime() {}

  static void keepWhatCounts(Layer layer) {
    layer.setIDropout(null);
    layer.setConstraints(null);
    if (layer instanceof BaseLayer) {
      BaseLayer base = (BaseLayer) layer;
      base.setIUpdater(new Sgd());
      base.setBiasUpdater(null);
      if (base.getWeightNoise() instanceof DropConnect) {
        base.setWeightNoise(null);
      }
    } else if (layer instanceof AbstractSameDiffLayer) {
      ((AbstractSameDiffLayer) layer).setUpdater(new Sgd());
      ((AbstractSameDiffLayer) layer).setBiasUpdater(null);
    } else if (layer instanceof Bidirectional) {
      keepWhatCounts(((Bidirectional) layer).getFwd());
      keepWhatCounts(((Bidirectional) layer).getBwd());
    } else if (layer instanceof FrozenLayer) {
      keepWhatCounts(((FrozenLayer) layer).getLayer());
    } else if (layer instanceof BaseWrapperLayer) {
      keepWhatCounts(((BaseWrapperLayer) layer).getUnderlying());
    }
  }
}
