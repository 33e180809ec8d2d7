package io.github.dl4jx.training.onednn;

import io.github.dl4jx.training.network.Network;
import java.lang.reflect.Field;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a network of ordinary {@code ConvolutionLayer}s compute by ND4J's oneDNN.
 *
 * <pre>{@code
 * MultiLayerNetwork network = MultiLayerNetwork.load(file, true);
 * OneDnn.use(network); // one line, after init() or load
 * }</pre>
 *
 * <p>Why Deeplearning4j does not do so itself, and which binaries it needs, is said at {@link
 * OneDnnConvolution}.
 */
public final class OneDnn {

  private static final Logger log = LoggerFactory.getLogger(OneDnn.class);

  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private OneDnn() {}

  /**
   * Gives Deeplearning4j's helper for oneDNN to each layer that is a {@code ConvolutionLayer} of
   * two dimensions, also within a frozen one, and that {@link OneDnnConvolution} would speed up.
   * Others (transposed, separable, depthwise, of one or three dimensions) stay as they are.
   *
   * <p>It is the property of this object, not of its configuration: it stays through {@code fit},
   * {@code setParams} and a change of the learning rate, and a file that the network is saved to is
   * a plain one of Deeplearning4j. It does not go over to what is made from the configuration:
   * clones, networks that are loaded, replicas of {@code ParallelWrapper}, members of ensembles.
   * Call it for each of those that you have, or configure {@link OneDnnConvolution}.
   *
   * @param network a {@code MultiLayerNetwork} or {@code ComputationGraph} that is initialized and
   *     not in use
   * @return the number of layers that were given the helper
   * @throws IllegalArgumentException if network is not as described
   */
  public static int use(Model network) {
    Network initialized = Network.initialized(network);
    DataType type = initialized.model().params().dataType();
    int count = 0;
    for (Layer layer : initialized.layers()) {
      Layer inner = layer;
      while (inner instanceof BaseWrapperLayer) {
        inner = ((BaseWrapperLayer) inner).getUnderlying();
      }
      if (inner.getClass() == ConvolutionLayer.class && OneDnnHelper.canCompute(inner, type)) {
        HelperField.set(inner, new OneDnnHelper(inner));
        count++;
      }
    }
    return count;
  }

  /** {@return whether ND4J's binaries that are in use have oneDNN} */
  public static boolean isAvailable() {
    return Nd4j.getBackend().buildInfo().contains("HAVE_ONEDNN");
  }

  static void warnOnceIfMissing() {
    if (!isAvailable() && WARNED.compareAndSet(false, true)) {
      log.warn(
          "ND4J's binaries have no oneDNN: convolutions are right, but train no faster. Add"
              + " org.nd4j:nd4j-native:1.0.0-M2.1 with the classifier linux-x86_64-onednn-avx2.");
    }
  }

  /** Deeplearning4j has no setter for it. Its module is open. */
  private static final class HelperField {

    private static final Field FIELD = field();

    private static Field field() {
      try {
        Field field = ConvolutionLayer.class.getDeclaredField("helper");
        field.setAccessible(true);
        return field;
      } catch (NoSuchFieldException e) {
        throw new IllegalStateException("Deeplearning4j must be 1.0.0-M2.1", e);
      }
    }

    static void set(Layer layer, OneDnnHelper helper) {
      try {
        FIELD.set(layer, helper);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(FIELD + " cannot be set", e);
      }
    }
  }
}
