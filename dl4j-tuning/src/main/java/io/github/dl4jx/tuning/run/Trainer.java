package io.github.dl4jx.tuning.run;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.FolderLock;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.Training;
import io.github.dl4jx.tuning.store.Outcome;
import io.github.dl4jx.tuning.store.TrialFolder;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.File;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains networks from checkpoint to checkpoint in the folders of their trials. */
final class Trainer implements Worker {

  private static final Logger log = LoggerFactory.getLogger(Trainer.class);

  private static final int EVERY_ITERATIONS = 1000;

  /** So often in a row a trial may take the process with it, from the same checkpoint. */
  private static final int MOST_ATTEMPTS = 5;

  /** From then on it is trained alone, or those that were trained beside it were given up, too. */
  private static final int ATTEMPTS_IN_COMPANY = 2;

  private static final int LONGEST_CAUSE = 1000;

  private final File root;
  private final boolean kept;
  private final Networks networks;
  private final TrainingData data;
  private final Scorer scorer;

  private final int parallelism;

  /** As many networks at a time are in this process' memory. */
  private final Semaphore here;

  /** Trains, if this process only scores. */
  private final @Nullable Elsewhere elsewhere;

  private volatile boolean cancelled;

  /**
   * A trainer.
   *
   * @param kept whether another process may have to go on from the folder
   * @param parallelism how many networks are trained, or scored, here at a time
   */
  Trainer(
      File root,
      boolean kept,
      Networks networks,
      TrainingData data,
      Scorer scorer,
      int parallelism,
      @Nullable Elsewhere elsewhere) {
    this.root = root;
    this.kept = kept;
    this.networks = networks;
    this.data = data;
    this.scorer = scorer;
    this.parallelism = parallelism;
    this.here = new Semaphore(parallelism, true); // or who needs all of it waits for ever
    this.elsewhere = elsewhere;
  }

  /** Ends what is being trained after the iteration it is at. */
  void cancel() {
    cancelled = true;
    if (elsewhere != null) {
      elsewhere.cancel();
    }
  }

