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
 * Removes from a layer's configuration all that has no effect at test time (dropout, constraints,
 * this library's weight noise), and sets an updater of Deeplearning4j, so that the graph can be
 * loaded without this library if none of its layers, vertices and preprocessors act at test time.
 *
 * <p>Deeplearning4j's weight noise stays, as its noise on biases acts at test time, too.
 */
final class TestTime {

  private TestTime() {}

  static void reduce(Layer layer) {
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
      reduce(((Bidirectional) layer).getFwd());
      reduce(((Bidirectional) layer).getBwd());
    } else if (layer instanceof FrozenLayer) {
      reduce(((FrozenLayer) layer).getLayer());
    } else if (layer instanceof BaseWrapperLayer) {
      reduce(((BaseWrapperLayer) layer).getUnderlying());
    }
  }
}
