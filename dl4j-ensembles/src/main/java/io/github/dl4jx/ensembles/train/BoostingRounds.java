package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Networks;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.Seeds;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains the members of a boosting, one after the other in the caller's thread. */
final class BoostingRounds {

  private static final Logger log = LoggerFactory.getLogger(BoostingRounds.class);

  private static final int BATCH = 512;

  private final List<Blueprint> blueprints;
  private final MemberTraining training;
  private final long seed;
  private final int rounds;
  private final BoostingListener listener;

  BoostingRounds(BoostingBuilder<?> settings) {
    this.blueprints = settings.blueprints;
    this.training = new MemberTraining(settings);
    this.seed = settings.seed;
    this.rounds = settings.rounds;
    this.listener = settings.listener;
  }

  /** The most rounds there are. */
  int most() {
    return rounds;
  }

  /** The folder of finished members, if the user wants one. */
  @Nullable MemberFolder open(String what, TrainingData data, int epochs) {
    return training.open(what, data, epochs, blueprints);
  }

  /**
   * The member of a round.
   *
   * @param data gives what the member learns from, by the member's seed; may use its parts 0 and 1
   * @throws IllegalStateException if it fails or the caller was interrupted
   */
  Model train(
      @Nullable MemberFolder folder, int round, LongFunction<DataSetIterator> data, int epochs) {
    return train(folder, round, data, epochs, network -> {}, network -> {});
  }

  /**
   * The same.
   *
   * @param before what is done to the network before it is trained
   * @param after what is done to the trained member
   */
  Model train(
      @Nullable MemberFolder folder,
      int round,
      LongFunction<DataSetIterator> data,
      int epochs,
      Consumer<Model> before,
      Consumer<Model> after) {
    Blueprint blueprint = blueprints.get(round % blueprints.size());
    long memberSeed = Seeds.derive(seed, round);
    try {
      return MemberTraining.resume(
          folder,
          round,
          blueprint.kind(),
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
    log.info("Round {}: error {}, weight {}", round + 1, error, weight);
    training.report(round, round + 1, rounds, member);
    listener.roundDone(round, error, weight);
  }

  /** The examples in memory, whose labels are rows that nothing masks. */
  static DataSet examples(TrainingData data) {
    return Rows.unmasked(data, "boosting weighs the examples itself");
  }

  private static void checkNumbers(double[][] outputs, int from) {
    for (int i = 0; i < outputs.length; i++) {
      for (double value : outputs[i]) {
        Preconditions.checkArgument(
            !Double.isNaN(value),
            "data must have features for which a member answers numbers, got %s for example %s,"
                + " counted from 0",
            value,
            from + i);
      }
    }
  }

  /**
   * What a member says about examples, [example][output].
   *
   * @throws IllegalArgumentException if it says NaN: a comparison would make an answer of that
   */
  static double[][] outputs(Model member, DataSet examples) {
    int n = examples.numExamples();
    double[][] rows = new double[n][];
    for (int from = 0; from < n; from += BATCH) {
      DataSet batch = (DataSet) examples.getRange(from, Math.min(n, from + BATCH));
      INDArray output = Networks.output(member, batch.getFeatures(), batch.getFeaturesMaskArray());
      Preconditions.checkState(
          output.rank() == 2 && output.size(1) == examples.getLabels().size(1),
          "a member's output must be of shape [examples, %s], got %ndShape",
          examples.getLabels().size(1),
          output);
      double[][] part = OutputRows.of(output, null);
      checkNumbers(part, from);
      System.arraycopy(part, 0, rows, from, part.length);
      if (output.closeable()) {
        output.close();
      }
    }
    return rows;
  }
}
