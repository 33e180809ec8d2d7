package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.TrainerBuilder;
import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.internal.Blueprint;
import io.github.dl4jx.ensembles.internal.StackedTraining;
import io.github.dl4jx.training.jobs.Execution;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * The settings of trainers whose networks do not depend on each other.
 *
 * @param <B> the builder's own type
 */
public abstract class SideBySideBuilder<B extends SideBySideBuilder<B>> extends TrainerBuilder<B> {

  SideBySideBuilder() {}

  @Override
  public B members(int members) {
    return super.members(members);
  }

  @Override
  public B parallelism(int parallelism) {
    return super.parallelism(parallelism);
  }

  @Override
  public B execution(Execution execution) {
    return super.execution(execution);
  }

  @Override
  public B earlyStopping(DataSetIterator validation, int patience) {
    return super.earlyStopping(validation, patience);
  }

  /**
   * Trains all members as one wide network: {@link #stacked(int)} without a bound.
   *
   * @return this builder
   */
  public B stacked() {
    return stacked(Integer.MAX_VALUE);
  }

  /**
   * Trains members in groups, each of which is one wide network: ten small networks cost two to
   * five times what one does, as most of that is Deeplearning4j's price per operation.
   *
   * <pre>{@code
   * W = [W_1 | .. | W_M],   z_m = a_m W_m + b_m                in one operation for all m
   * L = sum over m, i of w_mi loss(y_i, net_m(x_i)) / (batch size)
   * }</pre>
   *
   * <p>Of data in memory each member has the initial weights, the sample and the batches that it
   * has alone, w is 1, and its steps are those that it takes alone, to rounding. Where that is not
   * possible, for a stream, which is read once for all, and for samples of different sizes, as
   * folds may be, all members get the same batches in one order, and {@code w_mi} says how often
   * row i is in m's sample, scaled to a mean of 1: a batch then has more or less of a sample. That
   * costs a bagging some accuracy where there are few steps, and a deep ensemble some of its
   * members' disagreement. Each member has masks of its own in every dropout, and noise of its own
   * in every {@code GradientNoise}, one with a seed included. A group's scores are the means of its
   * members. It is one task for {@link #parallelism} and {@link #execution}, and is kept by {@link
   * #resumeIn} as a whole.
   *
   * <p>Members must be {@code MultiLayerNetwork}s of one configuration with dense, activation and
   * dropout layers and an output layer, whose updaters, penalties and constraints look at
   * parameters one by one or at one unit's weights; losses and activation functions must treat rows
   * one by one, as Deeplearning4j's do. {@code build()} refuses all else with an {@link
   * IllegalArgumentException} that names it, also {@link #earlyStopping} and {@link
   * #memberListeners}.
   *
   * @param most members of a group, at least 1; the last group may have fewer. Results depend on
   *     it, unlike on parallelism
   * @return this builder
   */
  @Override
  public B stacked(int most) {
    return super.stacked(most);
  }

  /** The settings, once it is sure that the members can be trained with them. */
  final TrainerSettings settings(List<Blueprint> blueprints) {
    TrainerSettings settings = settings();
    if (settings.stacked() > 0) {
      StackedTraining.check(blueprints);
    }
    return settings;
  }

  @Override
  public B memberListeners(
      IntFunction<? extends Collection<? extends TrainingListener>> listeners) {
    return super.memberListeners(listeners);
  }
}
