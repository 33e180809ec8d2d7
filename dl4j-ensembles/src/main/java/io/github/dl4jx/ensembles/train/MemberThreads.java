package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Networks;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains members side by side and collects them in order. */
final class MemberThreads {

  private static final Logger log = LoggerFactory.getLogger(MemberThreads.class);

  private MemberThreads() {}

  /**
   * Trains {@code members} networks on {@code parallelism} threads.
   *
   * @param training is told of every member that is there
   * @param trainer trains the member of an index; must depend on the index only
   * @return the networks, in the order of their indices
   * @throws IllegalStateException if a member failed or the caller was interrupted; the others are
   *     then stopped and released
   */
  static List<Model> train(
      int members, int parallelism, MemberTraining training, IntFunction<? extends Model> trainer) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(parallelism, members),
            task -> {
              Thread thread = new Thread(task, "dl4jx-member");
              thread.setDaemon(true);
              return thread;
            });
    Model[] trained = new Model[members];
    CompletionService<Integer> completion = new ExecutorCompletionService<>(threads);
    for (int m = 0; m < members; m++) {
      int index = m;
      completion.submit(
          () -> {
            trained[index] = trainOne(index, trainer);
            return index;
          });
    }
    try {
      for (int finished = 1; finished <= members; finished++) {
        int member = completion.take().get();
        training.report(member, finished, members, trained[member]);
      }
      threads.shutdown();
      return List.of(trained);
    } catch (ExecutionException e) {
      stop(threads, trained);
      throw new IllegalStateException(
          "training one of " + members + " members failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      stop(threads, trained);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while training " + members + " members", e);
    } catch (RuntimeException | Error e) { // the listener's
      stop(threads, trained);
      throw e;
    }
  }

  private static Model trainOne(int index, IntFunction<? extends Model> trainer) {
    try {
      return trainer.apply(index);
    } catch (RuntimeException e) {
      throw new IllegalStateException("member " + (index + 1) + ": " + e, e);
    } finally {
      // workspaces belong to a thread: those of a pool's thread would stay when it ends
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }

  private static void stop(ExecutorService threads, Model[] trained) {
    threads.shutdownNow();
    try {
      // each stops after the step it is at
      if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
        Arrays.stream(trained).filter(Objects::nonNull).forEach(Networks::release);
      } else {
        log.warn("Members are still being trained; their memory is left to the garbage collector");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
