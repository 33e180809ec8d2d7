package io.github.dl4jx.ensembles.stacked.internal;

import io.github.dl4jx.regularizers.layers.InvertedDropoutLayer;
import io.github.dl4jx.regularizers.layers.VanillaDropoutLayer;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
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

  /** {@return whether a network computes outputs as one that can be stacked does} */
  static boolean answersAs(MultiLayerConfiguration first, MultiLayerConfiguration other) {
    if (whyNot(other).isPresent()
        || other.getConfs().size() != first.getConfs().size()
        || other.getDataType() != first.getDataType()) {
      return false;
    }
    for (int i = 0; i < first.getConfs().size(); i++) {
      if (!answersAs(first.getConf(i).getLayer(), other.getConf(i).getLayer())) {
        return false;
      }
    }
    return true;
  }

  private static boolean answersAs(Layer first, Layer other) {
    if (first.getClass() != other.getClass() || first instanceof VanillaDropoutLayer) {
      return false; // that one changes with the network's iteration
    }
    if (first instanceof ActivationLayer) {
      return ((ActivationLayer) first)
          .getActivationFn()
          .equals(((ActivationLayer) other).getActivationFn());
    }
    if (!(first instanceof DenseLayer || first instanceof OutputLayer)) {
      return true; // it drops nothing at test time
    }
    FeedForwardLayer one = (FeedForwardLayer) first;
    FeedForwardLayer two = (FeedForwardLayer) other;
    return one.getNIn() == two.getNIn()
        && one.getNOut() == two.getNOut()
        && one.initializer().numParams(one) == two.initializer().numParams(two)
        && one.getActivationFn().equals(two.getActivationFn())
        && one.getWeightNoise() == null
        && two.getWeightNoise() == null;
  }

  private static String inner(Layer layer) {
    if (layer instanceof FrozenLayer) {
      return " around a " + ((FrozenLayer) layer).getLayer().getClass().getSimpleName();
    }
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
