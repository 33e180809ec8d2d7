package io.github.dl4jx.spark;

import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.training.jobs.Job;
import io.github.dl4jx.training.jobs.Packed;
import io.github.dl4jx.training.jobs.Task;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The execution of one job: a Spark job for each task.
 *
 * @param <S> type of what the tasks share
 * @param <R> type of the results
 */
final class ClusterSession<S, R> implements Execution.Session<S, R> {

  private static final Logger log = LoggerFactory.getLogger(ClusterSession.class);

  /** Called for each result. */
  interface Recorder {
    void finished(int index, Machine machine);
  }

  private final JavaSparkContext context;
  private final Job<S, R> job;
  private final @Nullable File folder;
  private final Recorder recorder;
  private final String group = "dl4jx-" + UUID.randomUUID();

  private final Broadcast<Packed<S>> shared;
  private final SameBits sameBits = new SameBits();

  /**
   * A session.
   *
   * @param shared the data shared by the tasks, which executors fetch when they need it
   * @param folder the folder for results, or null to return them through Spark
   */
  ClusterSession(
      JavaSparkContext context,
      Job<S, R> job,
      Broadcast<Packed<S>> shared,
      @Nullable File folder,
      Recorder recorder) {
    this.context = context;
    this.job = job;
    this.shared = shared;
    this.folder = folder;
    this.recorder = recorder;
  }

  /** All at once: Spark queues them. */
  @Override
  public int parallelism() {
    return job.size();
  }

  @Override
  public R run(int index, Task<S, R> task) {
    @Nullable File file = file(index);
    try {
      Finished finished = submit(index, task, file);
      note(index, finished.machine);
      return read(finished, index, file);
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      delete(file);
    }
  }

  private @Nullable File file(int index) {
    return folder == null
        ? null
        : new File(folder, group + "-" + index + "." + job.format().extension());
  }

  /** One at a time, so that at most one file is in memory. */
  private synchronized R read(Finished finished, int index, @Nullable File file)
      throws IOException {
    if (finished.result != null) {
      return job.format().read(finished.result, job.unit() + " " + (index + 1));
    }
    if (file == null) {
      throw new IllegalStateException("the task returned neither a result nor a file");
    }
    return job.format().read(file.toPath());
  }

  private static void delete(@Nullable File file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file.toPath());
      }
    } catch (IOException e) {
      log.warn("Cannot delete the file {}, whose result has been read: {}", file, e.toString());
    }
  }

  private Finished submit(int index, Task<S, R> task, @Nullable File file) {
    String what = job.unit() + " " + (index + 1);
    return ClusterJob.collect(
            context,
            group,
            job.name() + ": " + what + " of " + job.size(),
            context
                .parallelize(List.of(index), 1)
                .map(new RunTask<>(task, shared, job.format(), file)),
            what)
        .get(0);
  }

  /** Records where a task ran, and warns once if machines differ. */
  synchronized void note(int index, Machine machine) {
    log.info("Task {} ran on {}", index + 1, machine);
    recorder.finished(index, machine);
    compare(machine);
  }

  /** Warns once if a machine differs from those before it. */
  void compare(Machine machine) {
    sameBits.compare(machine);
  }

  /** Compares the machines that are there now. */
  void compareAll() {
    Machine.all(context, group).forEach(this::compare);
  }

  @Override
  public synchronized void close() {
    if (context.sc().isStopped()) {
      return;
    }
    context.cancelJobGroup(group); // tasks run only if the job has failed
    shared.destroy();
  }
}
