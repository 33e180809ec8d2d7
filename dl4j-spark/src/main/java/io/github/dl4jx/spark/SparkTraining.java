package io.github.dl4jx.spark;

import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.training.jobs.Job;
import io.github.dl4jx.training.jobs.Packed;
import java.io.File;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * Runs independent jobs on an Apache Spark cluster: the members of a {@code Bagging}, a {@code
 * DeepEnsemble} or a {@code Stacking}, one member a task, or any other {@link Job}.
 *
 * <pre>{@code
 * Ensemble bag = Bagging.of(conf).members(10).seed(42)
 *     .execution(SparkTraining.on(sc))
 *     .build()
 *     .fit(train, 5);
 * }</pre>
 *
 * <p>Examples in memory are sent to every executor once and shared by its members; a stream is
 * opened by each member where it is trained, and must be an {@link IteratorFactory}. Of a member
 * its configuration and seeds are sent and its network comes back; progress is told, and {@code
 * resumeIn} keeps finished members, on the driver. All members are handed to Spark at once, as a
 * job each, with a thread of the driver that waits for it.
 *
 * <p>A member has as many OpenMP threads as a task has cores, {@code spark.task.cpus}, by default
 * 1. With as many, and for processors for which OpenBLAS picks the same kernels, members are those
 * of training on one machine, bit for bit. What each was trained on is recorded; executors that
 * differ are warned about in the log. In local mode the executor is this JVM, whose number of
 * OpenMP threads is changed.
 *
 * <p>A task that fails, or whose executor is lost, is tried again by Spark and gives the same
 * member; one that fails {@code spark.task.maxFailures} times ends the training with an exception
 * that has the member's number and the cause. (Plain {@code local[n]} never tries again, {@code
 * local[n,4]} does.) Members that were finished are in the folder of {@code resumeIn} then. When
 * the thread that called {@code fit} is interrupted, the tasks are cancelled.
 *
 * <p>Listeners of members are objects of this machine and are refused; early stopping works, its
 * examples are sent. Needs ND4J's CPU backend. For the flags of the JVM see {@link SparkStart}.
 */
public final class SparkTraining implements Execution {

  private final JavaSparkContext context;
  private final @Nullable File folder;
  private final Map<Integer, Machine> machines = new TreeMap<>();

  private SparkTraining(JavaSparkContext context, @Nullable File folder) {
    this.context = context;
    this.folder = folder;
  }

  /**
   * Training on a cluster.
   *
   * @param context the connection to it; stays open
   * @return what trainers are given
   */
  public static SparkTraining on(JavaSparkContext context) {
    Preconditions.checkArgument(context != null, "context must not be null");
    return new SparkTraining(context, null);
  }

  /**
   * The same, but networks come back through a folder instead of through Spark: each executor
   * writes its members there, and the driver reads one after the other and deletes it. For networks
   * that are large beside the driver's heap.
   *
   * @param folder a folder that all machines see under this path
   * @return what trainers are given
   * @throws IllegalArgumentException if it is not a folder here
   */
  public SparkTraining through(File folder) {
    Preconditions.checkArgument(
        folder != null && folder.isDirectory(),
        "folder must be one that all machines see, got %s, which is none here",
        folder);
    return new SparkTraining(context, folder.getAbsoluteFile());
  }

  /**
   * Where the members of the latest training were trained.
   *
   * @return by the member's index, from 0 on; without members that were in the folder of {@code
   *     resumeIn} already
   */
  public Map<Integer, Machine> machines() {
    synchronized (machines) {
      return Collections.unmodifiableMap(new TreeMap<>(machines));
    }
  }

  @Override
  public <S, R> Session<S, R> open(Job<S, R> job) {
    Preconditions.checkArgument(job != null, "job must not be null");
    Packed<S> packed = job.packed();
    synchronized (machines) {
      machines.clear();
    }
    return new ClusterSession<>(context, job, context.broadcast(packed), folder, this::record);
  }

  private void record(int index, Machine machine) {
    synchronized (machines) {
      machines.put(index, machine);
    }
  }

  @Override
  public String toString() {
    return "SparkTraining(" + context.master() + ")";
  }
}
