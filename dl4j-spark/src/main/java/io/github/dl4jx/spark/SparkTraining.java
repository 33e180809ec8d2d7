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
 * DeepEnsemble} or a {@code Stacking}, one member a task, the trials of a {@code Search}, or any
 * other {@link Job}.
 *
 * <pre>{@code
 * Ensemble bag = Bagging.of(conf).members(10).seed(42)
 *     .execution(SparkTraining.on(sc))
 *     .build()
 *     .fit(train, 5);
 * }</pre>
 *
 * <p>Examples in memory are sent to each executor once and shared by its tasks. A stream must be an
 * {@link IteratorFactory}; each member opens it where it is trained. Configurations and seeds are
 * sent, networks are returned. Progress listeners, and {@code resumeIn} with the finished members,
 * are on the driver. All members are submitted at once, as a Spark job each, with a waiting thread
 * of the driver for each.
 *
 * <p>A member has as many OpenMP threads as a task has cores, {@code spark.task.cpus}, by default
 * 1. With the same number of threads and the same kernels of OpenBLAS, which depend on the
 * processor, members are bit for bit those of training on one machine. The machine of each is
 * recorded; a warning is logged if executors differ, before anything is trained for those that are
 * there at the start. In local mode the executor is this JVM, whose number of OpenMP threads is
 * changed.
 *
 * <p>A task that fails, or whose executor is lost, is retried by Spark and gives the same member.
 * If it fails {@code spark.task.maxFailures} times, training ends with an exception with the
 * member's number and the cause; finished members remain in the folder of {@code resumeIn}. (Plain
 * {@code local[n]} never retries, {@code local[n,4]} does.) If the thread that called {@code fit}
 * is interrupted, the tasks are cancelled.
 *
 * <p>Members cannot have listeners, which are objects of this JVM. Early stopping works; its
 * examples are sent. Needs ND4J's CPU backend. For flags of the JVM see {@link SparkStart}.
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
   * {@return training on a cluster, for the builders of trainers}
   *
   * @param context the connection to the cluster; not closed
   */
  public static SparkTraining on(JavaSparkContext context) {
    Preconditions.checkArgument(context != null, "context must not be null");
    return new SparkTraining(context, null);
  }

  /**
   * {@return the same, with results returned through a folder instead of through Spark}
   *
   * <p>Executors write results there; the driver reads and deletes one after the other. For
   * networks that are large compared with the driver's heap.
   *
   * @param folder a folder that all machines see under this path
   * @throws IllegalArgumentException if it is not a folder on this machine
   */
  public SparkTraining through(File folder) {
    Preconditions.checkArgument(
        folder != null && folder.isDirectory(),
        "folder must be one that all machines see, got %s, which is not a folder on this machine",
        folder);
    return new SparkTraining(context, folder.getAbsoluteFile());
  }

  /**
   * {@return the machines of the latest training by the member's index, from 0 on, without members
   * that were already in the folder of {@code resumeIn}; for a search by the trial's number, the
   * machine that trained it last}
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
    ClusterSession<S, R> session =
        new ClusterSession<>(context, job, context.broadcast(packed), folder, this::record);
    try {
      session.compareAll();
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
    return session;
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
