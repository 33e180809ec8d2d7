package io.github.dl4jx.training.jobs;

import java.io.Serializable;

/**
 * One task of a {@link Job}: a function of its own fields and of what all tasks share, so that it
 * gives the same result wherever it runs.
 *
 * @param <S> type of what all tasks share
 * @param <R> type of the result
 */
@FunctionalInterface
public interface Task<S, R> extends Serializable {

  /**
   * Does the work in this thread; interrupting the thread stops it soon.
   *
   * @param shared what all tasks of the job share: not to be changed
   * @return the result
   * @throws java.util.concurrent.CancellationException if the thread was interrupted
   */
  R run(S shared);
}
