package io.github.dl4jx.ensembles.checkpoint;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.averaging.BatchNormStatistics;
import io.github.dl4jx.training.network.Network;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Averages the parameters of several checkpoints into one network, which can be nearly as good as
 * their ensemble at the cost of one network.
 *
 * <pre>{@code
 * last:         theta = 1/k * sum of theta_i over the last k checkpoints i
 *
 * greedy soup:  S = {}
 *               for each checkpoint i, best score first:
 *                 S = S + i if the score of mean(S + i) is at least as good as that of mean(S)
 *               theta = mean(S)
 * }</pre>
 *
 * <p>Sums are in double precision; one checkpoint is in memory at a time. Use checkpoints of the
 * late part of one run, whose parameters are near each other; the mean of networks with different
 * seeds is useless. The paper's soup averages several fine-tuned copies of one network, this one
 * averages checkpoints of one run. On the data of the score the soup is at least as good as the
 * best checkpoint, which is always in it.
 *
 * <p>The means and variances of batch normalization are averaged, too. {@link
 * BatchNormStatistics#refresh} recomputes them, and says when that helps; {@link
 * #greedySoup(Checkpoints, ScoreCalculator, DataSetIterator)} does so for each candidate.
 *
 * <pre>{@code
 * MultiLayerNetwork averaged = (MultiLayerNetwork) CheckpointAveraging.last(dir, 5);
 * Model soup =
 *     CheckpointAveraging.greedySoup(
 *         Checkpoints.in(dir), new DataSetLossCalculator(validation, true));
 * }</pre>
 *
 * <p>References: P. Izmailov et al., "Averaging Weights Leads to Wider Optima and Better
 * Generalization", 2018, arXiv 1803.05407; M. Wortsman et al., "Model soups: averaging weights of
 * multiple fine-tuned models improves accuracy without increasing inference time", 2022, arXiv
 * 2203.05482, recipe 1.
 */
public final class CheckpointAveraging {

  /** The first network, for its configuration only: its parameters have been released. */
  private @Nullable Model first;

  private DataType type = DataType.FLOAT;

  private Map<String, String> shapes = Map.of();

  private INDArray sum = Nd4j.empty(DataType.DOUBLE);
  private int count;

  private CheckpointAveraging() {}

  /**
   * The mean of the last k checkpoints.
   *
   * @param folder the root folder of a {@code CheckpointListener}
   * @param k number of checkpoints, at least 1
   * @return a network with the mean parameters and the newest checkpoint's configuration, without
   *     updater state
   * @throws IllegalArgumentException if k is below 1, or the folder holds fewer than k checkpoints
   * @throws IOException if the record or a checkpoint cannot be read; the message names the file
   */
  public static Model last(File folder, int k) throws IOException {
    return last(Checkpoints.in(folder), k);
  }

  /**
   * The mean of the last k of these checkpoints.
   *
   * @param checkpoints the checkpoints
   * @param k number of checkpoints, at least 1
   * @return a network with the mean parameters and the newest checkpoint's configuration, without
   *     updater state
   * @throws IllegalArgumentException if k is below 1, there are fewer than k checkpoints, or they
   *     have different architectures
   * @throws IOException if the record or a checkpoint cannot be read; the message names the file
   */
  public static Model last(Checkpoints checkpoints, int k) throws IOException {
    Arguments.notNull("checkpoints", checkpoints);
    CheckpointAveraging mean = new CheckpointAveraging();
    try {
      checkpoints.visitLast(
          k,
          (checkpoint, next) -> {
            mean.add(next);
            return true;
          });
      return mean.network(mean.sum, mean.count);
    } finally {
      mean.sum.close();
    }
  }

  /**
   * The greedy soup, with the statistics of batch normalization averaged.
   *
   * @param checkpoints the candidates
   * @param score the score, on data that is held out of training
   * @return a network with the soup's parameters, without updater state
   * @throws IllegalArgumentException if there is no checkpoint, or they have different
   *     architectures
   * @throws IOException if the record or a checkpoint cannot be read; the message names the file
   */
  public static Model greedySoup(Checkpoints checkpoints, ScoreCalculator<Model> score)
      throws IOException {
    return soup(checkpoints, score, null);
  }

  /**
   * The greedy soup, with the statistics of batch normalization recomputed for each candidate of
   * two or more checkpoints.
   *
   * @param checkpoints the candidates
   * @param score the score, on data that is held out of training
   * @param training data from which the statistics are computed
   * @return a network with the soup's parameters, without updater state
   * @throws IllegalArgumentException if there is no checkpoint, they have different architectures,
   *     or have no batch normalization
   * @throws IOException if the record or a checkpoint cannot be read; the message names the file
   */
  public static Model greedySoup(
      Checkpoints checkpoints, ScoreCalculator<Model> score, DataSetIterator training)
      throws IOException {
    Preconditions.checkArgument(training != null, "training must not be null");
    return soup(checkpoints, score, training);
  }

  private static Model soup(
      Checkpoints checkpoints, ScoreCalculator<Model> score, @Nullable DataSetIterator training)
      throws IOException {
    Arguments.notNull("checkpoints", checkpoints);
    CheckpointAveraging soup = new CheckpointAveraging();
    Model best = null;
    double bestGain = Double.NaN;
    try {
      for (Checkpoints.Scored scored : checkpoints.ranked(score)) {
        Model ingredient = checkpoints.read(scored.checkpoint);
        try {
          Model candidate = soup.with(ingredient);
          double gain = scored.gain;
          if (soup.count > 0) {
            refresh(candidate, training);
            double value = score.calculateScore(candidate);
            gain = score.minimizeScore() ? -value : value;
          }
          if (best == null || gain >= bestGain) {
            soup.add(ingredient);
            if (best != null) {
              Network.of(best).release();
            }
            best = candidate;
            bestGain = gain;
          } else {
            Network.of(candidate).release();
          }
        } finally {
          Network.of(ingredient).release();
        }
      }
    } finally {
      soup.sum.close();
    }
    return Objects.requireNonNull(best, "there is a best of at least one");
  }

  private void add(Model network) {
    checkAlike(network);
    if (first == null) {
      first = network;
      shapes = shapes(network);
      type = network.params().dataType();
      sum = Nd4j.createUninitializedDetached(DataType.DOUBLE, network.params().length());
      sum.assign(0);
    }
    sum.addi(network.params());
    count++;
  }

  /** {@return the mean of the added networks and one more, which is not added} */
  private Model with(Model network) {
    checkAlike(network);
    if (first == null) {
      return Network.initialized("a member", network).copy().model();
    }
    try (INDArray trial = sum.add(network.params())) {
      return network(trial, count + 1);
    }
  }

  private Model network(INDArray total, int terms) {
    Model like = Objects.requireNonNull(first, "nothing was added");
    INDArray mean = Nd4j.createUninitializedDetached(type, total.length());
    try (INDArray quotient = total.div(terms)) {
      return Network.of(like).view(mean.assign(quotient)).model();
    }
  }

  private void checkAlike(Model network) {
    Preconditions.checkArgument(
        first == null || (first.getClass() == network.getClass() && shapes.equals(shapes(network))),
        "checkpoints must have the same architecture to be averaged, got parameters %s and %s",
        shapes,
        shapes(network));
  }

  private static Map<String, String> shapes(Model network) {
    Map<String, String> shapes = new TreeMap<>();
    network
        .paramTable()
        .forEach((name, p) -> shapes.put(name, p.dataType() + Arrays.toString(p.shape())));
    return shapes;
  }

  private static void refresh(Model candidate, @Nullable DataSetIterator training) {
    if (training != null) {
      BatchNormStatistics.refresh(Network.of(candidate), training);
    }
  }
}
