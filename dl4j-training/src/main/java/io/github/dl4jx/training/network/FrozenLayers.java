package io.github.dl4jx.training.network;

import io.github.dl4jx.random.internal.Arguments;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Keeps the layers in {@code FrozenLayerWithBackprop} unchanged, whatever the updater.
 *
 * <pre>{@code
 * frozen layer: updater NoOp, no L1, L2 and weight decay   =>   w = w - 0
 * }</pre>
 *
 * <p>Deeplearning4j gives the updater gradients of zero for such a layer, plus its L1, L2 and
 * weight decay, in one block with those of its neighbours. Updaters that make a step of zero from a
 * gradient of zero leave it alone; others change it: noise ({@link
 * io.github.dl4jx.updaters.wrapper.GradientNoise}, {@link io.github.dl4jx.updaters.Sgld}, {@link
 * io.github.dl4jx.updaters.Sghmc}), columns of {@link
 * io.github.dl4jx.updaters.wrapper.OneBitGradient} that reach into it, and with L2 every updater,
 * Deeplearning4j's own included. An updater cannot know: it sees neither layers nor parameters, and
 * dead units, embeddings of absent words and weights that start at zero have gradients of zero,
 * too. So the frozen layers of a network are marked once, before training:
 *
 * <pre>{@code
 * MultiLayerNetwork net = new MultiLayerNetwork(conf);
 * net.init();
 * FrozenLayers.hold(net); // or FrozenLayers.hold(conf)
 * }</pre>
 *
 * <p>The layers' configurations are changed, in saved networks and copies, too: a layer that is to
 * be trained again needs an updater again. The other layers and their state are left alone, and
 * their noise stays the same. Layers that {@code TransferLearning} freezes ({@code
 * setFeatureExtractor}, {@code FrozenLayer}) and vertices in a {@code FrozenVertex} have {@code
 * NoOp} already.
 */
public final class FrozenLayers {

  private FrozenLayers() {}

  /**
   * Holds the frozen layers of a network.
   *
   * @param network an initialized MultiLayerNetwork or ComputationGraph
   * @throws IllegalArgumentException if it is not, or if the updater of a layer inside a frozen one
   *     cannot be set
   */
  public static void hold(Model network) {
    Network net = Network.initialized(network);
    List<Layer> frozen =
        net.either(
            layers -> frozen(layers.getLayerWiseConfigurations()),
            graph -> frozen(graph.getConfiguration()));
    if (!frozen.isEmpty()) {
      frozen.forEach(FrozenLayers::still);
      ParameterUpdaters.refresh(net);
    }
  }

  /**
   * Holds the frozen layers of all networks that will be made from a configuration.
   *
   * @param configuration the configuration, which is changed
   * @throws IllegalArgumentException if it is null, or if the updater of a layer inside a frozen
   *     one cannot be set
   */
  public static void hold(MultiLayerConfiguration configuration) {
    frozen(Arguments.notNull("configuration", configuration)).forEach(FrozenLayers::still);
  }

  /**
   * Holds the frozen layers of all graphs that will be made from a configuration.
   *
   * @param configuration the configuration, which is changed
   * @throws IllegalArgumentException if it is null, or if the updater of a layer inside a frozen
   *     one cannot be set
   */
  public static void hold(ComputationGraphConfiguration configuration) {
    frozen(Arguments.notNull("configuration", configuration)).forEach(FrozenLayers::still);
  }

  private static List<Layer> frozen(MultiLayerConfiguration configuration) {
    List<Layer> frozen = new ArrayList<>();
    for (NeuralNetConfiguration layer : configuration.getConfs()) {
      collect(layer.getLayer(), false, frozen);
    }
    return frozen;
  }

  private static List<Layer> frozen(ComputationGraphConfiguration configuration) {
    List<Layer> frozen = new ArrayList<>();
    for (GraphVertex vertex : configuration.getVertices().values()) {
      if (vertex instanceof LayerVertex) {
        collect(((LayerVertex) vertex).getLayerConf().getLayer(), false, frozen);
      }
    }
    return frozen;
  }

  /** Adds the innermost layers of those that are frozen. */
  private static void collect(Layer layer, boolean inFrozen, List<Layer> frozen) {
    if (layer instanceof BaseWrapperLayer) {
      boolean held = inFrozen || layer instanceof FrozenLayerWithBackprop;
      collect(((BaseWrapperLayer) layer).getUnderlying(), held, frozen);
    } else if (layer instanceof Bidirectional) {
      collect(((Bidirectional) layer).getFwd(), inFrozen, frozen);
      collect(((Bidirectional) layer).getBwd(), inFrozen, frozen);
    } else if (inFrozen
        && !(layer instanceof FrozenLayer)
        && layer.initializer().numParams(layer) > 0) {
      Preconditions.checkArgument(
          layer instanceof BaseLayer || layer instanceof AbstractSameDiffLayer,
          "layer %s is frozen, but a %s's updater cannot be set: use a FrozenLayer, without"
              + " backpropagation, or a layer that is a BaseLayer",
          layer.getLayerName(),
          layer.getClass().getSimpleName());
      frozen.add(layer);
    }
  }

  private static void still(Layer layer) {
    if (layer instanceof BaseLayer) {
      BaseLayer base = (BaseLayer) layer;
      base.setIUpdater(new NoOp());
      base.setBiasUpdater(null);
      base.setRegularization(new ArrayList<>());
      base.setRegularizationBias(new ArrayList<>());
    } else {
      AbstractSameDiffLayer sameDiff = (AbstractSameDiffLayer) layer;
      sameDiff.setUpdater(new NoOp());
      sameDiff.setBiasUpdater(null);
      sameDiff.setRegularization(new ArrayList<>());
      sameDiff.setRegularizationBias(new ArrayList<>());
    }
  }
}
