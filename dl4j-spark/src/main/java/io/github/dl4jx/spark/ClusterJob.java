package io.github.dl4jx.spark;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** One job of Spark's that the driver waits for; interrupting the waiting thread cancels it. */
final class ClusterJob {

  private ClusterJob() {}

  /**
   * {@return all elements}
   *
   * @param group the jobs that are cancelled together
   * @param description for Spark's user interface
   * @param what the job is, for messages
   */
  static <R> List<R> collect(
      JavaSparkContext context,
      String group,
      String description,
      JavaRDD<R> elements,
      String what) {
    // true: a cancelled task is interrupted, and stops after its current step
    context.setJobGroup(group, description, true);
    JavaFutureAction<List<R>> running = elements.collectAsync();
    try {
      return running.get();
    } catch (InterruptedException e) {
      running.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("stopped " + what);
    } catch (ExecutionException e) {
      Throwable failure = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(reason(failure), failure);
    }
  }

  /**
   * {@return the exception of the task's last attempt, or Spark's message if Spark does not have
   * it}
   */
  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null
        ? String.valueOf(failure.getMessage())
        : cause + " (failed in all attempts that spark.task.maxFailures allows)";
  }
}
