package io.github.dl4jx.training.listener;

import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.params.CenterLossParamInitializer;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of a network of either kind, or of a layer that is being pretrained, parameter by
 * parameter, summed over the minibatch.
 */
final class NetworkGradient {

  /** In place of the name of a layer that is being pretrained. */
  private static final String PRETRAINED = "";

  /** One parameter array and its gradient. */
  static final class Part {

    final INDArray parameter;
    final INDArray gradient;
    final boolean ofOutputLayer;

    /** Whether it is a vector, such as biases, and not the weights of units. */
    final boolean isVector;

    /** The dimensions that count units, unless it is a vector. */
    final int[] units;

    Part(
        INDArray parameter,
        INDArray gradient,
        boolean ofOutputLayer,
        boolean isVector,
        int[] units) {
      this.units = units;
      this.parameter = parameter;
      this.gradient = gradient;
      this.ofOutputLayer = ofOutputLayer;
      this.isVector = isVector;
    }
  }

  /** Without what is no gradient: statistics of batch normalization, centers; frozen layers. */
  final List<Part> parts = new ArrayList<>();

  /** What the gradient has to be divided by to be the mean. */
  final double divisor;

  private NetworkGradient(Model model) {
    Preconditions.checkArgument(
        model instanceof Layer || Network.is(model),
        "model must be a MultiLayerNetwork, a ComputationGraph or a layer, got %s",
        model == null ? null : model.getClass().getName());
    Preconditions.checkArgument(
        model.gradient() != null, "model must have a gradient, which it has in training only");
    divisor = model.conf().isMiniBatch() ? model.batchSize() : 1;
    Map<String, INDArray> gradients = model.gradient().gradientForVariable();
    layers(model)
        .forEach(
            (name, layer) -> {
              boolean output = isOutput(model, name);
              layer
                  .paramTable(false)
                  .forEach(
                      (key, parameter) -> {
                        INDArray gradient =
                            gradients.get(name.equals(PRETRAINED) ? key : name + "_" + key);
                        if (gradient != null
                            && layer.updaterDivideByMinibatch(key)
                            && !isCenters(layer, key)) {
                          boolean vector = isVector(layer, key, parameter);
                          int[] units = UnitDimensions.of(layer, key, parameter);
                          parts.add(new Part(parameter, gradient, output, vector, units));
                        }
                      });
            });
  }

  /** The change of the centers of classes goes by a rule of its own. */
  private static boolean isCenters(Trainable layer, String key) {
    return layer.getConfig() instanceof CenterLossOutputLayer
        && key.equals(CenterLossParamInitializer.CENTER_KEY);
  }

  /** Weights of a single input are a row, too. */
  private static boolean isVector(Trainable layer, String key, INDArray parameter) {
    if (parameter.rank() < 2 || parameter.size(0) != 1) {
      return parameter.rank() < 2;
    }
    TrainingConfig config = layer.getConfig();
    if (!(config instanceof org.deeplearning4j.nn.conf.layers.Layer)) {
      return parameter.rank() == 2;
    }
    org.deeplearning4j.nn.conf.layers.Layer conf = (org.deeplearning4j.nn.conf.layers.Layer) config;
    return !conf.initializer().isWeightParam(conf, key);
  }

  /**
   * The gradient of the latest backward pass.
   *
   * @throws IllegalArgumentException if the model is neither a MultiLayerNetwork nor a
   *     ComputationGraph nor a layer
   */
  static NetworkGradient of(Model model) {
    return new NetworkGradient(model);
  }

  private static Map<String, Trainable> layers(Model model) {
    Map<String, Trainable> layers = new LinkedHashMap<>();
    if (!Network.is(model)) {
      layers.put(PRETRAINED, (Layer) model);
      return layers;
    }
    Network.of(model)
        .with(
            net -> {
              for (int i = 0; i < net.getnLayers(); i++) {
                layers.put(String.valueOf(i), net.getLayer(i));
              }
            },
            graph -> {
              for (GraphVertex vertex : graph.getVertices()) {
                if (vertex.numParams() > 0) {
                  layers.put(vertex.getVertexName(), vertex);
                }
              }
            });
    return layers;
  }

  private static boolean isOutput(Model model, String name) {
    return !name.equals(PRETRAINED)
        && Network.of(model)
            .<Boolean>either(
                net -> name.equals(String.valueOf(net.getnLayers() - 1)),
                graph -> graph.getConfiguration().getNetworkOutputs().contains(name));
  }
}
