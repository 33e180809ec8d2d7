package io.github.dl4jx.regularizers.internal;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Inverted dropout in a network. */
public final class InvertedDropoutLayer extends DroppingLayer {

  /**
   * A running layer.
   *
   * @param conf configuration of the network's layer
   * @param dataType type of the activations
   * @param dropout draws the masks; not shared
   */
  public InvertedDropoutLayer(
      NeuralNetConfiguration conf, DataType dataType, InvertedDropout dropout) {
    super(conf, dataType, dropout);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    dropped = training;
    if (!training) {
      // a copy of what is the caller's own: the next layer may work in place
      return input.isAttached()
          ? workspaceMgr.leverageTo(ArrayType.ACTIVATIONS, input)
          : workspaceMgr.dup(ArrayType.ACTIVATIONS, input, input.ordering());
    }
    INDArray output =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATIONS, input.dataType(), input.shape(), input.ordering());
    return dropout.applyDropout(input, output, getIterationCount(), getEpochCount(), workspaceMgr);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    if (!dropped) {
      INDArray unchanged = workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, epsilon, epsilon.ordering());
      return new Pair<>(new DefaultGradient(), unchanged);
    }
    INDArray gradient =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATION_GRAD, epsilon.dataType(), epsilon.shape(), epsilon.ordering());
    dropout.backprop(epsilon, gradient, getIterationCount(), getEpochCount());
    return new Pair<>(new DefaultGradient(), gradient);
  }
}
