package io.github.dl4jx.tuning.run;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.training.jobs.internal.SharedExamples;
import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.SavedTraining;
import io.github.dl4jx.tuning.store.TrialFolder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Lets an execution train. The newest checkpoint of a trial goes there with its task, and that of
 * the stretch's end comes back into the trial's folder, from which it is scored here.
 */
final class Elsewhere {

  private final Execution.Session<SharedExamples, TrainedStretch> session;
  private final TrainingData data;
  private final Set<Thread> waiting = new HashSet<>();
  private boolean cancelled;

  Elsewhere(Execution.Session<SharedExamples, TrainedStretch> session, TrainingData data) {
    this.session = session;
    this.data = data;
  }

  /** A failure where it was trained; the message is what it is called there. */
  static final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1;

    Failure(String cause) {
      super(cause);
    }
  }

  /**
   * Trains a stretch up to its checkpoint, unless there is one.
   *
   * @param json configuration of the trial's network
   * @throws RuntimeException the trial's own failure
   * @throws Trainer.Fatal if it could not be trained
   */
  void train(Stretch stretch, Network.Kind kind, String json, TrialFolder folder) {
    Optional<SavedTraining> saved = ResumableCheckpoints.resume(folder.checkpoints());
    if (saved.isPresent() && saved.get().epoch() > stretch.to) { // its scores were lost
      folder.deleteCheckpoints();
      saved = Optional.empty();
    }
    if (saved.isPresent() && saved.get().epoch() == stretch.to) {
      return;
    }
    try {
      @Nullable TrainedStretch before = saved.isPresent() ? read(saved.get()) : null;
      TrainedStretch trained =
          run(
              stretch.trial,
              new StretchTask(
                  kind,
                  json,
                  stretch.setup.seed(),
                  stretch.to,
                  before,
                  new SharedExamples.Stream(data)));
      if (trained.hasFailed()) {
        throw new Failure(trained.cause());
      }
      keep(trained, before, folder.checkpoints());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the folder of a trial " + folder + ": " + e, e);
    }
  }

  private static TrainedStretch read(SavedTraining saved) throws IOException {
    File file = saved.file();
    return TrainedStretch.of(file.getName(), Files.readAllBytes(file.toPath()));
  }

  private TrainedStretch run(int trial, StretchTask task) {
    begin();
    try {
      return session.run(trial, task);
    } catch (CancellationException | UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) { // the trial's failures come back as results
      throw new Trainer.Fatal(e);
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    checkCancelled();
    waiting.add(Thread.currentThread());
  }

  private void checkCancelled() {
    if (cancelled) {
      throw new CancellationException("the search is over");
    }
  }

  /** The interrupt of {@link #cancel} was for the session. */
  @SuppressWarnings("ResultOfMethodCallIgnored")
  private synchronized void end() {
    waiting.remove(Thread.currentThread());
    if (cancelled) {
      Thread.interrupted();
    }
  }

  /** Stops what is being trained. */
  synchronized void cancel() {
    cancelled = true;
    waiting.forEach(Thread::interrupt);
  }

  /** The one before stays, should the new one be damaged. */
  private static void keep(
      TrainedStretch trained, @Nullable TrainedStretch before, File checkpoints)
      throws IOException {
    Path folder = checkpoints.toPath();
    Files.createDirectories(folder);
    AtomicFiles.write(folder.resolve(trained.file()), out -> out.write(trained.checkpoint()));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "checkpoint-*.zip")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!name.equals(trained.file()) && !(before != null && name.equals(before.file()))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
