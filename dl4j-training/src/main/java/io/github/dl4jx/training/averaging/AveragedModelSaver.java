package io.github.dl4jx.training.averaging;

import io.github.dl4jx.training.network.Network;
import java.io.IOException;
import java.io.NotSerializableException;
import org.deeplearning4j.earlystopping.EarlyStoppingModelSaver;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.common.base.Preconditions;

/**
 * Early stopping whose best model has the averaged weights; the latest one has the training
 * weights, with which training can go on.
 *
 * <p>See {@link AveragedScoreCalculator} for a snippet.
 *
 * @param <T> kind of the network
 */
public final class AveragedModelSaver<T extends Model> implements EarlyStoppingModelSaver<T> {

  private static final long serialVersionUID = 1;

  /** The average. */
  private final transient WeightAveragingListener average;

  /** What keeps the models. */
  private final EarlyStoppingModelSaver<T> saver;

  /**
   * A saver.
   *
   * @param average the average, a listener of the network that is trained
   * @param saver what keeps the models
   */
  public AveragedModelSaver(WeightAveragingListener average, EarlyStoppingModelSaver<T> saver) {
    Preconditions.checkArgument(average != null, "average must not be null");
    Preconditions.checkArgument(saver != null, "saver must not be null");
    this.average = average;
    this.saver = saver;
  }

  @Override
  public void saveBestModel(T network, double score) throws IOException {
    try (SwappedWeights swapped = average.swapIfAveraged(network)) {
      saver.saveBestModel(network, score);
    }
  }

  @Override
  public void saveLatestModel(T network, double score) throws IOException {
    Network.initialized(network);
    saver.saveLatestModel(network, score);
  }

  @Override
  public T getBestModel() throws IOException {
    return saver.getBestModel();
  }

  @Override
  public T getLatestModel() throws IOException {
    return saver.getLatestModel();
  }

  /**
   * Not serializable, although its type is: the average belongs to a network in training.
   *
   * @return never
   * @throws NotSerializableException always
   */
  private Object writeReplace() throws NotSerializableException {
    throw new NotSerializableException(
        "AveragedModelSaver: its average belongs to a network that is being trained");
  }
}
