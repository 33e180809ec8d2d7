package io.github.dl4jx.tuning.run;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.Task;
import io.github.dl4jx.training.jobs.internal.SharedExamples;
import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.SavedTraining;
import io.github.dl4jx.tuning.store.TemporaryFolder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.concurrent.CancellationException;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * A stretch as what it is computed from: a configuration, a seed, the checkpoint that it begins
 * with, and up to which epoch it goes. The examples in memory are apart, as all trials share them.
 */
final class StretchTask implements Task<SharedExamples, TrainedStretch> {

  private static final long serialVersionUID = 1;

  /** Which network the configuration is of. */
  private final Network.Kind kind;

  /** The network's configuration, with the trial's seed. */
  private final String json;

  /** The trial's seed. */
  private final long seed;

  /** Up to which epoch. */
  private final int to;

  /** Where training goes on; null for the beginning. */
  private final @Nullable TrainedStretch before;

  /** The stream, unless the examples are shared. */
  private final SharedExamples.Stream stream;

  StretchTask(
      Network.Kind kind,
      String json,
      long seed,
      int to,
      @Nullable TrainedStretch before,
      SharedExamples.Stream stream) {
    this.kind = kind;
    this.json = json;
    this.seed = seed;
    this.to = to;
    this.before = before;
    this.stream = stream;
  }

  @Override
  public TrainedStretch run(SharedExamples shared) {
    try (TemporaryFolder folder = new TemporaryFolder()) {
      return trained(stream.or(shared), folder.file());
    } catch (CancellationException | UncheckedIOException e) { // not the trial's fault
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      return TrainedStretch.failed(Trainer.cause(e));
    }
  }

  private TrainedStretch trained(TrainingData data, File folder) {
    try {
      if (before != null) {
        AtomicFiles.write(
            folder.toPath().resolve(before.file()), out -> out.write(before.checkpoint()));
      }
      Model network = Networks.network(kind, json);
      try {
        Trainer.fit(
            network,
            data,
            seed,
            to,
            ResumableCheckpoints.in(folder).everyEpochs(to).keepLast(1).build(),
            () -> Thread.currentThread().isInterrupted());
      } finally {
        Network.of(network).release();
      }
      SavedTraining saved =
          ResumableCheckpoints.resume(folder)
              .orElseThrow(() -> new IOException("there is no checkpoint in " + folder));
      return TrainedStretch.of(saved.file().getName(), Files.readAllBytes(saved.file().toPath()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the temporary folder " + folder + ": " + e, e);
    }
  }

  @Override
  public String toString() {
    return "StretchTask(to epoch " + to + ")";
  }
}
