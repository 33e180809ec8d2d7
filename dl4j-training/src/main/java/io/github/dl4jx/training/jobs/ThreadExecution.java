package io.github.dl4jx.training.jobs;

import io.github.dl4jx.random.internal.Arguments;
import org.nd4j.common.base.Preconditions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks in the threads that wait for them. */
final class ThreadExecution implements Execution {

  private static final Logger log = LoggerFactory.getLogger(ThreadExecution.class);

  private final int parallelism;

  ThreadExecution(int parallelism) {
    Preconditions.checkArgument(parallelism >= 1, "parallelism must be >= 1, got %s", parallelism);
    this.parallelism = parallelism;
  }

  @Override
  public <S, R> Session<S, R> open(Job<S, R> job) {
    Arguments.notNull("job", job);
    if (parallelism > 1 && !"1".equals(System.getenv("OMP_NUM_THREADS"))) {
      log.info(
          "Training {} networks side by side: with OMP_NUM_THREADS=1 in the environment they do"
              + " not compete for the processor's cores",
          parallelism);
    }
    S shared = job.shared();
    return new Session<>() {
      @Override
      public int parallelism() {
        return parallelism;
      }

      @Override
      public R run(int index, Task<S, R> task) {
        return task.run(shared);
      }

      @Override
      public void close() {}
    };
  }
}
