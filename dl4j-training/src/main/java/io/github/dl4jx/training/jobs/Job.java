package io.github.dl4jx.training.jobs;

import io.github.dl4jx.random.internal.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks that do not depend on each other, and what they share.
 *
 * <pre>{@code
 * try (Execution.Session<Data, Model> session = Execution.threads(2).open(job);
 *     KeptResults<Model> kept =
 *         KeptResults.in(folder, description, job.unit(), job.format())) {
 *   List<Model> models = job.run(session, kept, (index, finished, model) -> {});
 * }
 * }</pre>
 *
 * @param <S> type of what all tasks share
 * @param <R> type of the results
 */
public abstract class Job<S, R> {

  private static final Logger log = LoggerFactory.getLogger(Job.class);

  /** A job. */
  protected Job() {}

  /** {@return what is done, with its settings, for logs: {@code Bagging of 3}} */
  public abstract String name();

  /** {@return what messages call a task, a word of small letters: {@code member}} */
  public abstract String unit();

  /** {@return how many tasks there are, at least 1} */
  public abstract int size();

  /**
   * A task.
   *
   * @param index from 0 on
   * @return the same task each time
   */
  public abstract Task<S, R> task(int index);

  /** {@return what all tasks share, not to be changed} */
  public abstract S shared();

  /**
   * What all tasks share, to be sent to other machines.
   *
   * @return a copy of it
   * @throws IllegalArgumentException if it, or a task, cannot be sent
   */
  public abstract Packed<S> packed();

  /** {@return how results are written and read back} */
  public abstract ResultFormat<R> format();

  /**
   * Listens to results.
   *
   * @param <R> type of the results
   */
  @FunctionalInterface
  public interface Progress<R> {

    /**
     * A task has finished. Called from the thread that runs the job, in the order in which tasks
     * finish; an exception stops the job.
     *
     * @param index of the task, from 0 on
     * @param finished how many have finished, this one included
     * @param result the result; not to be changed, and valid during this call only
     */
    void finished(int index, int finished, R result);
  }

  /**
   * Runs the tasks that have no kept result yet.
   *
   * @param session where they run
   * @param kept results that are there already, and where others are put
   * @param progress is called for every task, those with kept results included
   * @return the results, in the order of the tasks
   * @throws IllegalStateException if a task failed, with its number and the cause, or the caller
   *     was interrupted; the others are then stopped and their results released
   */
  public final List<R> run(
      Execution.Session<S, R> session, KeptResults<R> kept, Progress<? super R> progress) {
    Arguments.notNull("session", session);
    Arguments.notNull("kept", kept);
    Arguments.notNull("progress", progress);
    int size = size();
    String unit = unit();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(session.parallelism(), size),
            task -> {
              Thread thread = new Thread(task, "dl4jx-" + unit);
              thread.setDaemon(true);
              return thread;
            });
    AtomicReferenceArray<R> results = new AtomicReferenceArray<>(size);
    CompletionService<Integer> completion = new ExecutorCompletionService<>(threads);
    for (int i = 0; i < size; i++) {
      int index = i;
      completion.submit(
          () -> {
            results.set(index, runOne(session, kept, index));
            return index;
          });
    }
    try {
      for (int finished = 1; finished <= size; finished++) {
        int index = completion.take().get();
        progress.finished(index, finished, results.get(index));
      }
      threads.shutdown();
      return list(results);
    } catch (ExecutionException e) {
      stop(threads, results);
      throw new IllegalStateException(
          "training one of " + size + " " + unit + "s failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      stop(threads, results);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while training " + size + " " + unit + "s", e);
    } catch (RuntimeException | Error e) { // the listener's
      stop(threads, results);
      throw e;
    }
  }

  private R runOne(Execution.Session<S, R> session, KeptResults<R> kept, int index) {
    try {
      return kept.get(index, () -> session.run(index, task(index)));
    } catch (RuntimeException | Error e) {
      throw new IllegalStateException(unit() + " " + (index + 1) + ": " + e, e);
    } finally {
      // workspaces belong to a thread: those of a pool's thread would stay when it ends
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }

  private void stop(ExecutorService threads, AtomicReferenceArray<R> results) {
    threads.shutdownNow();
    try {
      // each stops after the step it is at
      if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
        list(results).forEach(format()::release);
      } else {
        log.warn(
            "Some {}s are still being trained; their memory is left to the garbage collector",
            unit());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Those that are there, in order. */
  private static <R> List<R> list(AtomicReferenceArray<R> results) {
    List<R> list = new ArrayList<>();
    for (int i = 0; i < results.length(); i++) {
      if (Objects.nonNull(results.get(i))) {
        list.add(results.get(i));
      }
    }
    return list;
  }
}
