package io.github.dl4jx.ensembles.train;

import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * The settings of trainers whose networks do not depend on each other.
 *
 * @param <B> the builder's own type
 */
public abstract class SideBySideBuilder<B extends SideBySideBuilder<B>> extends TrainerBuilder<B> {

  int members = 10;
  int parallelism = 1;
  @Nullable MemberExecution execution;

  SideBySideBuilder() {}

  /**
   * Number of networks.
   *
   * @param members at least 1; default 10, as in scikit-learn
   * @return this builder
   */
  public B members(int members) {
    Preconditions.checkArgument(members >= 1, "members must be >= 1, got %s", members);
    this.members = members;
    return self();
  }

  /**
   * Networks trained at once. It changes the time that is taken, never the result, as long as the
   * number of OpenMP threads stays the same.
   *
   * @param parallelism number of threads, at least 1; default 1
   * @return this builder
   */
  public B parallelism(int parallelism) {
    Preconditions.checkArgument(parallelism >= 1, "parallelism must be >= 1, got %s", parallelism);
    this.parallelism = parallelism;
    return self();
  }

  /**
   * Trains the networks elsewhere, for instance on a cluster.
   *
   * @param execution where; default threads of this machine, as many as {@link #parallelism}
   * @return this builder
   */
  public B execution(MemberExecution execution) {
    Preconditions.checkArgument(execution != null, "execution must not be null");
    this.execution = execution;
    return self();
  }

  /**
   * Stops each member when its score on validation data, the loss with its penalties, has not
   * fallen for some epochs, and takes the parameters of its best epoch. {@code epochs} is the most
   * that a member is trained.
   *
   * @param validation examples that are not trained on; read once and kept in memory
   * @param patience how many epochs without a lower score, at least 1
   * @return this builder
   * @throws IllegalArgumentException if there are no examples or patience is below 1
   */
  public B earlyStopping(DataSetIterator validation, int patience) {
    this.validation = new Validation(validation, patience);
    return self();
  }

  /** Where the networks are trained. */
  MemberExecution chosenExecution() {
    if (execution == null) {
      return new LocalExecution(parallelism);
    }
    Preconditions.checkArgument(
        parallelism == 1,
        "parallelism counts threads of this machine: with an execution it must be 1, got %s",
        parallelism);
    return execution;
  }
}