  @Override
  public Optional<Outcome> train(Stretch stretch) {
    TrialFolder folder = new TrialFolder(root, stretch.trial);
    Optional<FolderLock> lock = folder.lock();
    if (lock.isEmpty()) {
      return Optional.empty();
    }
    try (FolderLock held = lock.get()) {
      Optional<Outcome> known = folder.outcome(stretch.to);
      if (known.isPresent()) {
        return known;
      }
      Outcome outcome = outcome(stretch, folder);
      if (!held.isHeld()) { // somebody has deleted the folder
        throw new IllegalStateException("the folder " + folder + " is in use by another search");
      }
      folder.keep(stretch.to, outcome);
      return Optional.of(outcome);
    } finally {
      // workspaces belong to a thread and would keep the memory of the largest network
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }

  /** Where training goes on; checkpoints of which none can be read are set aside. */
  private static String place(TrialFolder folder) {
    try {
      return ResumableCheckpoints.resume(folder.checkpoints())
          .map(saved -> "iteration " + saved.iteration())
          .orElse("the beginning");
    } catch (UncheckedIOException e) {
      log.warn("Training from the beginning: {}", e.getMessage());
      folder.setCheckpointsAside();
      return "the beginning";
    }
  }

  private Outcome outcome(Stretch stretch, TrialFolder folder) {
    long start = System.nanoTime();
    try {
      double score = score(stretch, folder);
      return Outcome.scored(score, seconds(start));
    } catch (Fatal e) {
      throw e.cause;
    } catch (CancellationException | UncheckedIOException e) { // not the trial's fault
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      log.debug("{} failed", stretch, e);
      return Outcome.failed(cause(e), seconds(start));
    }
  }

  /** A failure in words. */
  static String cause(Throwable e) {
    String cause = e instanceof Elsewhere.Failure ? String.valueOf(e.getMessage()) : e.toString();
    return cause.length() <= LONGEST_CAUSE ? cause : cause.substring(0, LONGEST_CAUSE);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** What ends the search, not the trial. */
  static final class Fatal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final RuntimeException cause;

    Fatal(RuntimeException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private double score(Stretch stretch, TrialFolder folder) {
    String place = kept ? place(folder) : "";
    if (elsewhere != null) {
      elsewhere.train(stretch, networks.kind(), configuration(stretch, folder), folder);
    }
    boolean counted = kept && elsewhere == null; // training elsewhere does not kill this process
    int attempts = counted ? folder.attempts(place) : 0;
    if (attempts >= MOST_ATTEMPTS) {
      throw new IllegalStateException(attempts + " processes have died while they trained it");
    }
    int taken = attempts >= ATTEMPTS_IN_COMPANY ? parallelism : 1;
    here.acquireUninterruptibly(taken);
    try {
      if (cancelled) {
        throw new CancellationException("stopped before " + stretch);
      }
      return counted ? attempt(stretch, folder, place) : scoreHere(stretch, folder);
    } finally {
      here.release(taken);
    }
  }

  /** Counted from here on: who waits has no part in a death, and those of before still count. */
  private double attempt(Stretch stretch, TrialFolder folder, String place) {
    folder.countAttempt(place);
    try {
      return scoreHere(stretch, folder);
    } catch (RuntimeException e) {
      folder.forgetAttempts(); // this process lives
      throw e;
    }
  }

  /** Checked before it is sent: training another network would be a failure of the trial. */
  private String configuration(Stretch stretch, TrialFolder folder) {
    here.acquireUninterruptibly();
    try {
      Model network = networks.network(stretch.setup);
      try {
        check(folder, network);
        return Network.of(network).json();
      } finally {
        Network.of(network).release();
      }
    } finally {
      here.release();
    }
  }

  private double scoreHere(Stretch stretch, TrialFolder folder) {
    Model network = trained(stretch, folder);
    try {
      if (Network.of(network).epoch() != stretch.to) { // of a trial whose scores were lost
        Network.of(network).release();
        folder.deleteCheckpoints();
        network = trained(stretch, folder);
      }
      // some scores draw numbers: not where the thread's generator happens to be
      Nd4j.getRandom().setSeed(Seeds.derive(stretch.setup.seed(), stretch.to));
      return scorer.score(network);
    } finally {
      Network.of(network).release();
    }
  }

  private Model trained(Stretch stretch, TrialFolder folder) {
    Model network = networks.network(stretch.setup);
    boolean done = false;
    try {
      check(folder, network);
      fit(
          network,
          data,
          stretch.setup.seed(),
          stretch.to,
          checkpoints(folder, stretch),
          () -> cancelled);
      done = true;
      return network;
    } finally {
      if (!done) {
        Network.of(network).release();
      }
    }
  }

  private static void check(TrialFolder folder, Model network) {
    try {
      folder.checkConfiguration(Network.of(network).json());
    } catch (IllegalArgumentException e) {
      throw new Fatal(e);
    }
  }

  private ResumableCheckpoints checkpoints(TrialFolder folder, Stretch stretch) {
    ResumableCheckpoints.Builder checkpoints = ResumableCheckpoints.in(folder.checkpoints());
    return kept
        ? checkpoints.everyIterations(EVERY_ITERATIONS).everyEpochs(1).keepLast(2).build()
        : checkpoints.everyEpochs(stretch.to).keepLast(1).build(); // the last epoch's
  }

  /**
   * Trains a network of a trial.
   *
   * @param seed the trial's
   * @param over when training ends with a {@code CancellationException}
   */
  static void fit(
      Model network,
      TrainingData data,
      long seed,
      int epochs,
      ResumableCheckpoints checkpoints,
      BooleanSupplier over) {
    List<TrainingListener> listeners = new ArrayList<>(Network.of(network).listeners());
    listeners.add(new Cancelling(over));
    Network.of(network).setListeners(listeners);
    Training.fit(network, data.all(Seeds.derive(seed, 0)), epochs, checkpoints);
  }

  /** Ends training when the search is over. */
  private static final class Cancelling extends BaseTrainingListener {

    private final BooleanSupplier over;

    Cancelling(BooleanSupplier over) {
      this.over = over;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (over.getAsBoolean()) {
        throw new CancellationException("stopped after iteration " + iteration);
      }
    }
  }

  @Override
  public void forget(Trial trial) {
    TrialFolder folder = new TrialFolder(root, trial.number());
    if (folder.checkpoints().isDirectory()) {
      folder
          .lock()
          .ifPresent(
              lock -> {
                try (FolderLock held = lock) {
                  folder.deleteCheckpoints();
                }
              });
    }
  }
}
