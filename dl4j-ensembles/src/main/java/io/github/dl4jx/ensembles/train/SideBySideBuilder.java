package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.TrainerBuilder;
import io.github.dl4jx.training.jobs.Execution;
import java.util.Collection;
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

  @Override
  public B memberListeners(
      IntFunction<? extends Collection<? extends TrainingListener>> listeners) {
    return super.memberListeners(listeners);
  }
}
