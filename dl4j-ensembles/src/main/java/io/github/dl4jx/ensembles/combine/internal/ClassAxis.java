package io.github.dl4jx.ensembles.combine.internal;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.training.network.Network;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.nd4j.common.base.Preconditions;

/** On which axis a network's outputs have the classes: 1, or the last in some formats. */
public final class ClassAxis {

  private ClassAxis() {}

  /**
   * Refuses a rule for the outputs of a network.
   *
   * @throws IllegalArgumentException if the rule reads classes and they are not on axis 1
   */
  public static void check(CombinationRule rule, Model network) {
    Network.of(network)
        .with(
            net -> check(rule, net.getLayerWiseConfigurations()),
            graph -> check(rule, graph.getConfiguration()));
  }

  /** The same before there is a network. */
  public static void check(CombinationRule rule, MultiLayerConfiguration conf) {
    checkOutputs(rule, outputs(conf));
  }

  /** The same for a graph, all of whose outputs are looked at. */
  public static void check(CombinationRule rule, ComputationGraphConfiguration conf) {
    checkOutputs(rule, outputs(conf));
  }

  private static void checkOutputs(CombinationRule rule, List<Layer> outputs) {
    for (Layer layer : outputs) {
      Preconditions.checkArgument(
          !rule.readsClasses() || !isLast(layer),
          "%s needs classes on axis 1, but a %s in the format NWC, NHWC or NDHWC has them on the"
              + " last: take SoftVote, MeanOutput or WeightedVote",
          rule,
          layer.getClass().getSimpleName());
    }
  }

  private static List<Layer> outputs(MultiLayerConfiguration conf) {
    return List.of(conf.getConf(conf.getConfs().size() - 1).getLayer());
  }

  private static List<Layer> outputs(ComputationGraphConfiguration conf) {
    return conf.getNetworkOutputs().stream()
        .map(conf.getVertices()::get)
        .filter(vertex -> vertex instanceof LayerVertex)
        .map(vertex -> ((LayerVertex) vertex).getLayerConf().getLayer())
        .collect(Collectors.toList());
  }

  private static boolean isLast(Layer layer) {
    if (layer instanceof RnnOutputLayer) {
      return ((RnnOutputLayer) layer).getRnnDataFormat() == RNNFormat.NWC;
    }
    if (layer instanceof RnnLossLayer) {
      return ((RnnLossLayer) layer).getRnnDataFormat() == RNNFormat.NWC;
    }
    if (layer instanceof BaseRecurrentLayer) {
      return ((BaseRecurrentLayer) layer).getRnnDataFormat() == RNNFormat.NWC;
    }
    if (layer instanceof CnnLossLayer) {
      return ((CnnLossLayer) layer).getFormat() == CNN2DFormat.NHWC;
    }
    return layer instanceof Cnn3DLossLayer
        && ((Cnn3DLossLayer) layer).getDataFormat() == Convolution3D.DataFormat.NDHWC;
  }
}
