package io.github.dl4jx.training.resume;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.network.Network;
import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves all that a training run needs to go on after a crash: configuration, parameters, updater
 * state, the averages and other states of listeners, iteration, epoch, and batch.
 *
 * <p>A checkpoint is one file, {@code checkpoint-00000001.zip} and so on, which appears whole or
 * not at all: a temporary file is written, forced to disk and renamed. It is also an ordinary model
 * file of Deeplearning4j, with the training weights. It takes about as long as copying the network
 * to the disk, in the thread that trains.
 *
 * <p>The listener stands after those whose state it saves ({@link ResumableListener}), or a
 * checkpoint would miss their latest update: it refuses any other order. With truncated
 * backpropagation through time, where a batch is several iterations, checkpoints are taken at the
 * ends of epochs only; the log says so once.
 *
 * <p>A checkpoint that cannot be written, because the disk is full, say, ends training with an
 * {@link UncheckedIOException}; weights that are not finite end it with an {@link
 * IllegalStateException}. The older checkpoints are intact.
 *
 * <p>One run at a time has the folder ({@link FolderLock}): from the first epoch or checkpoint to
 * {@link #close}, to the end of {@link Training#fit}, or to that of the process. Another process
 * gets an {@link IllegalStateException} with this one's id when it builds its listener or trains.
 * Within a process the run that started last has the folder; an older one fails at its next epoch
 * or checkpoint. Under {@code ParallelWrapper}, which trains copies, training ends with an {@link
 * IllegalStateException}: {@link #save} the network between two calls of its {@code fit}.
 *
 * <pre>{@code
 * net.setListeners(ema, ResumableCheckpoints.in(folder).everyIterations(500).keepLast(3).build());
 * net.fit(train, 10);
 *
 * // after a crash, with a network of the same configuration and listeners
 * ResumableCheckpoints.resume(folder).ifPresent(saved -> saved.restoreInto(net));
 * }</pre>
 *
 * <p>{@link Training#fit} does all this in one line, and finds the place in the data, too.
 */
public final class ResumableCheckpoints extends BaseTrainingListener implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ResumableCheckpoints.class);

  private final CheckpointFolder folder;
  private final int everyIterations;
  private final int everyEpochs;
  private final int keepLast;
  private final int keepEvery;
  private final boolean allowOtherData;

  /** Finished batches of this epoch. */
  private int batch;

  /** Batches of the next epoch that the run has trained before. */
  private int skipped;

  private boolean warned;

  /** The network that is trained. */
  private @Nullable Model network;

  /** The data of a run of {@link Training}. */
  private @Nullable TrainingBatches batches;

  private ResumableCheckpoints(Builder builder) {
    BroadcastGuard.install();
    this.folder = new CheckpointFolder(builder.directory);
    this.everyIterations = builder.everyIterations;
    this.everyEpochs =
        builder.everyIterations == 0 ? Math.max(1, builder.everyEpochs) : builder.everyEpochs;
    this.keepLast = builder.keepLast;
    this.keepEvery = builder.keepEvery;
    this.allowOtherData = builder.allowOtherData;
  }

  /**
   * Checkpoints in a folder, which is made if it does not exist. Numbers go on from those of the
   * checkpoints in it, which are deleted when they are old enough.
   *
   * @param folder the folder
   * @return a builder
   * @throws IllegalArgumentException if the folder is null or has no name
   */
  public static Builder in(File folder) {
    Arguments.path("folder", folder);
    return new Builder(folder);
  }

  /**
   * The newest checkpoint that is whole. Damaged ones are skipped, with a warning in the log, and
   * so are those with a number above {@code 999999999}, which no checkpoint gets.
   *
   * @param folder a folder of checkpoints
   * @return the checkpoint, or nothing if there is none, or no such folder
   * @throws IllegalArgumentException if the folder is null or has no name
   * @throws UncheckedIOException if there are checkpoints, but none is whole, or the folder cannot
   *     be read
   */
  public static Optional<SavedTraining> resume(File folder) {
    Arguments.path("folder", folder);
    return new CheckpointFolder(folder).newest();
  }

  Optional<SavedTraining> newest() {
    return folder.newest();
  }

  boolean allowsOtherData() {
    return allowOtherData;
  }

  /**
   * Takes the folder for a run until {@link #endRun}.
   *
   * @param data the training data
   * @throws IllegalStateException if another run has the folder; that run keeps it
   */
  void beginRun(TrainingBatches data) {
    folder.acquire();
    batches = data;
  }

  void endRun() {
    batches = null;
    network = null;
    skipped = 0;
    close();
  }

  /**
   * Releases the folder for other processes; further training takes it again. Nothing else needs to
   * be closed.
   */
  @Override
  public void close() {
    folder.release();
  }

  /** The next epoch starts after batches that the run has trained before. */
  void startAfter(int batches) {
    skipped = batches;
    batch = batches;
  }

  /** Replicas would write over each other's files, and none of them is the network. */
  private synchronized void bind(Model model) { // the threads of a ParallelWrapper
    if (network == null) {
      network = model;
    }
    Preconditions.checkState(
        network == model,
        "ResumableCheckpoints must be the listener of one network, and of none under"
            + " ParallelWrapper, which trains copies: save(..) a checkpoint between two calls of its"
            + " fit");
  }

  @Override
  public void onEpochStart(Model model) {
    network = model;
    ListenerStates.checkLast(Network.of(model), this); // the first checkpoint may be hours away
    folder.takeOver();
    batch = skipped;
    skipped = 0;
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (!Network.is(model)) {
      return; // a layer that is being pretrained
    }
    bind(model);
    batch++;
    if (everyIterations == 0 || (iteration + 1) % everyIterations != 0) {
      return;
    }
    Network net = Network.of(model);
    if (net.isTruncated()) {
      if (!warned) {
        warned = true;
        log.warn(
            "With truncated backpropagation through time an iteration is a part of a batch:"
                + " checkpoints are taken at the ends of epochs only");
      }
      return;
    }
    save(net, new CheckpointFile.Position(iteration + 1, epoch, batch, true));
  }

  @Override
  public void onEpochEnd(Model model) {
    Network net = Network.of(model);
    batch = 0;
    skipped = 0; // a run resumed after the last batch of an epoch ends it without starting it
    int done = net.epoch() + 1;
    int every = net.isTruncated() ? Math.max(1, everyEpochs) : everyEpochs;
    if (every > 0 && done % every == 0) {
      save(net, new CheckpointFile.Position(net.iteration(), done, 0, false));
    }
  }

  /**
   * Saves a checkpoint now, between two iterations: for trainers whose steps are made elsewhere,
   * and which do not call listeners.
   *
   * @param network with its parameters, updater state and counts; its listeners' states are saved
   * @param batch finished batches of its epoch, from 0 to 2^31 - 2; {@link SavedTraining#batch}
   *     gives it back
   * @throws IllegalArgumentException if the network is none or not initialized, or the number is
   *     another
   * @throws IllegalStateException if the parameters are not finite, another run uses the folder, or
   *     a listener with a state comes after this one
   * @throws UncheckedIOException if the checkpoint cannot be written
   */
  public void save(Model network, int batch) {
    Network net = Network.initialized(network);
    Preconditions.checkArgument(
        batch >= 0 && batch < Integer.MAX_VALUE, "batch must be in [0, 2^31 - 2], got %s", batch);
    save(net, new CheckpointFile.Position(net.iteration(), net.epoch(), batch, false));
  }

  private void save(Network net, CheckpointFile.Position at) {
    ListenerStates.checkLast(net, this);
    NetworkState.checkFinite(
        net, "after iteration " + at.iteration + ": older checkpoints are intact");
    Path file =
        folder.write(net, at, batches == null ? null : batches.record(), ListenerStates.of(net));
    log.debug("Saved {} after iteration {}", file, at.iteration);
    folder.prune(keepLast, keepEvery);
  }

  /** Collects the settings of {@link ResumableCheckpoints}. */
  public static final class Builder {

    private final File directory;
    private int everyIterations;
    private int everyEpochs;
    private int keepLast = 3;
    private int keepEvery;
    private boolean allowOtherData;

    private Builder(File directory) {
      this.directory = directory;
    }

    /**
     * A checkpoint after every n-th iteration.
     *
     * @param n at least 1; default: none within an epoch
     * @return this builder
     */
    public Builder everyIterations(int n) {
      everyIterations = positive("everyIterations", n);
      return this;
    }

    /**
     * A checkpoint at the end of every n-th epoch.
     *
     * @param n at least 1; default: every epoch, unless {@link #everyIterations} is given
     * @return this builder
     */
    public Builder everyEpochs(int n) {
      everyEpochs = positive("everyEpochs", n);
      return this;
    }

    /**
     * How many of the newest checkpoints are kept, damaged ones included. With 1, a run is lost if
     * that one is damaged.
     *
     * @param n at least 1; default 3
     * @return this builder
     */
    public Builder keepLast(int n) {
      keepLast = positive("keepLast", n);
      return this;
    }

    /**
     * Keeps old checkpoints whose number is a multiple of m, too.
     *
     * @param m at least 1; default: none
     * @return this builder
     */
    public Builder keepEvery(int m) {
      keepEvery = positive("keepEvery", m);
      return this;
    }

    /**
     * Lets {@link Training#fit} resume with other data than the run had before; a difference is
     * logged, not refused.
     *
     * @return this builder
     */
    public Builder allowOtherData() {
      allowOtherData = true;
      return this;
    }

    private static int positive(String name, int value) {
      Preconditions.checkArgument(value >= 1, "%s must be >= 1, got %s", name, value);
      return value;
    }

    /**
     * {@return a listener with these settings}
     *
     * @throws UncheckedIOException if the folder cannot be made or written to, or the newest
     *     checkpoint has the largest number that is possible
     * @throws IllegalStateException if another process uses the folder; the message has its id
     */
    public ResumableCheckpoints build() {
      ResumableCheckpoints checkpoints = new ResumableCheckpoints(this);
      checkpoints.folder.prepare();
      return checkpoints;
    }
  }
}
