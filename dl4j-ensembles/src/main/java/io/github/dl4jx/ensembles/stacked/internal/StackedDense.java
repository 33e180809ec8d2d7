package io.github.dl4jx.ensembles.stacked.internal;

import io.github.dl4jx.random.Rectifier;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The dense layers of several members.
 *
 * <p>Deeplearning4j's layer computes its pre-activations again when it goes back, and the gradient
 * with respect to the network's input, which nobody asks for. This one keeps the former and leaves
 * out the latter: two products instead of four in the first layer.
 */
final class StackedDense extends BaseLayer<StackedDenseLayer> {

  private static final long serialVersionUID = 1;

  private static final IActivation RELU = new ActivationReLU();

  private final transient Blocks blocks;

  /** Pre-activations of the step, from the way there to the way back. */
  private transient @Nullable INDArray kept;

  StackedDense(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    this.blocks = new Blocks(layerConf().members(), layerConf().shared());
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    INDArray z = preOutput(training, workspaceMgr);
    if (!training) {
      return layerConf().getActivationFn().getActivation(z, false);
    }
    kept = z;
    // in place, as are the next layer's masks
    INDArray copy = workspaceMgr.dup(ArrayType.ACTIVATIONS, z, 'c');
    return layerConf().getActivationFn().getActivation(copy, true);
  }

  @Override
  protected INDArray preOutput(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    Blocks.check(layerId(), input, layerConf().getNIn());
    applyDropOutIfNecessary(training, workspaceMgr);
    return blocks.forward(
        input.castTo(dataType), weights(), bias(), ArrayType.ACTIVATIONS, workspaceMgr);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    INDArray z = kept == null ? preOutput(true, workspaceMgr) : kept;
    kept = null;
    INDArray delta = delta(z, epsilon);
    INDArray x = input.castTo(dataType);
    return new Pair<>(
        gradient(blocks, gradientViews, x, delta, workspaceMgr), next(x, delta, workspaceMgr));
  }

  private INDArray delta(INDArray z, INDArray epsilon) {
    IActivation activation = layerConf().getActivationFn();
    if (RELU.equals(activation) && Rectifier.takes(epsilon, z)) { // ND4J takes six times as long
      Rectifier.backward(epsilon, z);
      return epsilon;
    }
    return Blocks.dense(activation.backprop(z, epsilon).getFirst());
  }

  private @Nullable INDArray next(INDArray x, INDArray delta, LayerWorkspaceMgr workspaceMgr) {
    if (getIndex() == 0) {
      if (layerConf().getIDropout() != null) {
        layerConf().getIDropout().clear();
      }
      return null;
    }
    return backpropDropOutIfPresent(blocks.epsilon(x, delta, weights(), workspaceMgr));
  }

  /** Writes the gradient of a layer's parameters. */
  static Gradient gradient(
      Blocks blocks,
      Map<String, INDArray> views,
      INDArray x,
      INDArray delta,
      LayerWorkspaceMgr memory) {
    INDArray weights = Objects.requireNonNull(views.get(DefaultParamInitializer.WEIGHT_KEY));
    INDArray bias = views.get(DefaultParamInitializer.BIAS_KEY);
    blocks.gradients(x, delta, weights, bias, memory);
    Gradient gradient = new DefaultGradient();
    gradient.gradientForVariable().put(DefaultParamInitializer.WEIGHT_KEY, weights);
    if (bias != null) {
      gradient.gradientForVariable().put(DefaultParamInitializer.BIAS_KEY, bias);
    }
    return gradient;
  }

  private INDArray weights() {
    return getParam(DefaultParamInitializer.WEIGHT_KEY);
  }

  private @Nullable INDArray bias() {
    return hasBias() ? getParam(DefaultParamInitializer.BIAS_KEY) : null;
  }

  @Override
  public boolean hasBias() {
    return layerConf().hasBias();
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void clear() {
    super.clear();
    kept = null;
  }
}
