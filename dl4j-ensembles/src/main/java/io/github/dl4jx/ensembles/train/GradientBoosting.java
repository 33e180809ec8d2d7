package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.Networks;
import io.github.dl4jx.ensembles.combine.AdditiveScores;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
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
 *   net_m = fit(conf with seed_m, x_i -> r_i)
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
public final class GradientBoosting {

  private final BoostingRounds rounds;
  private final BoostingLoss loss;
  private final double learningRate;
  private final @Nullable TrainingData kept;
  private final int patience;

  private GradientBoosting(Builder builder) {
    this.rounds = new BoostingRounds(builder);
    this.loss = builder.loss;
    this.learningRate = builder.learningRate;
    this.kept = builder.kept;
    this.patience = builder.patience;
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
   * Trains the members on the examples of an iterator, which are read into memory.
   *
   * @param data the training data; read from its start if it can be reset
   * @param epochs passes of every member over the data, at least 1
   * @return the ensemble
   * @throws IllegalArgumentException as of {@link #fit(TrainingData, int)}
   * @throws IllegalStateException as of {@link #fit(TrainingData, int)}
   */
  public Ensemble fit(DataSetIterator data, int epochs) {
    MemberTraining.check(data, epochs);
    return fit(TrainingData.of(data), epochs);
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
  public Ensemble fit(TrainingData data, int epochs) {
    MemberTraining.check(data, epochs);
    Scored training = new Scored(data, null);
    Scored measured = kept == null ? training : new Scored(kept, training);
    String what =
        String.format(
            "GradientBoosting, learning rate %s, %s loss, stopped by %s",
            learningRate, loss, kept == null ? "nothing" : kept.description() + " " + patience);
    try (@Nullable MemberFolder folder = rounds.open(what, data, epochs)) {
      return fit(folder, data, training, measured, epochs);
    }
  }

  private Ensemble fit(
      @Nullable MemberFolder folder,
      TrainingData data,
      Scored training,
      Scored measured,
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
      for (int round = 0; round < rounds.most() && round < best + patience; round++) {
        OutputRows.write(training.residuals(), residuals);
        Model member =
            rounds.train(folder, round, seed -> residualData.all(Seeds.derive(seed, 1)), epochs);
        members.add(member);
        double[][] outputs = BoostingRounds.outputs(member, examples);
        double step = learningRate * loss.step(training.scores, training.labels, outputs);
        if (step == 0) {
          break;
        }
        steps.add(step);
        training.add(step, outputs);
        if (measured != training) {
          measured.add(step, BoostingRounds.outputs(member, measured.examples));
        }
        double now = measured.loss();
        rounds.report(round, member, now, step);
        if (now < least || kept == null) {
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
      members.forEach(Networks::release);
      residuals.close();
    }
  }

  private static void checkClasses(INDArray labels, boolean several) {
    long columns = labels.size(1);
    Preconditions.checkArgument(
        columns >= 2,
        "for the softmax loss labels must be one-hot, got %s column: for regression ask for"
            + " .squaredLoss(), and make class indices one-hot",
        columns);
    int[] classes;
    try {
      classes = OutputRows.classes(labels, null);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "for the softmax loss " + e.getMessage() + ": for regression ask for .squaredLoss()", e);
    }
    Preconditions.checkArgument(
        !several || Arrays.stream(classes).distinct().count() >= 2,
        "labels must be of at least 2 classes, got %s examples that are all of class %s",
        classes.length,
        classes[0]);
  }

  /** Examples and the ensemble's scores for them. */
  private final class Scored {

    final DataSet examples;
    final double[][] labels;
    final double[] start;
    final double[][] scores;

    /** Begins with the constant scores of the training data, null if this is it. */
    Scored(TrainingData data, @Nullable Scored training) {
      this.examples = BoostingRounds.examples(data);
      if (loss == BoostingLoss.SOFTMAX) {
        checkClasses(examples.getLabels(), training == null);
      }
      this.labels = OutputRows.of(examples.getLabels(), null);
      this.start = training == null ? loss.start(labels) : training.start;
      int columns = labels[0].length;
      Preconditions.checkArgument(
          columns == start.length,
          "validation data must have the %s columns of the training data's labels, got %s",
          start.length,
          columns);
      this.scores = new double[labels.length][];
      Arrays.setAll(scores, i -> start.clone());
      double first = loss();
      Preconditions.checkArgument(
          Double.isFinite(first), "labels must be finite, got a loss of %s", first);
    }

    double loss() {
      return loss.mean(scores, labels);
    }

    double[][] residuals() {
      double[][] residuals = new double[scores.length][];
      Arrays.setAll(residuals, i -> loss.residual(scores[i], labels[i]));
      return residuals;
    }

    void add(double step, double[][] outputs) {
      for (int i = 0; i < scores.length; i++) {
        for (int c = 0; c < start.length; c++) {
          scores[i][c] += step * outputs[i][c];
        }
      }
    }
  }

  /** Collects the settings of a {@link GradientBoosting}. */
  public static final class Builder extends BoostingBuilder<Builder> {

    private BoostingLoss loss = BoostingLoss.SOFTMAX;
    private @Nullable TrainingData kept;
    private int patience = 1;

    private Builder(Stream<Blueprint> blueprints) {
      super(blueprints, 100, 0.1);
    }

    @Override
    Builder self() {
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
      this.kept = TrainingData.of(Arguments.notNull("validation", validation));
      this.patience = patience;
      return this;
    }

    /**
     * Builds the trainer.
     *
     * @return the trainer
     */
    public GradientBoosting build() {
      return new GradientBoosting(this);
    }
  }
}
