package io.github.dl4jx.training.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A thread for every worker, and steps that all of them make.
 *
 * <p>Workers never wait for each other: the caller waits for all of them between two steps. So a
 * worker that fails leaves none waiting.
 */
final class WorkerThreads implements AutoCloseable {

  /** What a worker does. */
  interface Task {
    void run(int worker) throws Exception;
  }

  /** A step that was started. */
  interface Step {

    /**
     * Waits until all workers have finished it.
     *
     * @throws IllegalStateException with the exception of the first worker that failed as its cause
     */
    void await();
  }

  /** More threads than any machine has cores; each has a network of its own. */
  static final int MOST_WORKERS = 1024;

  private final List<ExecutorService> threads = new ArrayList<>();

  WorkerThreads(int workers) {
    for (int w = 0; w < workers; w++) {
      String name = "dl4jx-worker-" + w;
      threads.add(
          Executors.newSingleThreadExecutor(
              task -> {
                Thread thread = new Thread(task, name);
                thread.setDaemon(true);
                return thread;
              }));
    }
  }

  /** Checks a number of workers before anything is allocated for each of them. */
  static void checkCount(int least, int number) {
    Preconditions.checkArgument(number >= least, "workers must be >= %s, got %s", least, number);
    Preconditions.checkArgument(
        number <= MOST_WORKERS, "workers must be <= %s, got %s", MOST_WORKERS, number);
  }

  /**
   * Starts a step.
   *
   * @param workers number of workers, from the first, that make it
   * @param what they do, for the message of a failure
   */
  Step start(int workers, String what, Task task) {
    List<Future<?>> pending = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      int worker = w;
      pending.add(
          threads
              .get(w)
              .submit(
                  () -> {
                    task.run(worker);
                    return worker;
                  }));
    }
    return () -> await(pending, what);
  }

  /** Starts a step and waits for it. */
  void run(int workers, String what, Task task) {
    start(workers, what, task).await();
  }

  private void await(List<Future<?>> pending, String what) {
    @Nullable IllegalStateException failure = null;
    boolean interrupted = false;
    for (int w = 0; w < pending.size(); w++) {
      boolean done = false;
      while (!done) {
        try {
          pending.get(w).get();
          done = true;
        } catch (ExecutionException e) {
          done = true;
          Throwable cause = e.getCause();
          if (failure == null) {
            failure =
                new IllegalStateException(
                    cause + " (worker " + w + " of " + threads.size() + ", " + what + ")", cause);
          } else if (cause != null) {
            failure.addSuppressed(cause);
          }
        } catch (InterruptedException e) {
          interrupted = true; // a worker's memory must not be released while it works
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      if (failure == null) {
        failure = new IllegalStateException("interrupted during " + what);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Ends the threads and releases their workspaces; no step may be running. */
  @Override
  public void close() {
    for (ExecutorService thread : threads) {
      // workspaces belong to a thread: they would stay when it ends
      thread.execute(() -> Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread());
      thread.shutdown();
    }
    boolean interrupted = false;
    for (ExecutorService thread : threads) {
      boolean ended = false;
      while (!ended) {
        try {
          ended = thread.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
