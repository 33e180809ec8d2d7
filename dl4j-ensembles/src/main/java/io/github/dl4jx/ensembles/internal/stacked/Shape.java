package io.github.dl4jx.ensembles.internal.stacked;

import io.github.dl4jx.regularizers.layers.InvertedDropoutLayer;
import io.github.dl4jx.regularizers.layers.VanillaDropoutLayer;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;

/** Which networks can be one wide network when they answer: those of rows, layer by layer. */
final class Shape {

  /** A subclass may compute something else. */
  private static final Set<Class<?>> LAYERS =
      Set.of(
          DenseLayer.class,
          OutputLayer.class,
          ActivationLayer.class,
          DropoutLayer.class,
          InvertedDropoutLayer.class,
          VanillaDropoutLayer.class);

  private Shape() {}

  /** {@return why members of a configuration cannot be stacked, empty if they can} */
  static Optional<String> whyNot(MultiLayerConfiguration member) {
    int layers = member.getConfs().size();
    if (!member.getInputPreProcessors().isEmpty()) {
      int first = member.getInputPreProcessors().keySet().iterator().next();
      return Optional.of(
          "layer "
              + first
              + " has the preprocessor "
              + member.getInputPreProcess(first).getClass().getSimpleName());
    }
    if (member.getBackpropType() != BackpropType.Standard) {
      return Optional.of("backpropagation is " + member.getBackpropType());
    }
    for (int i = 0; i < layers; i++) {
      Layer layer = member.getConf(i).getLayer();
      if (!LAYERS.contains(layer.getClass())) {
        return Optional.of(
            name(i, layer) + " is a " + layer.getClass().getSimpleName() + inner(layer));
      }
      if ((layer instanceof OutputLayer) != (i == layers - 1)) {
        return Optional.of(
            name(i, layer) + " is not where an OutputLayer must be: last, and alone");
      }
      if (layer instanceof DenseLayer && ((DenseLayer) layer).hasLayerNorm()) {
        return Optional.of(name(i, layer) + " has layer normalization");
      }
    }
    return Optional.empty();
  }

  private static String inner(Layer layer) {
    return layer instanceof BaseWrapperLayer
        ? " around a " + ((BaseWrapperLayer) layer).getUnderlying().getClass().getSimpleName()
        : "";
  }

  /** {@return what to call a layer} */
  static String name(int index, Layer layer) {
    return "layer "
        + index
        + (layer.getLayerName() == null ? "" : " (" + layer.getLayerName() + ")");
  }
}
