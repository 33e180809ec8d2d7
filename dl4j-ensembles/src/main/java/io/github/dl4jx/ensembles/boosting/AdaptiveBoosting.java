package io.github.dl4jx.ensembles.boosting;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.ensembles.internal.Bootstrap;
import io.github.dl4jx.ensembles.internal.MemberTraining;
import io.github.dl4jx.ensembles.internal.Rows;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.KeptResults;
import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rounds of AdaBoost: each member learns with the emphasis that the earlier ones leave. */
final class AdaptiveBoosting {

  /** What the next member shall attend to; changed by every round. */
  interface Emphasis {

    /** The share of every row, in [0, 1]; they sum to 1. */
    double[] rows();

    /** The training data with the emphasis in the labels, for {@link #install}. */
    TrainingData weighted(TrainingData data);

    /** Gives a network the loss that reads those labels. */
    void install(Model network);

    /** The error of a member under the present emphasis, from its outputs [row][class]. */
    double error(double[][] outputs);

    /** The error of guessing. */
    double guessing();

    /** The weight of a member with this error before it is shrunk; not above 0 for guessing. */
    double weight(double error);

    /** Goes on to the next round, after a member of these outputs and this weight. */
    void next(double[][] outputs, double weight);
  }

  private static final Logger log = LoggerFactory.getLogger(AdaptiveBoosting.class);

  /** Below this a weight is 0 but for rounding. */
  private static final double ROUNDING = 1e-9;

  private final String name;
  private final BoostingRounds rounds;
  private final boolean weightedLoss;
  private final BiFunction<int[], Integer, Emphasis> start;
  private final Function<double[], CombinationRule> rule;

  /**
   * The rounds.
   *
   * @param name of the trainer
   * @param weightedLoss whether rows are weighted instead of drawn
   * @param start the first emphasis, from the classes of the rows and their number
   * @param rule combines the members, by their weights
   */
  AdaptiveBoosting(
      String name,
      BoostingBuilder<?> builder,
      TrainerSettings settings,
      boolean weightedLoss,
      BiFunction<int[], Integer, Emphasis> start,
      Function<double[], CombinationRule> rule) {
    this.name = name;
    this.rounds = new BoostingRounds(builder, settings);
    this.weightedLoss = weightedLoss;
    this.start = start;
    this.rule = rule;
  }

  Ensemble fit(TrainingData data, int epochs) {
    MemberTraining.check(data, epochs);
    DataSet examples = BoostingRounds.examples(data);
    int k = (int) examples.getLabels().size(1);
    Preconditions.checkArgument(
        k >= 2,
        "labels must have at least 2 classes, got %s: class indices must be made one-hot",
        k);
    int[] classes = OutputRows.classes(examples.getLabels(), null);
    String what =
        String.format(
            "%s, learning rate %s%s",
            name, rounds.learningRate, weightedLoss ? ", weighted loss" : "");
    try (KeptResults<Model> kept = rounds.kept(what, data, epochs)) {
      return fit(kept, data, start.apply(classes, k), epochs);
    }
  }

  private Ensemble fit(KeptResults<Model> kept, TrainingData data, Emphasis emphasis, int epochs) {
    List<Model> members = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    try {
      double error = 1;
      for (int round = 0; round < rounds.rounds && error > 0; round++) {
        Model member = train(kept, round, data, emphasis, epochs);
        members.add(member);
        double[][] outputs = Rows.outputs(member, BoostingRounds.examples(data));
        error = emphasis.error(outputs);
        double better = emphasis.weight(error);
        if (better <= ROUNDING) {
          Preconditions.checkState(
              round > 0,
              "the first member's error on the training data must be < %s, that of guessing, got %s:"
                  + " train it for more epochs",
              emphasis.guessing(),
              error);
          log.info(
              "Round {}: error {} is no better than guessing, the end",
              round + 1,
              BoostingRounds.rounded(error));
          Network.of(members.remove(round)).release();
          break;
        }
        double weight = error > 0 ? rounds.learningRate * better : 1;
        weights.add(weight);
        rounds.report(round, member, error, weight);
        emphasis.next(outputs, weight);
      }
      return Ensemble.of(
          rule.apply(weights.stream().mapToDouble(Double::doubleValue).toArray()), members);
    } finally {
      members.forEach(member -> Network.of(member).release());
    }
  }

  private Model train(
      KeptResults<Model> kept, int round, TrainingData data, Emphasis emphasis, int epochs) {
    if (!weightedLoss) {
      double[] shares = emphasis.rows();
      return rounds.train(kept, round, seed -> sample(data, shares, seed), epochs);
    }
    TrainingData weighted = emphasis.weighted(data);
    return rounds.train(
        kept,
        round,
        seed -> weighted.all(Seeds.derive(seed, 1)),
        epochs,
        emphasis::install,
        RoundLoss::remove);
  }

  private static DataSetIterator sample(TrainingData data, double[] shares, long memberSeed) {
    int[] rows = Bootstrap.weighted(shares, shares.length, Seeds.derive(memberSeed, 0));
    return data.rows(rows, Seeds.derive(memberSeed, 1));
  }
}
