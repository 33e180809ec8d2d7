package io.github.dl4jx.ensembles.boosting;

import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.internal.Blueprint;
import io.github.dl4jx.ensembles.internal.MemberTraining;
import io.github.dl4jx.ensembles.internal.Rows;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.KeptResults;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains the members of a boosting, one after the other in the caller's thread. */
final class BoostingRounds {

  private static final Logger log = LoggerFactory.getLogger(BoostingRounds.class);

  private final List<Blueprint> blueprints;
  private final MemberTraining training;
  private final BoostingListener listener;

  /** The most rounds there are. */
  final int rounds;

  /** The factor of every member's weight. */
  final double learningRate;

  BoostingRounds(BoostingBuilder<?> builder, TrainerSettings settings) {
    this.blueprints = builder.blueprints;
    this.training = new MemberTraining(settings);
    this.rounds = builder.rounds;
    this.learningRate = builder.learningRate;
    this.listener = builder.listener;
  }

  /** The finished members, in a folder if the user wants that. */
  KeptResults<Model> kept(String what, TrainingData data, int epochs) {
    training.begin(rounds, epochs);
    return training.kept(what, data, epochs, blueprints);
  }

  /**
   * The member of a round.
   *
   * @param data gives what the member learns from, by the member's seed; may use its parts 0 and 1
   * @throws IllegalStateException if it fails or the caller was interrupted
   */
  Model train(KeptResults<Model> kept, int round, LongFunction<DataSetIterator> data, int epochs) {
    return train(kept, round, data, epochs, network -> {}, network -> {});
  }

  /**
   * The same.
   *
   * @param before what is done to the network before it is trained
   * @param after what is done to the trained member
   */
  Model train(
      KeptResults<Model> kept,
      int round,
      LongFunction<DataSetIterator> data,
      int epochs,
      Consumer<Model> before,
      Consumer<Model> after) {
    Blueprint blueprint = blueprints.get(round % blueprints.size());
    long memberSeed = Seeds.derive(training.settings().seed(), round);
    try {
      return kept.get(
          round,
          () -> {
            Model network = blueprint.create(Seeds.derive(memberSeed, 2));
            before.accept(network);
            Model trained = training.fit(round, network, data.apply(memberSeed), epochs);
            after.accept(trained);
            return trained;
          });
    } catch (CancellationException e) {
      throw new IllegalStateException("interrupted while training " + rounds + " members", e);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "training one of " + rounds + " members failed: member " + (round + 1) + ": " + e, e);
    }
  }

  /** Tells of a round whose member is kept. */
  void report(int round, Model member, double error, double weight) {
    log.info("Round {}: error {}, weight {}", round + 1, rounded(error), rounded(weight));
    training.report(round, round + 1, rounds, member);
    listener.roundDone(round, error, weight);
  }

  /** For the log. */
  static String rounded(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  /** The examples in memory, whose labels are rows that nothing masks. */
  static DataSet examples(TrainingData data) {
    return Rows.unmasked(data, "boosting weighs the examples itself");
  }
}
