package io.github.dl4jx.ensembles.boosting;

import io.github.dl4jx.training.TrainingData;
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
 * A loss of pairs of a row and a wrong class, whose weights come with the labels: w_iy for the
 * wrong classes y of row i, and minus their sum for the true class t.
 *
 * <pre>{@code
 * loss     = 1/n sum_iy w_iy ln(1 + exp(z_iy - z_it))
 * gradient = w_iy sigmoid(z_iy - z_it) for y, minus their sum for t
 * }</pre>
 *
 * <p>z is the output layer's input to its activation, whose derivative is not asked for. The labels
 * are in double precision, whatever the network's type. Labels without weights, which are those of
 * validation, have the network's own loss.
 */
final class MislabelLoss extends RoundLoss {

  private static final long serialVersionUID = 1;

  @JsonCreator
  MislabelLoss(@JsonProperty("inner") ILossFunction inner) {
    super(inner);
  }

  /** The data with the weights n times those of the pairs, which sum to 1. */
  static TrainingData weigh(TrainingData data, double[][] pairs, int[] classes) {
    double[][] weights = new double[pairs.length][];
    for (int i = 0; i < pairs.length; i++) {
      weights[i] = pairs[i].clone();
      double sum = 0;
      for (int y = 0; y < weights[i].length; y++) {
        weights[i][y] *= pairs.length;
        sum += weights[i][y];
      }
      weights[i][classes[i]] = -sum;
    }
    DataSet examples = data.examples();
    return TrainingData.of(
        new DataSet(
            examples.getFeatures(),
            Nd4j.createFromArray(weights),
            examples.getFeaturesMaskArray(),
            null),
        data.batch());
  }

  /** z_iy - z_it, in double precision. */
  private static INDArray differences(INDArray labels, INDArray preOutput) {
    INDArray z = preOutput.castTo(DataType.DOUBLE);
    INDArray right = labels.lt(0).castTo(DataType.DOUBLE).muli(z).sum(true, 1);
    return z.subColumnVector(right);
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    if (labels.minNumber().doubleValue() >= 0) {
      return inner.computeScoreArray(labels, preOutput, activationFn, mask);
    }
    INDArray scores = Transforms.softPlus(differences(labels, preOutput), false);
    return scores.muli(Transforms.max(labels, 0)).sum(true, 1).castTo(preOutput.dataType());
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    INDArray gradient = Transforms.sigmoid(differences(labels, preOutput), false);
    gradient.muli(Transforms.max(labels, 0)); // 0 for the true class
    INDArray right = labels.lt(0).castTo(DataType.DOUBLE);
    gradient.subi(right.muliColumnVector(gradient.sum(true, 1)));
    return gradient.castTo(preOutput.dataType());
  }
}
