package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.regularizers.dropout.DropPath;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.dropout.KeyedDropout;
import io.github.dl4jx.regularizers.layers.ConcreteDropout;
import io.github.dl4jx.regularizers.layers.InvertedDropoutLayer;
import io.github.dl4jx.regularizers.layers.VanillaDropoutLayer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A {@code dropOut(..)} in the configuration of a {@link StochasticView}.
 *
 * <p>The layer runs in training mode and applies it as in training: within a wrapper, once for each
 * direction, or not at all. All else that a layer does only in training is removed from its
 * configuration.
 */
final class LayerDropout implements IDropout {

  private static final long serialVersionUID = 1L;

  private final IDropout dropout;

  /** Whether the layer has applied it, or a copy of it. */
  private final AtomicBoolean applied;

  private LayerDropout(IDropout dropout, AtomicBoolean applied) {
    this.dropout = dropout;
    this.applied = applied;
  }

  /**
   * Prepares a layer's configuration for training mode.
   *
   * @param layer the configuration, which is changed
   * @param applied becomes true when the layer applies a dropout
   * @return whether there is a dropout, so that the layer has to run in training mode
   */
  static boolean prepare(Layer layer, AtomicBoolean applied) {
    if (layer instanceof FrozenLayerWithBackprop || layer instanceof ConcreteDropout) {
      return false; // in test mode in training, too; or handled by StochasticStep
    }
    if (layer instanceof BaseWrapperLayer) {
      Layer underlying = ((BaseWrapperLayer) layer).getUnderlying();
      Preconditions.checkArgument(
          !(underlying instanceof ConcreteDropout),
          "layer %s: ConcreteDropout in a %s is not supported",
          layer.getLayerName(),
          layer.getClass().getSimpleName());
      return prepare(underlying, applied);
    }
    if (layer instanceof Bidirectional) {
      boolean forward = prepare(((Bidirectional) layer).getFwd(), applied);
      return prepare(((Bidirectional) layer).getBwd(), applied) || forward;
    }
    IDropout dropout = layer.getIDropout();
    if (dropout == null
        || layer instanceof BatchNormalization
        || layer instanceof ActivationLayer
        || ofDropoutLayer(layer) != null) {
      return false; // none, ignored by these two, or applied by StochasticStep
    }
    layer.setIDropout(new LayerDropout(sampled(dropout), applied));
    if (layer instanceof BaseLayer) {
      BaseLayer weighted = (BaseLayer) layer;
      weighted.setWeightNoise(null);
      if (weighted.getActivationFn() instanceof ActivationRReLU) {
        weighted.setActivationFn(new TestTime((ActivationRReLU) weighted.getActivationFn()));
      }
    }
    return true;
  }

  /**
   * {@return the dropout of a dropout layer of this library, also in a wrapper; null for other
   * layers}
   */
  static @Nullable IDropout ofDropoutLayer(Layer layer) {
    if (layer instanceof InvertedDropoutLayer) {
      return ((InvertedDropoutLayer) layer).dropout().unseeded();
    }
    if (layer instanceof VanillaDropoutLayer) { // the layer scales by p at test time
      return new InvertedDropout(((VanillaDropoutLayer) layer).retainProbability());
    }
    if (layer instanceof BaseWrapperLayer && !(layer instanceof FrozenLayerWithBackprop)) {
      return ofDropoutLayer(((BaseWrapperLayer) layer).getUnderlying());
    }
    return null;
  }

  /** {@return a dropout of the same distribution that draws a new mask for each row} */
  static IDropout sampled(IDropout dropout) {
    if (dropout instanceof DropPath) { // it may draw once for the minibatch, so for all copies
      DropPath path = (DropPath) dropout;
      return path.schedule()
          .map(DropPath::new)
          .orElseGet(() -> new DropPath(path.retainProbability(0, 0)));
    }
    if (dropout instanceof KeyedDropout) { // with its seed, all chunks would have the same masks
      return ((KeyedDropout) dropout).unseeded();
    }
    if (dropout instanceof Dropout) { // several times as fast
      Dropout theirs = (Dropout) dropout;
      return theirs.getPSchedule() == null
          ? new InvertedDropout(theirs.getP())
          : new InvertedDropout(theirs.getPSchedule());
    }
    return dropout;
  }

  /** {@return the dropout, unwrapped} */
  static @Nullable IDropout within(@Nullable IDropout dropout) {
    return dropout instanceof LayerDropout ? ((LayerDropout) dropout).dropout : dropout;
  }

  @Override
  public INDArray applyDropout(
      INDArray inputActivations,
      INDArray resultArray,
      int iteration,
      int epoch,
      LayerWorkspaceMgr workspaceMgr) {
    applied.set(true);
    return dropout.applyDropout(inputActivations, resultArray, iteration, epoch, workspaceMgr);
  }

  @Override
  public INDArray backprop(INDArray gradAtOutput, INDArray gradAtInput, int iteration, int epoch) {
    return dropout.backprop(gradAtOutput, gradAtInput, iteration, epoch);
  }

  @Override
  public void clear() {
    dropout.clear();
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public LayerDropout clone() {
    return new LayerDropout(dropout.clone(), applied);
  }

  /** Randomized ReLU whose slopes are not drawn. */
  private static final class TestTime extends ActivationRReLU {

    private static final long serialVersionUID = 1L;

    TestTime(ActivationRReLU activation) {
      super(activation.getL(), activation.getU());
    }

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
      return super.getActivation(in, false);
    }
  }
}
