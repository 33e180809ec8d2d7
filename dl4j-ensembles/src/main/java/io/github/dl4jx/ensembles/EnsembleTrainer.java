package io.github.dl4jx.ensembles;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.TrainingData;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Trains several networks that answer as one.
 *
 * <p>The result is a function of the trainer's settings, its seed among them, and of the data: no
 * number of threads and no interruption changes it.
 */
public interface EnsembleTrainer {

  /**
   * Trains on the examples of an iterator, which are read into memory.
   *
   * @param data the training data; read from its start if it can be reset
   * @param epochs as of {@link #fit(TrainingData, int)}
   * @return the ensemble
   * @throws IllegalArgumentException if the data is empty, or as of {@link #fit(TrainingData, int)}
   * @throws IllegalStateException as of {@link #fit(TrainingData, int)}
   */
  default Ensemble fit(DataSetIterator data, int epochs) {
    Arguments.notNull("data", data);
    Preconditions.checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
    return fit(TrainingData.of(data), epochs);
  }

  /**
   * Trains.
   *
   * @param data the training data
   * @param epochs passes over the data, at least 1
   * @return the ensemble
   * @throws IllegalArgumentException if epochs is below 1, or the data is not such as this trainer
   *     takes
   * @throws IllegalStateException if a member fails; the message has its number and the cause
   */
  Ensemble fit(TrainingData data, int epochs);
}
