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
 * One network out of several checkpoints, by averaging their parameters: the gain of a vote, or
 * some of it, at the price of one network.
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
 * <p>Sums are kept in double precision; one checkpoint is in memory at a time. It works for
 * checkpoints near each other, of the late part of one run; between networks of different seeds the
 * mean of parameters means nothing. The soup of the paper is made of several fine-tunings of one
 * network; its ingredients here are the checkpoints of one. Its first ingredient is always taken,
 * so the soup is not worse than the best checkpoint by the score, on the data of the score.
 *
 * <p>Batch normalization: its mean and variance are among the averaged parameters. {@link
 * BatchNormStatistics#refresh} computes them anew (there it says when that pays); {@link
 * #greedySoup(Checkpoints, ScoreCalculator, DataSetIterator)} does it for every candidate.
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

  /** The first network, for its configuration; its parameters are released meanwhile. */
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
   * The mean of the last k of some checkpoints.
   *
   * @param checkpoints those to choose from
   * @param k number of checkpoints, at least 1
   * @return a network with the mean parameters and the newest checkpoint's configuration, without
   *     updater state
   * @throws IllegalArgumentException if k is below 1, there are fewer than k checkpoints, or they
   *     are of different networks
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
   * @param checkpoints the ingredients to choose from
   * @param score the measure, on data that is held out of the training
   * @return a network with the soup's parameters, without updater state
   * @throws IllegalArgumentException if there is no checkpoint, or they are of different networks
   * @throws IOException if the record or a checkpoint cannot be read; the message names the file
   */
  public static Model greedySoup(Checkpoints checkpoints, ScoreCalculator<Model> score)
      throws IOException {
    return soup(checkpoints, score, null);
  }

  /**
   * The greedy soup, with the statistics of batch normalization computed anew for every candidate
   * of two or more ingredients.
   *
   * @param checkpoints the ingredients to choose from
   * @param score the measure, on data that is held out of the training
   * @param training what the statistics are computed from
   * @return a network with the soup's parameters, without updater state
   * @throws IllegalArgumentException if there is no checkpoint, they are of different networks, or
   *     have no batch normalization
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

  /** The network of the mean over what was added and one more, which is not added. */
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
        "checkpoints must be of one network to be averaged, got parameters %s and %s",
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
