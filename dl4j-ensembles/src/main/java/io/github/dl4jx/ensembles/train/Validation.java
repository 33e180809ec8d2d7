package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Networks;
import io.github.dl4jx.random.internal.Arguments;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Early stopping of one member: the parameters of the epoch with the least validation score. */
final class Validation {

  private final List<DataSet> batches;
  private final int patience;

  Validation(DataSetIterator data, int patience) {
    this(copies(data), patience);
  }

  Validation(List<DataSet> batches, int patience) {
    Preconditions.checkArgument(patience >= 1, "patience must be >= 1, got %s", patience);
    Preconditions.checkArgument(
        !Arguments.noneNull("validation", batches).isEmpty(),
        "validation data must have at least 1 example, got 0");
    this.batches = batches;
    this.patience = patience;
  }

  private static List<DataSet> copies(DataSetIterator data) {
    if (Arguments.notNull("validation", data).resetSupported()) {
      data.reset();
    }
    List<DataSet> batches = new ArrayList<>();
    while (data.hasNext()) {
      batches.add(Arguments.labelled("validation", data.next()).copy());
    }
    return batches;
  }

  List<DataSet> batches() {
    return batches;
  }

  int patience() {
    return patience;
  }

  /** Trains until the score has not fallen for {@code patience} epochs; takes the best back. */
  void fit(Model network, DataSetIterator data, int epochs) {
    double best = Double.POSITIVE_INFINITY;
    int without = 0;
    INDArray parameters = network.params().dup();
    try {
      for (int epoch = 0; epoch < epochs && without < patience; epoch++) {
        Networks.fit(network, data);
        double score = score(network);
        without = score < best ? 0 : without + 1;
        if (score < best) {
          best = score;
          parameters.assign(network.params());
        }
      }
      Preconditions.checkState(
          best < Double.POSITIVE_INFINITY, "the validation score was not finite in any epoch");
      network.params().assign(parameters);
    } finally {
      parameters.close();
    }
  }

  private double score(Model network) {
    double sum = 0;
    long examples = 0;
    for (DataSet batch : batches) {
      sum += Networks.score(network, batch) * batch.numExamples();
      examples += batch.numExamples();
    }
    return sum / examples;
  }
}
