package io.github.dl4jx.spark;

import io.github.dl4jx.training.jobs.Packed;
import io.github.dl4jx.training.jobs.ResultFormat;
import io.github.dl4jx.training.jobs.Task;
import io.github.dl4jx.training.network.AtomicFiles;
import java.io.File;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs one task on an executor. The task comes with this, and so by Java's serialization, whatever
 * the data's is.
 *
 * @param <S> type of the data shared by the tasks
 * @param <R> type of the result
 */
final class RunTask<S, R> implements Function<Integer, Finished> {

  private static final long serialVersionUID = 1;

  private final Task<S, R> task;
  private final Broadcast<Packed<S>> shared;
  private final ResultFormat<R> format;
  private final @Nullable File file;

  /**
   * The run of a task.
   *
   * @param file the file for the result, or null to return it through Spark
   */
  RunTask(
      Task<S, R> task, Broadcast<Packed<S>> shared, ResultFormat<R> format, @Nullable File file) {
    this.task = task;
    this.shared = shared;
    this.format = format;
    this.file = file;
  }

  @Override
  public Finished call(Integer index) throws Exception {
    TaskContext context = TaskContext.get();
    // Spark 3.4 and later set OMP_NUM_THREADS to the same, but not in local mode
    Nd4j.factory().blas().setMaxThreads(context.cpus());
    try {
      R result = task.run(shared.value().unpack());
      try {
        byte[] bytes = format.write(result);
        if (file == null) {
          return new Finished(bytes, Machine.of(context));
        }
        AtomicFiles.write(file.toPath(), out -> out.write(bytes));
        return new Finished(null, Machine.of(context));
      } finally {
        format.release(result);
      }
    } finally {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }
}
