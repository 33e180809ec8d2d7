package io.github.dl4jx.ensembles.boosting;

import io.github.dl4jx.training.network.Network;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A loss in place of a configuration's own while a network is trained for one round: it reads
 * labels that hold weights. The configuration gets its own loss back.
 */
abstract class RoundLoss implements ILossFunction {

  private static final long serialVersionUID = 1;

  /** The configuration's own. */
  @JsonProperty final ILossFunction inner;

  RoundLoss(ILossFunction inner) {
    this.inner = inner;
  }

  /** Puts a loss in place of a network's own, which it is given. */
  static void install(Model network, UnaryOperator<ILossFunction> around) {
    replace(network, around);
  }

  /** Gives a network its own loss back. */
  static void remove(Model network) {
    replace(network, loss -> loss instanceof RoundLoss ? ((RoundLoss) loss).inner : loss);
  }

  private static void replace(Model network, UnaryOperator<ILossFunction> change) {
    @Nullable Layer layer = Network.of(network).outputLayer();
    if (layer instanceof BaseOutputLayer) {
      BaseOutputLayer output = (BaseOutputLayer) layer;
      output.setLossFn(change.apply(output.getLossFn()));
    } else if (layer instanceof LossLayer) {
      LossLayer output = (LossLayer) layer;
      output.setLossFn(change.apply(output.getLossFn()));
    } else {
      throw new IllegalArgumentException(
          "for a weighted loss a configuration must end in an output or loss layer, got " + layer);
    }
  }

  @Override
  public double computeScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      @Nullable INDArray mask,
      boolean average) {
    double sum =
        computeScoreArray(labels, preOutput, activationFn, mask)
            .castTo(DataType.DOUBLE)
            .sumNumber()
            .doubleValue();
    return average ? sum / labels.size(0) : sum;
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      @Nullable INDArray mask,
      boolean average) {
    return new Pair<>(
        computeScore(labels, preOutput, activationFn, mask, average),
        computeGradient(labels, preOutput, activationFn, mask));
  }

  @Override
  public String name() {
    return toString();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "(" + inner + ")";
  }
}
