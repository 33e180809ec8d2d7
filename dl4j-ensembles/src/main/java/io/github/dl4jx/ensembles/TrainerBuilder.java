package io.github.dl4jx.ensembles;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.jobs.Execution;
import java.io.File;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * The settings that trainers of ensembles have in common: some for all, others, which are protected
 * here, for those trainers that make them public.
 *
 * <p>Training stops after the step it is at when the thread that called {@code fit} is interrupted;
 * with {@link #resumeIn} what is finished is then there for the next time.
 *
 * @param <B> the builder's own type
 */
public abstract class TrainerBuilder<B extends TrainerBuilder<B>> {

  long seed;
  EnsembleListener progress = (member, finished, members, network) -> {};
  @Nullable File folder;
  @Nullable IntFunction<? extends Collection<? extends TrainingListener>> listeners;
  List<DataSet> validation = List.of();
  int patience;
  int members = 10;
  int parallelism = 1;
  @Nullable Execution execution;
  int stacked;
  CombinationRule rule = new SoftVote();

  /** A builder with the defaults. */
  protected TrainerBuilder() {}

  /**
   * This builder.
   *
   * @return itself
   */
  protected abstract B self();

  /**
   * The settings as they are now.
   *
   * @return what the trainer keeps
   * @throws IllegalArgumentException if two of them do not go together
   */
  protected final TrainerSettings settings() {
    return new TrainerSettings(this);
  }

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
   * Listens to finished members.
   *
   * @param listener the listener; default none (the log has a line for each member, and one every
   *     ten seconds between them, with the time left)
   * @return this builder
   */
  public B progress(EnsembleListener listener) {
    Preconditions.checkArgument(listener != null, "listener must not be null");
    this.progress = listener;
    return self();
  }

  /**
   * Keeps what is finished in a folder: {@code fit} called again with the same settings and data
   * goes on where it was stopped, to the same ensemble. While one {@code fit} uses the folder,
   * another, of this process or any other, is refused with an {@link IllegalStateException} that
   * has the id of the process.
   *
   * @param folder a folder for this training alone; made if need be; default none
   * @return this builder
   * @throws IllegalArgumentException if it is a file
   */
  public B resumeIn(File folder) {
    Arguments.path("folder", folder);
    Preconditions.checkArgument(
        !folder.isFile(), "folder must be a folder or not be there yet, got the file %s", folder);
    this.folder = folder;
    return self();
  }

  /**
   * Listeners of the members' networks while they are trained.
   *
   * @param listeners gives the listeners of the member of an index, from 0 on; members may be
   *     trained side by side, so each should have its own; default none
   * @return this builder
   */
  protected B memberListeners(
      IntFunction<? extends Collection<? extends TrainingListener>> listeners) {
    Preconditions.checkArgument(listeners != null, "listeners must not be null");
    this.listeners = listeners;
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
  protected B earlyStopping(DataSetIterator validation, int patience) {
    Preconditions.checkArgument(patience >= 1, "patience must be >= 1, got %s", patience);
    List<DataSet> batches = copies(validation);
    Preconditions.checkArgument(
        !batches.isEmpty(), "validation data must have at least 1 example, got 0");
    this.validation = batches;
    this.patience = patience;
    return self();
  }

  private static List<DataSet> copies(DataSetIterator data) {
    if (Arguments.notNull("validation", data).resetSupported()) {
      data.reset();
    }
    List<DataSet> batches = new ArrayList<>();
    while (data.hasNext()) {
      batches.add(Arguments.labelled("validation", data.next()).copy());
    }
    return batches;
  }

  /**
   * Number of networks.
   *
   * @param members at least 1; default 10, as in scikit-learn
   * @return this builder
   */
  protected B members(int members) {
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
  protected B parallelism(int parallelism) {
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
  protected B execution(Execution execution) {
    Preconditions.checkArgument(execution != null, "execution must not be null");
    this.execution = execution;
    return self();
  }

  /**
   * Trains members in groups, each as one wide network.
   *
   * @param most members of a group, at least 1; the results depend on it
   * @return this builder
   */
  protected B stacked(int most) {
    Preconditions.checkArgument(most >= 1, "most must be >= 1, got %s", most);
    this.stacked = most;
    return self();
  }

  /**
   * How the members' outputs are combined.
   *
   * @param rule the rule; default {@link SoftVote}, which for regression is the mean
   * @return this builder
   */
  protected B combine(CombinationRule rule) {
    Preconditions.checkArgument(rule != null, "rule must not be null");
    this.rule = rule;
    return self();
  }
}
