package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.ensembles.graph.OutputLoss;
import io.github.dl4jx.training.network.Network;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/** Labels of one column that name the class, instead of a column for each class. */
final class ClassIndices {

  private ClassIndices() {}

  /** Whether a network learns from them. */
  static boolean areLabelsOf(Model network) {
    @Nullable OutputLoss loss = OutputLoss.of(Network.of(network).outputLayer());
    return loss != null && loss.loss() instanceof LossSparseMCXENT;
  }

  /** One-hot labels of as many classes; those that have columns already stay as they are. */
  static INDArray oneHot(INDArray labels, int classes) {
    if (labels.size(1) != 1 || classes == 1) {
      return labels;
    }
    double[][] rows = OutputRows.of(labels, null);
    double[][] oneHot = new double[rows.length][classes];
    for (int i = 0; i < rows.length; i++) {
      double index = rows[i][0];
      Preconditions.checkArgument(
          index >= 0 && index < classes && index == Math.rint(index),
          "class indices must be whole numbers in [0, %s), got %s",
          String.valueOf(classes), // as a number it would be shown as a double, too
          index);
      oneHot[i][(int) index] = 1;
    }
    long[] shape = labels.shape().clone();
    shape[1] = classes;
    INDArray result = Nd4j.createUninitialized(DataType.DOUBLE, shape);
    OutputRows.write(oneHot, result);
    return result;
  }
}
