package io.github.dl4jx.studies;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.nd4j.linalg.factory.Nd4j;

/** Threads of this machine, one a processor. */
final class SideBySide implements Workplace {

  @Override
  public void make(List<StudyRun> runs) throws IOException {
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<Void>> pending = new ArrayList<>();
      runs.forEach(run -> pending.add(threads.submit(() -> make(run))));
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
  private static Void make(StudyRun run) throws Exception {
    try {
      run.keeper().keep(run.maker().make());
      return null;
    } finally {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }
}
