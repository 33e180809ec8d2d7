package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.internal.Blueprint;
import io.github.dl4jx.ensembles.internal.MemberTask;
import io.github.dl4jx.ensembles.internal.MemberTraining;
import io.github.dl4jx.ensembles.internal.RowSample;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.resume.DataDigest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Bagging: every member learns from its own bootstrap sample and from its own initial weights.
 *
 * <pre>{@code
 * for each member m:
 *   rows_m = n indices drawn from [0, n) with replacement
 *   net_m  = fit(conf with seed_m, rows_m)
 * y = rule(net_1(x), .., net_M(x))
 * }</pre>
 *
 * <p>Besides the settings of all trainers, {@code rows} and {@code features} set how much of the
 * data a member sees. Data in memory is kept once for all members; a sample is a list of indices.
 * Labels keep their shape even if a sample misses a class. Of a stream, row i comes {@code k_i ~
 * Poisson(1)} times (Oza and Russell), as functions of the seed and of i: the stream must have one
 * order in all epochs, or each epoch is another sample. A {@code GradientNoise} or {@code
 * InvertedDropout} with a seed of its own draws the same numbers in every member; dropout without
 * one follows the member's seed.
 *
 * <pre>{@code
 * Bagging bagging = Bagging.of(conf).members(10).seed(42).parallelism(2).build();
 * Ensemble bag = bagging.fit(train, 5);
 * double accuracy = bagging.outOfBag(bag, train).scores().accuracy(); // without test data
 * }</pre>
 *
 * <p>References: L. Breiman, "Bagging Predictors", Machine Learning 24, 1996,
 * doi:10.1007/BF00058655; N. C. Oza, S. Russell, "Online Bagging and Boosting", AISTATS 2001.
 */
public final class Bagging implements EnsembleTrainer {

  private final Blueprint blueprint;
  private final MemberTraining training;
  private final double rows;
  private final boolean replacement;
  private final double features;

  private Bagging(Builder builder, TrainerSettings settings) {
    this.blueprint = builder.blueprint;
    this.training = new MemberTraining(settings);
    this.rows = builder.rows;
    this.replacement = builder.replacement;
    this.features = builder.features;
  }

  /**
   * Starts a builder.
   *
   * @param configuration what every member is made from; its seed is replaced
   * @return a builder with the defaults
   */
  public static Builder of(MultiLayerConfiguration configuration) {
    return new Builder(Blueprint.of(configuration));
  }

  /**
   * Starts a builder.
   *
   * @param configuration what every member is made from, with one input and one output; its seed is
   *     replaced
   * @return a builder with the defaults
   */
  public static Builder of(ComputationGraphConfiguration configuration) {
    return new Builder(Blueprint.of(configuration));
  }

  /**
   * Trains the members.
   *
   * @param data the training data
   * @param epochs passes of every member over its sample, at least 1
   * @return the ensemble
   * @throws IllegalArgumentException if epochs is below 1, or the data is a stream and a share of
   *     the rows is set
   * @throws IllegalStateException if a member fails; the message has its number and the cause
   */
  @Override
  public Ensemble fit(TrainingData data, int epochs) {
    MemberTraining.check(data, epochs);
    Preconditions.checkArgument(
        data.inMemory() || (replacement && rows == 1),
        "of a stream a member sees a bootstrap sample: rows must be 1 with replacement, got %s",
        rows);
    String what =
        String.format(
            "Bagging of %d, rows %s, replacement %s, features %s",
            members(), rows, replacement, features);
    return training.ensemble(
        training.train(
            what,
            members(),
            data,
            epochs,
            List.of(blueprint),
            m -> new MemberTask(m, blueprint, memberSeed(m), sample(), features, data, epochs)));
  }

  private int members() {
    return training.settings().members();
  }

  private long memberSeed(int member) {
    return Seeds.derive(training.settings().seed(), member);
  }

  private RowSample sample() {
    return RowSample.random(rows, replacement);
  }

