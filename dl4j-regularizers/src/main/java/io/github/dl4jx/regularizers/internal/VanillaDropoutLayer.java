package io.github.dl4jx.regularizers.internal;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Vanilla dropout in a network. */
public final class VanillaDropoutLayer extends DroppingLayer {

  private final transient double p;

  /**
   * A running layer.
   *
   * @param conf configuration of the network's layer
   * @param dataType type of the activations
   * @param p probability of retaining an activation
   * @param masks inverted dropout with the same p, which draws the masks; not shared
   */
  public VanillaDropoutLayer(
      NeuralNetConfiguration conf, DataType dataType, double p, InvertedDropout masks) {
    super(conf, dataType, masks);
    this.p = p;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    dropped = training;
    if (!training) {
      return workspaceMgr.dup(ArrayType.ACTIVATIONS, input, input.ordering()).muli(p);
    }
    // applied to ones, it gives m / p
    INDArray output = onesLike(input, ArrayType.ACTIVATIONS, workspaceMgr);
    dropout.applyDropout(output, output, getIterationCount(), getEpochCount(), workspaceMgr);
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
    dropout.backprop(gradient, gradient, getIterationCount(), getEpochCount());
    return new Pair<>(new DefaultGradient(), multiplyByMask(epsilon, gradient));
  }

  private static INDArray onesLike(INDArray x, ArrayType type, LayerWorkspaceMgr workspaceMgr) {
    return workspaceMgr.createUninitialized(type, x.dataType(), x.shape(), x.ordering()).assign(1);
  }

  /** {@code x * m}, given {@code m / p}: what is kept is exact, as {@code x / p * p} is not. */
  private static INDArray multiplyByMask(INDArray x, INDArray scaledMask) {
    Elementwise.run(Indicator.INSTANCE, scaledMask);
    return scaledMask.muli(x);
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
