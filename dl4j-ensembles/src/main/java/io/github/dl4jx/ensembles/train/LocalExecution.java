package io.github.dl4jx.ensembles.train;

import org.deeplearning4j.nn.api.Model;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains members on threads of this machine. */
final class LocalExecution implements MemberExecution {

  private static final Logger log = LoggerFactory.getLogger(LocalExecution.class);

  private final int parallelism;

  LocalExecution(int parallelism) {
    this.parallelism = parallelism;
  }

  @Override
  public Session open(MemberJob job) {
    if (parallelism > 1 && !"1".equals(System.getenv("OMP_NUM_THREADS"))) {
      log.info(
          "Training {} networks side by side: with OMP_NUM_THREADS=1 in the environment they do"
              + " not compete for the processor's cores",
          parallelism);
    }
    return new Session() {
      @Override
      public int parallelism() {
        return parallelism;
      }

      @Override
      public Model train(MemberTask task) {
        return job.trainHere(task);
      }

      @Override
      public void close() {}
    };
  }
}
