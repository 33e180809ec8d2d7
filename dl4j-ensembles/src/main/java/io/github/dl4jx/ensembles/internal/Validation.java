package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.training.network.NetworkCalls;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Early stopping of one member: the parameters of the epoch with the least validation score. */
final class Validation {

  private final List<DataSet> batches;
  private final int patience;

  Validation(List<DataSet> batches, int patience) {
    this.batches = batches;
    this.patience = patience;
  }

  /** Of a trainer, or null if its members are not stopped early. */
  static @Nullable Validation of(TrainerSettings settings) {
    return settings.validation().isEmpty()
        ? null
        : new Validation(settings.validation(), settings.patience());
  }

  List<DataSet> batches() {
    return batches;
  }

  /** Trains until the score has not fallen for {@code patience} epochs; takes the best back. */
  void fit(Model network, DataSetIterator data, int epochs) {
    double best = Double.POSITIVE_INFINITY;
    int without = 0;
    INDArray parameters = network.params().dup();
    try {
      for (int epoch = 0; epoch < epochs && without < patience; epoch++) {
        NetworkCalls.fit(network, data);
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
      sum += NetworkCalls.score(network, batch) * batch.numExamples();
      examples += batch.numExamples();
    }
    return sum / examples;
  }
}
