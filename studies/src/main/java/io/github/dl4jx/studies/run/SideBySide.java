package io.github.dl4jx.studies.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.nd4j.linalg.factory.Nd4j;

/** Runs of a study at the same time, one a processor. */
public final class SideBySide {

  private SideBySide() {}

  /**
   * Waits for all runs, which start in the given order.
   *
   * @throws IOException if one fails or the study is interrupted; the others are then stopped
   */
  public static void run(List<Callable<Void>> runs) throws IOException {
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<Void>> pending = new ArrayList<>();
      runs.forEach(run -> pending.add(threads.submit(() -> releasingWorkspaces(run))));
      for (Future<Void> run : pending) {
        run.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a run failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the study was interrupted; it goes on where it was when run again", e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** A pooled thread would keep its workspaces, which are off-heap, for as long as it lives. */
  private static Void releasingWorkspaces(Callable<Void> run) throws Exception {
    try {
      return run.call();
    } finally {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }
}
