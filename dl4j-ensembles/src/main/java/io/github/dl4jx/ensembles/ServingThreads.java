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
 * Asks the members of ensembles side by side: the caller and a thread for each further processor,
 * which all ensembles share. Threads without work end after a while, and their workspaces with
 * them.
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

  /** Workspaces belong to a thread and are off-heap: without this they would stay when it ends. */
  private static void releasingWorkspaces(Runnable work) {
    try {
      work.run();
    } finally {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }

  /**
   * What each of some members answers, in order.
   *
   * <p>If members cannot, the exception of the first of them is thrown as it is, whichever thread
   * asked it, and once no member is being asked any more: their memory may be released then.
   */
  static <T> List<T> ask(List<Model> members, Function<Model, T> question) {
    int size = members.size();
    AtomicReferenceArray<T> answers = new AtomicReferenceArray<>(size);
    AtomicReferenceArray<Throwable> failures = new AtomicReferenceArray<>(size);
    AtomicInteger next = new AtomicInteger();
    Runnable work =
        () -> {
          for (int m = next.getAndIncrement(); m < size; m = next.getAndIncrement()) {
            try {
              answers.set(m, question.apply(members.get(m)));
            } catch (RuntimeException | Error e) {
              failures.set(m, e);
              next.set(size); // nothing new is begun
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
    return IntStream.range(0, size).mapToObj(answers::get).collect(Collectors.toList());
  }

  private static void rethrow(@Nullable Throwable failure) {
    if (failure instanceof Error) {
      throw (Error) failure;
    } else if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  /** Waits for a helper that has begun; one that has not is not needed any more. */
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
          interrupted = true; // the member's network is in use until it has answered
        } catch (ExecutionException e) {
          throw new IllegalStateException("a thread of the ensemble has failed: " + e, e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