  /**
   * What the members say about rows that they were not trained on: for a bagging that was trained
   * from memory. One that was trained on a stream has other samples, and would be asked about rows
   * that it was trained on.
   *
   * @param ensemble what {@link #fit} of a trainer with these settings returned, from memory
   * @param data the data that it was trained on, in the same order; read twice, as rows are known
   *     by their place
   * @return predictions for the rows that at least one member was not trained on
   * @throws IllegalArgumentException if the ensemble has another number of members, or the data
   *     comes in another order when it is read again
   * @throws IllegalStateException if every member was trained on every row
   */
  public OutOfBag outOfBag(Ensemble ensemble, DataSetIterator data) {
    Arguments.notNull("ensemble", ensemble);
    TrainingData rows = TrainingData.of(Arguments.notNull("data", data));
    Preconditions.checkArgument(
        !data.resetSupported() || DataDigest.of(rows.examples()).equals(digest(data)),
        "data must come in one order whenever it is read, or members are asked about rows that they"
            + " were trained on, got another order the second time: give TrainingData.of(data) to fit"
            + " and to outOfBag");
    return outOfBag(ensemble, rows);
  }

  /** Of a copy that is released: the collector would come late for it. */
  private static String digest(DataSetIterator data) {
    DataSet copy = TrainingData.of(data).examples();
    try {
      return DataDigest.of(copy);
    } finally {
      Stream.of(
              Optional.ofNullable(copy.getFeatures()),
              Optional.ofNullable(copy.getLabels()),
              Optional.ofNullable(copy.getFeaturesMaskArray()),
              Optional.ofNullable(copy.getLabelsMaskArray()))
          .flatMap(Optional::stream)
          .filter(INDArray::closeable)
          .forEach(INDArray::close);
    }
  }

  /**
   * What the members say about rows that they were not trained on: for a bagging that was trained
   * from memory. One that was trained on a stream has other samples, and would be asked about rows
   * that it was trained on.
   *
   * @param ensemble what {@link #fit} of a trainer with these settings returned, from memory
   * @param data the data that it was trained on, in memory
   * @return predictions for the rows that at least one member was not trained on
   * @throws IllegalArgumentException if the ensemble has another number of members, or the data is
   *     a stream
   * @throws IllegalStateException if every member was trained on every row
   */
  public OutOfBag outOfBag(Ensemble ensemble, TrainingData data) {
    Preconditions.checkArgument(
        Arguments.notNull("ensemble", ensemble).size() == members(),
        "ensemble must have the %s members of this trainer, got %s",
        members(),
        ensemble.size());
    DataSet examples = Arguments.notNull("data", data).examples();
    int n = examples.numExamples();
    return OutOfBag.of(ensemble, examples, member -> sample().draw(n, memberSeed(member)));
  }

  /** Collects the settings of a {@link Bagging}. */
  public static final class Builder extends SideBySideBuilder<Builder> {

    private final Blueprint blueprint;
    private double rows = 1;
    private boolean replacement = true;
    private double features = 1;

    private Builder(Blueprint blueprint) {
      this.blueprint = blueprint;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    public Builder combine(CombinationRule rule) {
      return super.combine(rule);
    }

    /**
     * How many rows a member's sample has.
     *
     * @param fraction share of the rows, in (0, 1]; default 1
     * @return this builder
     */
    public Builder rows(double fraction) {
      this.rows = checkFraction("rows", fraction);
      return this;
    }

    /**
     * Draws each row at most once (subsampling, "pasting") instead of with replacement; of use with
     * {@link #rows} below 1.
     *
     * @return this builder
     */
    public Builder withoutReplacement() {
      this.replacement = false;
      return this;
    }

    /**
     * How many features a member sees (random subspaces); which ones is drawn for each member.
     *
     * @param fraction share of the features, in (0, 1]; default 1
     * @return this builder
     */
    public Builder features(double fraction) {
      this.features = checkFraction("features", fraction);
      return this;
    }

    private static double checkFraction(String name, double fraction) {
      Preconditions.checkArgument(
          fraction > 0 && fraction <= 1, "%s must be in (0, 1], got %s", name, fraction);
      return fraction;
    }

    /**
     * Builds the trainer.
     *
     * @return the trainer
     * @throws IllegalArgumentException if the rule is for another number of members, or members are
     *     to be stacked that cannot be
     */
    public Bagging build() {
      TrainerSettings settings = settings(List.of(blueprint));
      Preconditions.checkArgument(
          settings.stacked() == 0 || features == 1,
          "features must be 1 for stacked members, which share their input, got %s",
          features);
      return new Bagging(this, settings);
    }
  }
}
