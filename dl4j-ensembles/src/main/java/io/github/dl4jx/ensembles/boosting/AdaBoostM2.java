package io.github.dl4jx.ensembles.boosting;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.combine.WeightedVote;
import io.github.dl4jx.ensembles.internal.Blueprint;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.TrainingData;
import java.util.Arrays;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * AdaBoost.M2: boosting for many classes with members that say how sure they are; every member
 * attends to the pairs of an example and a wrong class that the earlier ones could not tell apart.
 *
 * <pre>{@code
 * D_iy = 1 / (n (K - 1))                                for the wrong classes y of row i
 * for each round m:
 *   h       = class probabilities of fit(conf with seed_m, rows by W_i = sum_y D_iy)
 *   eps     = 1/2 sum_iy D_iy (1 - h_i,yi + h_iy)       the pseudo-loss, 1/2 for guessing
 *   beta    = eps / (1 - eps);  weight_m = lr * ln(1 / beta)
 *   D_iy    = D_iy * exp(-weight_m (1 + h_i,yi - h_iy) / 2), scaled to the sum 1
 * y = argmax_c sum_m weight_m h_m,c
 * }</pre>
 *
 * <p>Take this, not {@link AdaBoost}, for networks and more than two classes. SAMME sees right or
 * wrong only: of a strong member (error 0.03, K = 20) it makes a wrong row 600 times as heavy, and
 * the next member learns little but noise and hard rows. The pseudo-loss of such a member is small
 * but for the pairs that it confuses, and the growth of a pair is bounded by how wrong the member
 * is.
 *
 * <p>A member learns from n rows that are drawn once for its round with replacement, row i with
 * probability W_i, by the configuration's own loss; or, with {@link Builder#weightedLoss}, from all
 * rows, by a loss that weighs every pair: {@code n sum_y D_iy ln(1 + exp(z_iy - z_i,yi))}, of the
 * output layer's input z to its activation. Outputs must be in [0, 1], as those of softmax or
 * sigmoid are. A member without pseudo-loss gets the weight 1 and is the last. One no better than
 * guessing is left out and ends the rounds.
 *
 * <p>The rule is a {@link WeightedVote} with the weights; its output is a probability if the
 * members' are. Data must be in memory, with one-hot labels of shape [examples, classes] and no
 * mask of their own. Several configurations are taken in turn, one each round. {@link
 * BoostingListener}s are told eps and the weight.
 *
 * <pre>{@code
 * Ensemble boosted = AdaBoostM2.of(conf).rounds(30).seed(42).build().fit(train, 20);
 * }</pre>
 *
 * <p>References: Y. Freund, R. E. Schapire, "A Decision-Theoretic Generalization of On-Line
 * Learning and an Application to Boosting", Journal of Computer and System Sciences 55, 1997; H.
 * Schwenk, Y. Bengio, "Boosting Neural Networks", Neural Computation 12, 2000, for networks, by
 * drawn rows and by a weighted loss. There the weighted loss is a squared error; here it is the
 * pairs' own.
 */
public final class AdaBoostM2 implements EnsembleTrainer {

  private final AdaptiveBoosting boosting;

  private AdaBoostM2(Builder builder, TrainerSettings settings) {
    this.boosting =
        new AdaptiveBoosting(
            "AdaBoost.M2",
            builder,
            settings,
            builder.weightedLoss,
            Mislabels::new,
            WeightedVote::new);
  }

  /**
   * Starts a builder.
   *
   * @param configurations what the members are made from, in turn; at least one; their seeds are
   *     replaced
   * @return a builder with the defaults
   */
  public static Builder of(MultiLayerConfiguration... configurations) {
    return new Builder(
        Arrays.stream(Arguments.noneNull("configurations", configurations)).map(Blueprint::of));
  }

