package io.github.dl4jx.spark;

import io.github.dl4jx.ensembles.train.MemberExecution;
import io.github.dl4jx.ensembles.train.MemberJob;
import io.github.dl4jx.ensembles.train.MemberTask;
import io.github.dl4jx.ensembles.train.TrainingData;
import io.github.dl4jx.training.network.ModelFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The training of one ensemble: a Spark job for each member. */
final class ClusterSession implements MemberExecution.Session {

  private static final Logger log = LoggerFactory.getLogger(ClusterSession.class);

  /** Is told of every member that comes back. */
  interface Recorder {
    void trained(int member, Machine machine);
  }

  private final JavaSparkContext context;
  private final MemberJob job;
  private final @Nullable File folder;
  private final Recorder recorder;
  private final String group = "dl4jx-" + UUID.randomUUID();

  private @Nullable Broadcast<SentData> sent;
  private @Nullable Machine first;
  private boolean warned;

  /**
   * A session.
   *
   * @param folder what networks come back through, or null for Spark itself
   */
  ClusterSession(
      JavaSparkContext context, MemberJob job, @Nullable File folder, Recorder recorder) {
    this.context = context;
    this.job = job;
    this.folder = folder;
    this.recorder = recorder;
  }

  /** All at once: Spark has the queue. */
  @Override
  public int parallelism() {
    return job.members();
  }

  @Override
  public Model train(MemberTask task) {
    @Nullable File file = file(task);
    try {
      TrainedMember trained = await(submit(task, file), task);
      note(task.member(), trained.machine);
      return read(trained, task, file);
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      delete(file);
    }
  }

  private @Nullable File file(MemberTask task) {
    return folder == null ? null : new File(folder, group + "-" + task.member() + ".zip");
  }

  /** One at a time, so that no more than one file is in memory. */
  private synchronized Model read(TrainedMember trained, MemberTask task, @Nullable File file)
      throws IOException {
    if (trained.zip != null) {
      return ModelFiles.read(
          trained.zip, task.kind(), "member " + (task.member() + 1), task.policy());
    }
    if (file == null) {
      throw new IllegalStateException("neither a network nor a file came back");
    }
    return ModelFiles.read(file, task.kind(), task.policy());
  }

  private static void delete(@Nullable File file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file.toPath());
      }
    } catch (IOException e) {
      log.warn("The file of a member that was read, {}, cannot be deleted: {}", file, e.toString());
    }
  }

  private JavaFutureAction<List<TrainedMember>> submit(MemberTask task, @Nullable File file) {
    String description = job.name() + ": member " + (task.member() + 1) + " of " + job.members();
    // the last argument lets a cancelled task stop after the step it is at
    context.setJobGroup(group, description, true);
    return context.parallelize(List.of(task), 1).map(function(file)).collectAsync();
  }

  private TrainMember function(@Nullable File file) {
    TrainingData data = job.data();
    return new TrainMember(sent(), data.inMemory() ? null : data.source(), job.patience(), file);
  }

  /** Sends the data when the first member needs it. */
  private synchronized Broadcast<SentData> sent() {
    if (sent == null) {
      sent = context.broadcast(new SentData(job.data(), job.validation()));
    }
    return sent;
  }

  private static TrainedMember await(
      JavaFutureAction<List<TrainedMember>> running, MemberTask task) {
    try {
      return running.get().get(0);
    } catch (InterruptedException e) {
      running.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("stopped " + task);
    } catch (ExecutionException e) {
      Throwable failure = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(reason(failure), failure);
    }
  }

  /** The exception of the member's last attempt, if Spark has it, else what Spark says. */
  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null
        ? String.valueOf(failure.getMessage())
        : cause + " (in every attempt that spark.task.maxFailures allows)";
  }

  /** Records where a member was trained, and warns once if machines differ. */
  synchronized void note(int member, Machine machine) {
    log.info("Member {} was trained on {}", member + 1, machine);
    recorder.trained(member, machine);
    if (first == null) {
      first = machine;
    } else if (!warned && !machine.givesTheSameBitsAs(first)) {
      warned = true;
      log.warn(
          "Members are trained on machines on which the last bits of their parameters may differ:"
              + " {} and {}; with one value of OPENBLAS_CORETYPE and of spark.task.cpus for all"
              + " they do not",
          first,
          machine);
    }
  }

  @Override
  public synchronized void close() {
    if (context.sc().isStopped()) {
      return;
    }
    context.cancelJobGroup(group); // none runs unless the training has failed
    if (sent != null) {
      sent.destroy();
      sent = null;
    }
  }
}
