package io.github.dl4jx.regularizers.layers;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The running layer of {@link VanillaDropoutLayer}. */
final class RunningVanillaDropoutLayer extends AbstractLayer<VanillaDropoutLayer> {

  private final transient double p;

  /** Draws the masks: applied to ones it gives {@code m / p}. */
  private final transient InvertedDropout masks;

  /** Whether the last forward pass dropped: a frozen network's does not. */
  private transient boolean dropped;

  RunningVanillaDropoutLayer(
      NeuralNetConfiguration conf, DataType dataType, double p, InvertedDropout masks) {
    super(conf, dataType);
    this.p = p;
    this.masks = masks;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    dropped = training;
    if (!training) {
      return workspaceMgr.dup(ArrayType.ACTIVATIONS, input, input.ordering()).muli(p);
    }
    INDArray output = onesLike(input, ArrayType.ACTIVATIONS, workspaceMgr);
    masks.applyDropout(output, output, getIterationCount(), getEpochCount(), workspaceMgr);
    return multiplyByMask(input, output);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    if (!dropped) {
      INDArray scaled =
          workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, epsilon, epsilon.ordering()).muli(p);
      return new Pair<>(new DefaultGradient(), scaled);
    }
    INDArray gradient = onesLike(epsilon, ArrayType.ACTIVATION_GRAD, workspaceMgr);
    masks.backprop(gradient, gradient, getIterationCount(), getEpochCount());
    return new Pair<>(new DefaultGradient(), multiplyByMask(epsilon, gradient));
  }

  private static INDArray onesLike(INDArray x, ArrayType type, LayerWorkspaceMgr workspaceMgr) {
    return workspaceMgr.createUninitialized(type, x.dataType(), x.shape(), x.ordering()).assign(1);
  }

  /** {@code x * m}, given {@code m / p}: what is kept is exact, as {@code x / p * p} is not. */
  private static INDArray multiplyByMask(INDArray x, INDArray scaledMask) {
    Elementwise.run(Indicator.INSTANCE, Elementwise.CHUNK, scaledMask);
    return scaledMask.muli(x);
  }

  @Override
  public void clear() {
    super.clear();
    masks.clear();
  }

  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    return 0;
  }

  @Override
  public Type type() {
    return Type.FEED_FORWARD;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void clearNoiseWeightParams() {
    // no weights
  }

  @Override
  public @Nullable INDArray params() {
    return null;
  }

  /** One for what is not zero. */
  private static final class Indicator implements Elementwise.Loop {

    static final Indicator INSTANCE = new Indicator();

    @Override
    public void floats(float[][] x, int n) {
      float[] mask = x[0];
      for (int i = 0; i < n; i++) {
        mask[i] = mask[i] == 0 ? 0 : 1;
      }
    }

    @Override
    public void doubles(double[][] x, int n) {
      double[] mask = x[0];
      for (int i = 0; i < n; i++) {
        mask[i] = mask[i] == 0 ? 0 : 1;
      }
    }
  }
}
