package io.github.dl4jx.training.averaging;

import java.io.NotSerializableException;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.common.base.Preconditions;

/**
 * Early stopping by the score of the averaged weights.
 *
 * <p>The network keeps its training weights: use an {@link AveragedModelSaver} as well, or the
 * model that is saved as the best is not the one that was scored. Before the first update of the
 * average the training weights are scored and saved, which is logged.
 *
 * <pre>{@code
 * WeightAveragingListener ema = WeightAveragingListener.ema(0.995).build();
 * net.setListeners(ema);
 * new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
 *     .scoreCalculator(
 *         new AveragedScoreCalculator<>(ema, new DataSetLossCalculator(validation, true)))
 *     .modelSaver(new AveragedModelSaver<>(ema, new InMemoryModelSaver<>()))
 * }</pre>
 *
 * @param <T> kind of the network
 */
public final class AveragedScoreCalculator<T extends Model> implements ScoreCalculator<T> {

  private static final long serialVersionUID = 1;

  /** The average. */
  private final transient WeightAveragingListener average;

  /** What scores the network. */
  private final ScoreCalculator<? super T> calculator;

  /**
   * A calculator.
   *
   * @param average the average, a listener of the network that is trained
   * @param calculator what scores the network
   */
  public AveragedScoreCalculator(
      WeightAveragingListener average, ScoreCalculator<? super T> calculator) {
    Preconditions.checkArgument(average != null, "average must not be null");
    Preconditions.checkArgument(calculator != null, "calculator must not be null");
    this.average = average;
    this.calculator = calculator;
  }

  /** The score of the averaged weights; of the training weights while nothing is averaged. */
  @Override
  public double calculateScore(T network) {
    try (SwappedWeights swapped = average.swapIfAveraged(network)) {
      return calculator.calculateScore(network);
    }
  }

  @Override
  public boolean minimizeScore() {
    return calculator.minimizeScore();
  }

  /**
   * Not serializable, although its type is: the average belongs to a network in training.
   *
   * @return never
   * @throws NotSerializableException always
   */
  private Object writeReplace() throws NotSerializableException {
    throw new NotSerializableException(
        "AveragedScoreCalculator: its average belongs to a network that is being trained");
  }
}
