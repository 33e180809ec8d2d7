package io.github.dl4jx.ensembles.boosting;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.combine.AdditiveScores;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.ensembles.internal.Blueprint;
import io.github.dl4jx.ensembles.internal.MemberTraining;
import io.github.dl4jx.ensembles.internal.RegressionOutput;
import io.github.dl4jx.ensembles.internal.RowSample;
import io.github.dl4jx.ensembles.internal.Rows;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.KeptResults;
import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Gradient boosting: every member is a regression network that learns which way the scores of the
 * earlier ones should go.
 *
 * <pre>{@code
 * F_0 = ln of the classes' shares           (squared loss: the mean of y)
 * for each round m:
 *   r_i   = onehot_i - softmax(F(x_i))      (squared loss: y_i - F(x_i))
 *   net_m = fit(conf with seed_m, x_i -> r_i / sqrt(mean r^2))
 *   rho_m = argmin_rho sum_i loss(y_i, F(x_i) + rho * net_m(x_i))
 *   F     = F + lr * rho_m * net_m
 * y = softmax(F)                            (squared loss: F)
 * }</pre>
 *
 * <p>The configuration is that of a regression network for every loss: as many outputs as the
 * labels have columns, identity as activation and the mean squared error (or L2) as loss. Unlike in
 * the paper one network has the scores of all classes, with one step for all, and there is no tree
 * whose leaves have steps of their own. A class without examples has the share 2^-23. A step that
 * lowers no loss ends the rounds, and its member is left out.
 *
 * <p>{@link Builder#stopAfter} ends the rounds: the ensemble has the rounds with the least loss on
 * the validation data. The members of the rounds behind them are trained and reported but left out.
 * Data must be in memory, with labels of shape [examples, outputs], one-hot for the softmax loss,
 * and no mask of the labels. Several configurations are taken in turn, one each round. {@link
 * BoostingListener}s are told the ensemble's mean loss, on validation data if there is any, else on
 * the training data, and {@code lr * rho_m}.
 *
 * <pre>{@code
 * Ensemble boosted =
 *     GradientBoosting.of(conf).rounds(50).stopAfter(validation, 2).build().fit(train, 5);
 * Ensemble regression = GradientBoosting.of(conf).squaredLoss().build().fit(train, 5);
 * }</pre>
 *
 * <p>Reference: J. H. Friedman, "Greedy Function Approximation: A Gradient Boosting Machine",
 * Annals of Statistics 29, 2001, doi:10.1214/aos/1013203451.
 */
public final class GradientBoosting implements EnsembleTrainer {

  private final BoostingRounds rounds;
  private final BoostingLoss loss;
  private final @Nullable TrainingData validation;
  private final int patience;
  private final double fraction;

  private GradientBoosting(Builder builder, TrainerSettings settings) {
    this.rounds = new BoostingRounds(builder, settings);
    this.loss = builder.loss;
    this.validation = builder.validation;
    this.patience = builder.patience;
    this.fraction = builder.fraction;
  }

  /**
   * Starts a builder.
   *
   * @param configurations regression networks that the members are made from, in turn; at least
   *     one; their seeds are replaced
   * @return a builder with the defaults
   * @throws IllegalArgumentException if an output is not the identity with the mean squared error
   *     or L2
   */
  public static Builder of(MultiLayerConfiguration... configurations) {
    return new Builder(
        Arrays.stream(Arguments.noneNull("configurations", configurations))
            .peek(RegressionOutput::check)
            .map(Blueprint::of));
  }

  /**
   * Starts a builder.
   *
   * @param configurations regression networks that the members are made from, in turn, each with
   *     one input and one output; at least one; their seeds are replaced
   * @return a builder with the defaults
   * @throws IllegalArgumentException if an output is not the identity with the mean squared error
   *     or L2
   */
  public static Builder of(ComputationGraphConfiguration... configurations) {
    return new Builder(
        Arrays.stream(Arguments.noneNull("configurations", configurations))
            .peek(RegressionOutput::check)
            .map(Blueprint::of));
  }

  /**
   * Trains the members.
   *
   * @param data the training data
   * @param epochs passes of every member over the data, at least 1
   * @return the ensemble, of at least one member
   * @throws IllegalArgumentException if epochs is below 1, the data is a stream, or the labels, of
   *     the validation data, too, are masked, not finite or, for the softmax loss, not one-hot; or
   *     if all are of one class, or a member answers NaN
   * @throws IllegalStateException if no round lowers the loss, a member fails, or the caller is
   *     interrupted
   */
  @Override
  public Ensemble fit(TrainingData data, int epochs) {
    MemberTraining.check(data, epochs);
    BoostedScores training = new BoostedScores(loss, data, null);
    BoostedScores measured =
        validation == null ? training : new BoostedScores(loss, validation, training);
    String what =
        String.format(
            "GradientBoosting, learning rate %s, %s loss, rows %s, stopped by %s",
            rounds.learningRate,
            loss,
            fraction,
            validation == null ? "nothing" : validation.description() + " " + patience);
    try (KeptResults<Model> kept = rounds.kept(what, data, epochs)) {
      return fit(kept, data, training, measured, epochs);
    }
  }

  private Ensemble fit(
      KeptResults<Model> kept,
      TrainingData data,
      BoostedScores training,
      BoostedScores measured,
      int epochs) {
    DataSet examples = training.examples;
    INDArray residuals =
        Nd4j.createUninitializedDetached(DataType.DOUBLE, examples.getLabels().shape());
    DataSet task =
        new DataSet(examples.getFeatures(), residuals, examples.getFeaturesMaskArray(), null);
    TrainingData residualData = TrainingData.of(task, data.batch());
    List<Model> members = new ArrayList<>();
    List<Double> steps = new ArrayList<>();
    int best = 0;
    double least = measured.loss();
    try {
      for (int round = 0; round < rounds.rounds && round < best + patience; round++) {
        BoostingLoss ofRound = loss.before(training.scores, training.labels);
        OutputRows.write(training.residuals(ofRound), residuals);
        Model member = rounds.train(kept, round, seed -> rows(residualData, seed), epochs);
        members.add(member);
        double[][] outputs = Rows.outputs(member, examples);
        double step = rounds.learningRate * ofRound.step(training.scores, training.labels, outputs);
        if (step == 0) {
          break;
        }
        steps.add(step);
        training.add(step, outputs);
        if (measured != training) {
          measured.add(step, Rows.outputs(member, measured.examples));
        }
        double now = measured.loss();
        rounds.report(round, member, now, step);
        if (now < least || validation == null) {
          least = now;
          best = round + 1;
        }
      }
      Preconditions.checkState(
          best > 0,
          "a round must lower the loss of the constant, %s, and none did: train the members for"
              + " more epochs",
          least);
      double[] used = steps.stream().limit(best).mapToDouble(Double::doubleValue).toArray();
      return Ensemble.of(
          loss == BoostingLoss.SOFTMAX
              ? AdditiveScores.softmax(training.start, used)
              : new AdditiveScores(training.start, used),
          members.subList(0, best));
    } finally {
      members.forEach(member -> Network.of(member).release());
      residuals.close();
    }
  }

  /** What a member learns from, in its own order. */
  private DataSetIterator rows(TrainingData data, long memberSeed) {
    long order = Seeds.derive(memberSeed, 1);
    if (fraction == 1) {
      return data.all(order);
    }
    int[] drawn = RowSample.random(fraction, false).draw(data.examples().numExamples(), memberSeed);
    return data.rows(drawn, order);
  }

  /** Collects the settings of a {@link GradientBoosting}. */
  public static final class Builder extends BoostingBuilder<Builder> {

    private BoostingLoss loss = BoostingLoss.SOFTMAX;
    private @Nullable TrainingData validation;
    private int patience = 1;
    private double fraction = 1;

    private Builder(Stream<Blueprint> blueprints) {
      super(blueprints, 100, 0.1);
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Classification, by the cross-entropy of the softmax of the scores; the default.
     *
     * @return this builder
     */
    public Builder softmaxLoss() {
      this.loss = BoostingLoss.SOFTMAX;
      return this;
    }

    /**
     * Regression, by the squared error.
     *
     * @return this builder
     */
    public Builder squaredLoss() {
      this.loss = BoostingLoss.SQUARED;
      return this;
    }

    /**
     * Regression with outliers, by Huber's loss: a residual counts by its square up to a bound, and
     * in proportion beyond it. The bound of a round is the {@code alpha}-quantile of the residuals'
     * sizes, in each column; losses that are told to listeners and compared by {@link #stopAfter}
     * have the bound of the first round.
     *
     * @param alpha share of the residuals that are no outliers, in (0, 1); usually 0.9, as in
     *     scikit-learn
     * @return this builder
     * @throws IllegalArgumentException if alpha is not in (0, 1)
     */
    public Builder huberLoss(double alpha) {
      this.loss = new HuberLoss(checkInside("alpha", alpha));
      return this;
    }

    /**
     * Regression of a quantile, by the pinball loss {@code max(q r, (q - 1) r)} of the residuals r:
     * 0.5 for the median, 0.05 and 0.95 for the ends of an interval.
     *
     * @param q the quantile, in (0, 1)
     * @return this builder
     * @throws IllegalArgumentException if q is not in (0, 1)
     */
    public Builder quantileLoss(double q) {
      this.loss = new QuantileLoss(checkInside("q", q));
      return this;
    }

    private static double checkInside(String name, double value) {
      Preconditions.checkArgument(
          value > 0 && value < 1, "%s must be in (0, 1), got %s", name, value);
      return value;
    }

    /**
     * Trains every member on a part of the rows only, drawn anew without replacement (stochastic
     * gradient boosting: J. H. Friedman, Computational Statistics and Data Analysis 38, 2002). The
     * step is that for all rows.
     *
     * @param fraction of the rows, in (0, 1]; default 1, all; the paper has 0.5
     * @return this builder
     * @throws IllegalArgumentException if fraction is not in (0, 1]
     */
    public Builder rows(double fraction) {
      Preconditions.checkArgument(
          fraction > 0 && fraction <= 1, "fraction must be in (0, 1], got %s", fraction);
      this.fraction = fraction;
      return this;
    }

    /**
     * Stops when the ensemble's loss on validation data has not fallen for some rounds, and leaves
     * those rounds out. Members are trained for all epochs: their own loss is that of the
     * residuals.
     *
     * @param validation examples that are not trained on; read once and kept in memory
     * @param patience how many rounds without a lower loss, at least 1; usually 2
     * @return this builder
     * @throws IllegalArgumentException if there are no examples or patience is below 1
     */
    public Builder stopAfter(DataSetIterator validation, int patience) {
      Preconditions.checkArgument(patience >= 1, "patience must be >= 1, got %s", patience);
      this.validation = TrainingData.of(Arguments.notNull("validation", validation));
      this.patience = patience;
      return this;
    }

    /** {@return the trainer} */
    public GradientBoosting build() {
      return new GradientBoosting(this, settings());
    }
  }
}
