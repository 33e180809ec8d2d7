package io.github.dl4jx.ensembles.stacked.internal;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The dense layers of several members. */
final class StackedDenseLayer extends DenseLayer {

  private static final long serialVersionUID = 1;

  /** How many there are. */
  private final int members;

  /** Whether they have one input, or each its own rows. */
  private final boolean shared;

  StackedDenseLayer(DenseLayer member, int members, boolean shared) {
    this.members = members;
    this.shared = shared;
    Settings.copy(member, this, members);
    setHasBias(member.hasBias());
  }

  int members() {
    return members;
  }

  boolean shared() {
    return shared;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> trainingListeners,
      int layerIndex,
      INDArray layerParamsView,
      boolean initializeParams,
      DataType networkDataType) {
    return Settings.set(
        new StackedDense(conf, networkDataType),
        trainingListeners,
        layerIndex,
        layerParamsView,
        initializeParams);
  }
}
