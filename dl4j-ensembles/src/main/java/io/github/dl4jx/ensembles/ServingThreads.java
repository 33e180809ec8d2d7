package io.github.dl4jx.ensembles;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Calls the members of an ensemble in parallel, in the caller's thread and in a thread for each
 * further processor. All ensembles share these threads, which end, with their workspaces, when they
 * are idle for 10 seconds.
 */
final class ServingThreads {

  private static final int HELPERS = Runtime.getRuntime().availableProcessors() - 1;
  private static final int IDLE_SECONDS = 10;

  private static final ThreadPoolExecutor THREADS = threads();

  private ServingThreads() {}

  private static ThreadPoolExecutor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            Math.max(1, HELPERS),
            Math.max(1, HELPERS),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(() -> releasingWorkspaces(work), "dl4jx-ensemble");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Workspaces are off-heap memory of one thread, which does not end with the thread by itself. */
  private static void releasingWorkspaces(Runnable work) {
    try {
      work.run();
    } finally {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }

  /**
   * Calls a function with each member and returns the results, in order.
   *
   * <p>If calls fail, the exception of the first of these members is thrown, after all running
   * calls have ended: then the members may be released.
   */
  static <T> List<T> callAll(List<Model> members, Function<Model, T> call) {
    int size = members.size();
    AtomicReferenceArray<T> results = new AtomicReferenceArray<>(size);
    AtomicReferenceArray<Throwable> failures = new AtomicReferenceArray<>(size);
    AtomicInteger next = new AtomicInteger();
    Runnable work =
        () -> {
          for (int m = next.getAndIncrement(); m < size; m = next.getAndIncrement()) {
            try {
              results.set(m, call.apply(members.get(m)));
            } catch (RuntimeException | Error e) {
              failures.set(m, e);
              next.set(size); // no further calls
            }
          }
        };
    List<FutureTask<Void>> helpers = new ArrayList<>();
    for (int h = 0; h < Math.min(HELPERS, size - 1); h++) {
      FutureTask<Void> helper = new FutureTask<>(work, null);
      helpers.add(helper);
      THREADS.execute(helper);
    }
    work.run();
    helpers.forEach(ServingThreads::finish);
    for (int m = 0; m < size; m++) {
      rethrow(failures.get(m));
    }
    return IntStream.range(0, size).mapToObj(results::get).collect(Collectors.toList());
  }

  private static void rethrow(@Nullable Throwable failure) {
    if (failure instanceof Error) {
      throw (Error) failure;
    } else if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  /** Waits for a helper that has started; one that has not is cancelled. */
  private static void finish(FutureTask<Void> helper) {
    if (THREADS.remove(helper)) {
      return;
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          helper.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true; // the member is in use until its call ends
        } catch (ExecutionException e) {
          throw new IllegalStateException("a thread of the ensemble failed: " + e, e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
