package io.github.dl4jx.ensembles.boosting;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.combine.HardVote;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.ensembles.internal.Blueprint;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.TrainingData;
import java.util.Arrays;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * AdaBoost for K classes (SAMME): every member learns with more weight on the examples that the
 * earlier ones got wrong, and votes with a weight by its own error.
 *
 * <pre>{@code
 * w_i = 1/n
 * for each round m:
 *   net_m   = fit(conf with seed_m, n rows drawn by w)
 *   err     = sum_i w_i [net_m is wrong on i] / sum_i w_i
 *   alpha_m = lr * (ln((1 - err) / err) + ln(K - 1))
 *   w_i     = w_i * exp(alpha_m [net_m is wrong on i]), scaled to the sum 1
 * y = argmax_c sum over {m : net_m says c} of alpha_m
 * }</pre>
 *
 * <p>For weak members. A strong one ruins those after it: with an error of 0.03 of 20 classes its
 * alpha is 6.4, and a wrong row weighs 600 times as much as a right one. A smaller learning rate,
 * or better {@link AdaBoostM2}, does no such harm.
 *
 * <p>A member without error gets the weight 1 and is the last. One no better than guessing, {@code
 * err >= 1 - 1/K} up to rounding, is left out and ends the rounds.
 *
 * <p>A member learns from n rows that are drawn once for its round with replacement, row i with
 * probability w_i; or, with {@link Builder#weightedLoss}, from all rows, the loss of row i times
 * {@code n w_i}. Schwenk and Bengio compare both for networks, and a new sample in every epoch. The
 * weights are not a mask of the labels: Deeplearning4j multiplies not only the loss but also the
 * output layer's input to the activation by it, so that one that is not 0 or 1 gives another
 * gradient than the weighted one.
 *
 * <p>The rule is a {@link HardVote} with the alphas, which has the argmax of the paper's f. Its
 * output is the share of the votes, not a probability. (scikit-learn's {@code softmax(f / (K -
 * 1))}, with f over the sum of the alphas, is close to 1/K for every class: of 10 classes one with
 * all votes gets 0.11.)
 *
 * <p>Data must be in memory, with one-hot labels of shape [examples, classes] and no mask of their
 * own. Several configurations are taken in turn, one each round. {@link BoostingListener}s are told
 * err and alpha; rounds in a folder are kept as networks alone, their weights follow anew.
 *
 * <pre>{@code
 * Ensemble boosted = AdaBoost.of(conf).rounds(10).seed(42).build().fit(train, 5);
 * Ensemble deepToWide = AdaBoost.of(deep, middle, wide).rounds(3).build().fit(train, 5);
 * }</pre>
 *
 * <p>References: J. Zhu, H. Zou, S. Rosset, T. Hastie, "Multi-class AdaBoost", Statistics and Its
 * Interface 2, 2009; H. Schwenk, Y. Bengio, "Boosting Neural Networks", Neural Computation 12,
 * 2000.
 */
public final class AdaBoost implements EnsembleTrainer {

  private final AdaptiveBoosting boosting;

  private AdaBoost(Builder builder, TrainerSettings settings) {
    this.boosting =
        new AdaptiveBoosting(
            "AdaBoost", builder, settings, builder.weightedLoss, Samme::new, HardVote::new);
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
   *     masked or not one-hot of shape [examples, classes] with at least 2 classes, or a member
   *     answers NaN
   * @throws IllegalStateException if the first member is no better than guessing, one fails, or the
   *     caller is interrupted
   */
  @Override
  public Ensemble fit(TrainingData data, int epochs) {
    return boosting.fit(data, epochs);
  }

  /** A weight for each row. */
  private static final class Samme implements AdaptiveBoosting.Emphasis {

    private final int[] classes;
    private final int k;
    private final double[] weights;

    Samme(int[] classes, int k) {
      this.classes = classes;
      this.k = k;
      this.weights = new double[classes.length];
      Arrays.fill(weights, 1.0 / weights.length);
    }

    @Override
    public double[] rows() {
      return weights;
    }

    @Override
    public TrainingData weighted(TrainingData data) {
      return ExampleWeightedLoss.weigh(data, weights);
    }

    @Override
    public void install(Model network) {
      ExampleWeightedLoss.install(network);
    }

    private boolean wrong(double[][] outputs, int row) {
      return OutputRows.argMax(outputs[row]) != classes[row];
    }

    @Override
    public double error(double[][] outputs) {
      double sum = 0;
      double ofWrong = 0;
      for (int i = 0; i < weights.length; i++) {
        sum += weights[i];
        ofWrong += wrong(outputs, i) ? weights[i] : 0;
      }
      return ofWrong / sum;
    }

    @Override
    public double guessing() {
      return 1 - 1.0 / k;
    }

    @Override
    public double weight(double error) {
      return Math.log((1 - error) / error) + Math.log(k - 1);
    }

    @Override
    public void next(double[][] outputs, double weight) {
      double sum = 0;
      for (int i = 0; i < weights.length; i++) {
        // not up for the wrong ones but down for the others: the same when scaled, without overflow
        weights[i] *= wrong(outputs, i) ? 1 : Math.exp(-weight);
        sum += weights[i];
      }
      for (int i = 0; i < weights.length; i++) {
        weights[i] /= sum;
      }
    }
  }

  /** Collects the settings of an {@link AdaBoost}. */
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
     * Weighs the loss of every row instead of drawing rows: a member sees all of them in every
     * epoch. The configurations must end in an output layer or a loss layer.
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
    public AdaBoost build() {
      return new AdaBoost(this, settings());
    }
  }
}
