package io.github.dl4jx.regularizers.internal;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A running layer that drops its input and has no parameters. */
abstract class DroppingLayer extends AbstractLayer<org.deeplearning4j.nn.conf.layers.Layer> {

  /** Draws the masks. */
  final transient InvertedDropout dropout;

  /** Whether the last forward pass dropped: a frozen network's does not. */
  transient boolean dropped;

  DroppingLayer(NeuralNetConfiguration conf, DataType dataType, InvertedDropout dropout) {
    super(conf, dataType);
    this.dropout = dropout;
  }

  @Override
  public void clear() {
    super.clear();
    dropout.clear();
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
}
