package io.github.dl4jx.ensembles.boosting;

import io.github.dl4jx.training.TrainingData;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
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
 */
final class ExampleWeightedLoss extends RoundLoss {

  private static final long serialVersionUID = 1;

  /** Instead of a weight of 0, whose labels are all 0 and stay so. */
  private static final double LEAST = 1e-30;

  @JsonCreator
  ExampleWeightedLoss(@JsonProperty("inner") ILossFunction inner) {
    super(inner);
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
    RoundLoss.install(network, ExampleWeightedLoss::new);
  }

  private static INDArray weights(INDArray labels) {
    return labels.sum(true, 1);
  }

  /** Labels without their weights, in the type of the scores. */
  private static INDArray plain(INDArray labels, INDArray weights, INDArray preOutput) {
    return labels.divColumnVector(Transforms.max(weights, LEAST)).castTo(preOutput.dataType());
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
}