  /**
   * Starts a builder.
   *
   * @param configurations what the members are made from, in turn, each with one input and one
   *     output; at least one; their seeds are replaced
   * @return a builder with the defaults
   */
  public static Builder of(ComputationGraphConfiguration... configurations) {
    return new Builder(
        Arrays.stream(Arguments.noneNull("configurations", configurations)).map(Blueprint::of));
  }

  /**
   * Trains the members.
   *
   * @param data the training data
   * @param epochs passes of every member over the data, at least 1
   * @return the ensemble, of at least one member
   * @throws IllegalArgumentException if epochs is below 1, the data is a stream, or the labels are
   *     masked or not one-hot of shape [examples, classes] with at least 2 classes, or a member's
   *     answer is not in [0, 1]
   * @throws IllegalStateException if the first member is no better than guessing, one fails, or the
   *     caller is interrupted
   */
  @Override
  public Ensemble fit(TrainingData data, int epochs) {
    return boosting.fit(data, epochs);
  }

  /** The distribution D over the pairs of a row and a wrong class. */
  private static final class Mislabels implements AdaptiveBoosting.Emphasis {

    private final int[] classes;
    private final double[][] pairs; // 0 for the true class

    Mislabels(int[] classes, int k) {
      this.classes = classes;
      this.pairs = new double[classes.length][k];
      for (int i = 0; i < pairs.length; i++) {
        Arrays.fill(pairs[i], 1.0 / ((double) pairs.length * (k - 1)));
        pairs[i][classes[i]] = 0;
      }
    }

    @Override
    public double[] rows() {
      return Arrays.stream(pairs).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
    }

    @Override
    public TrainingData weighted(TrainingData data) {
      return MislabelLoss.weigh(data, pairs, classes);
    }

    @Override
    public void install(Model network) {
      RoundLoss.install(network, MislabelLoss::new);
    }

    @Override
    public double error(double[][] outputs) {
      double error = 0;
      double sum = 0;
      for (int i = 0; i < pairs.length; i++) {
        for (int y = 0; y < pairs[i].length; y++) {
          Preconditions.checkArgument(
              outputs[i][y] >= 0 && outputs[i][y] <= 1,
              "members must answer in [0, 1], such as softmax or sigmoid, got %s",
              outputs[i][y]);
          error += pairs[i][y] * (1 - outputs[i][classes[i]] + outputs[i][y]) / 2;
          sum += pairs[i][y];
        }
      }
      return error / sum;
    }

    @Override
    public double guessing() {
      return 0.5;
    }

    @Override
    public double weight(double error) {
      return Math.log((1 - error) / error);
    }

    @Override
    public void next(double[][] outputs, double weight) {
      double sum = 0;
      for (int i = 0; i < pairs.length; i++) {
        double right = outputs[i][classes[i]];
        for (int y = 0; y < pairs[i].length; y++) {
          pairs[i][y] *= Math.exp(-weight * (1 + right - outputs[i][y]) / 2);
          sum += pairs[i][y];
        }
      }
      for (double[] row : pairs) {
        for (int y = 0; y < row.length; y++) {
          row[y] /= sum;
        }
      }
    }
  }

  /** Collects the settings of an {@link AdaBoostM2}. */
  public static final class Builder extends BoostingBuilder<Builder> {

    private boolean weightedLoss;

    private Builder(Stream<Blueprint> blueprints) {
      super(blueprints, 50, 1);
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Weighs the loss of every pair instead of drawing rows: a member sees all rows in every epoch,
     * and which classes to tell apart. The configurations must end in an output layer or a loss
     * layer, whose own loss is not used.
     *
     * @return this builder
     */
    public Builder weightedLoss() {
      this.weightedLoss = true;
      return this;
    }

    @Override
    public Builder earlyStopping(DataSetIterator validation, int patience) {
      return super.earlyStopping(validation, patience);
    }

    /** {@return the trainer} */
    public AdaBoostM2 build() {
      return new AdaBoostM2(this, settings());
    }
  }
}
