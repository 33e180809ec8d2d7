package io.github.dl4jx.ensembles.stacked.internal;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The output layers of several members, which have one loss. */
final class StackedOutputLayer extends OutputLayer {

  private static final long serialVersionUID = 1;

  /** How many there are. */
  private final int members;

  /** Whether they have one input, or each its own rows. */
  private final boolean shared;

  /** Whether the mask of the labels begins with a column of weights for each member. */
  private final boolean weighted;

  StackedOutputLayer(OutputLayer member, int members, boolean shared, boolean weighted) {
    this.members = members;
    this.shared = shared;
    this.weighted = weighted;
    Settings.copy(member, this, members);
    setHasBias(member.hasBias());
    setLossFn(member.getLossFn());
  }

  int members() {
    return members;
  }

  boolean shared() {
    return shared;
  }

  boolean weighted() {
    return weighted;
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
        new StackedOutput(conf, networkDataType),
        trainingListeners,
        layerIndex,
        layerParamsView,
        initializeParams);
  }
}
