package io.github.dl4jx.spark;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** One job of Spark's that the driver waits for; interrupting the waiting thread cancels it. */
final class ClusterJob {

  /** What {@code setJobGroup} sets, of the calling thread. */
  private static final List<String> PROPERTIES =
      List.of("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel");

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
    JavaFutureAction<List<R>> running = start(context, group, description, elements);
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

  private static <R> JavaFutureAction<List<R>> start(
      JavaSparkContext context, String group, String description, JavaRDD<R> elements) {
    Map<String, String> callers = new HashMap<>(); // later jobs of the thread are not ours
    PROPERTIES.forEach(name -> callers.put(name, context.getLocalProperty(name)));
    try {
      // true: a cancelled task is interrupted, and stops after its current step
      context.setJobGroup(group, description, true);
      return elements.collectAsync();
    } finally {
      callers.forEach(context::setLocalProperty);
    }
  }

  /**
   * {@return whether Spark has not tried, as the cluster has fewer cores than a barrier stage
   * needs}
   */
  static boolean isRefused(IllegalStateException failure) {
    Throwable cause = failure.getCause();
    return cause != null
        && cause.getClass().getSimpleName().equals("BarrierJobSlotsNumberCheckFailed");
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
