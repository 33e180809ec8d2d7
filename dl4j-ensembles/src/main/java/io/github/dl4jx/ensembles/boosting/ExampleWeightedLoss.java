package io.github.dl4jx.ensembles.boosting;

import io.github.dl4jx.training.TrainingData;
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
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A loss whose examples have weights, which come with the labels: a row of one-hot labels times w
 * is a row of weight w.
 *
 * <pre>{@code
 * w_i  = sum_c labels_ic
 * loss = 1/n sum_i w_i inner(labels_i / w_i, x_i)
 * }</pre>
 *
 * <p>Weighted labels are in double precision, whatever the type of the labels and of the network:
 * in a type of integers weights would be 0, in half precision small ones.
 *
 * <p>There while a network is trained only: its configuration gets the inner loss back.
 */
final class ExampleWeightedLoss implements ILossFunction {

  private static final long serialVersionUID = 1;

  /** Instead of a weight of 0, whose labels are all 0 and stay so. */
  private static final double LEAST = 1e-30;

  @JsonProperty private final ILossFunction inner;

  @JsonCreator
  ExampleWeightedLoss(@JsonProperty("inner") ILossFunction inner) {
    this.inner = inner;
  }

  /** The data with weighted labels: those of row i times n w_i, for weights that sum to 1. */
  static TrainingData weigh(TrainingData data, double[] weights) {
    DataSet examples = data.examples();
    INDArray column = Nd4j.createFromArray(weights).reshape(weights.length, 1);
    INDArray labels =
        examples.getLabels().castTo(DataType.DOUBLE).mulColumnVector(column.mul(weights.length));
    return TrainingData.of(
        new DataSet(examples.getFeatures(), labels, examples.getFeaturesMaskArray(), null),
        data.batch());
  }

  /** Puts the loss of a network inside this one. */
  static void install(Model network) {
    replace(network, ExampleWeightedLoss::new);
  }

  /** Takes it out again. */
  static void remove(Model network) {
    replace(
        network,
        loss -> loss instanceof ExampleWeightedLoss ? ((ExampleWeightedLoss) loss).inner : loss);
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

  private static INDArray weights(INDArray labels) {
    return labels.sum(true, 1);
  }

  /** Labels without their weights, in the type of the scores. */
  private static INDArray plain(INDArray labels, INDArray weights, INDArray preOutput) {
    return labels.divColumnVector(Transforms.max(weights, LEAST)).castTo(preOutput.dataType());
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
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    INDArray weights = weights(labels);
    INDArray scores =
        inner.computeScoreArray(plain(labels, weights, preOutput), preOutput, activationFn, mask);
    return scores.mul(weights.reshape(scores.shape()).castTo(scores.dataType()));
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    INDArray weights = weights(labels);
    return inner
        .computeGradient(plain(labels, weights, preOutput), preOutput, activationFn, mask)
        .muliColumnVector(weights.castTo(preOutput.dataType()));
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
    return "ExampleWeightedLoss(" + inner + ")";
  }
}
