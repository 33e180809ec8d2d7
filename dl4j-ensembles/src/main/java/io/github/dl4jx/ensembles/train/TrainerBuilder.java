package io.github.dl4jx.ensembles.train;

import java.io.File;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * The settings that all trainers of ensembles share.
 *
 * <p>Training stops after the step it is at when the thread that called {@code fit} is interrupted;
 * with {@link #resumeIn} the finished members are then there for the next time.
 *
 * @param <B> the builder's own type
 */
public abstract class TrainerBuilder<B extends TrainerBuilder<B>> {

  long seed;
  IntFunction<? extends Collection<? extends TrainingListener>> listeners = member -> List.of();
  EnsembleListener progress = (member, finished, members, network) -> {};
  @Nullable Validation validation;
  @Nullable File folder;

  TrainerBuilder() {}

  abstract B self();

  /**
   * Seed of everything random.
   *
   * @param seed any value; default 0
   * @return this builder
   */
  public B seed(long seed) {
    this.seed = seed;
    return self();
  }

  /**
   * Listeners of the members' networks while they are trained.
   *
   * @param listeners gives the listeners of the member of an index, from 0 on; members may be
   *     trained side by side, so each should have its own; default none
   * @return this builder
   */
  public B memberListeners(
      IntFunction<? extends Collection<? extends TrainingListener>> listeners) {
    Preconditions.checkArgument(listeners != null, "listeners must not be null");
    this.listeners = listeners;
    return self();
  }

  /**
   * What is told of finished members.
   *
   * @param listener the listener; default none (the log has a line for each member)
   * @return this builder
   */
  public B progress(EnsembleListener listener) {
    Preconditions.checkArgument(listener != null, "listener must not be null");
    this.progress = listener;
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

  /**
   * Keeps finished members in a folder: {@code fit} called again with the same settings and data
   * goes on where it was stopped, to the same ensemble.
   *
   * @param folder a folder for this training alone; made if need be; default none
   * @return this builder
   */
  public B resumeIn(File folder) {
    Preconditions.checkArgument(folder != null, "folder must not be null");
    this.folder = folder;
    return self();
  }
}
