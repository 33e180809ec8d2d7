package io.github.dl4jx.ensembles.boosting;

import io.github.dl4jx.ensembles.TrainerBuilder;
import io.github.dl4jx.ensembles.internal.Blueprint;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.base.Preconditions;

/**
 * The settings of trainers whose members follow one upon the other, each learning what the earlier
 * ones left.
 *
 * @param <B> the builder's own type
 */
public abstract class BoostingBuilder<B extends BoostingBuilder<B>> extends TrainerBuilder<B> {

  final List<Blueprint> blueprints;
  int rounds;
  double learningRate;
  BoostingListener listener = (round, error, weight) -> {};

  BoostingBuilder(Stream<Blueprint> blueprints, int rounds, double learningRate) {
    this.blueprints = Blueprint.listOf(blueprints);
    this.rounds = rounds;
    this.learningRate = learningRate;
  }

  /**
   * The most members that are trained. It does not change what the first of them are: a folder of
   * {@link #resumeIn} can be gone on with for more rounds.
   *
   * @param rounds at least 1; default 50 for {@link AdaBoost} and 100 for {@link GradientBoosting},
   *     as in scikit-learn
   * @return this builder
   */
  public B rounds(int rounds) {
    Preconditions.checkArgument(rounds >= 1, "rounds must be >= 1, got %s", rounds);
    this.rounds = rounds;
    return self();
  }

  /**
   * A factor of every member's weight (shrinkage): the smaller it is, the more rounds are of use.
   *
   * @param learningRate finite and above 0; default 1 for {@link AdaBoost} and 0.1 for {@link
   *     GradientBoosting}, as in scikit-learn
   * @return this builder
   */
  public B learningRate(double learningRate) {
    Preconditions.checkArgument(
        learningRate > 0 && Double.isFinite(learningRate),
        "learningRate must be finite and > 0, got %s",
        learningRate);
    this.learningRate = learningRate;
    return self();
  }

  @Override
  public B memberListeners(
      IntFunction<? extends Collection<? extends TrainingListener>> listeners) {
    return super.memberListeners(listeners);
  }

  /**
   * Listens to the error and the weight of every round.
   *
   * @param listener the listener; default none (the log has a line for each round)
   * @return this builder
   */
  public B onRound(BoostingListener listener) {
    Preconditions.checkArgument(listener != null, "listener must not be null");
    this.listener = listener;
    return self();
  }
}
