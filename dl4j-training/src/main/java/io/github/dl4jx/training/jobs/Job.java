package io.github.dl4jx.training.jobs;

/**
 * Tasks that do not depend on each other, and what they share.
 *
 * @param <S> type of what all tasks share
 * @param <R> type of the results
 */
public interface Job<S, R> {

  /** {@return what is done, with its settings, for logs: {@code Bagging of 3}} */
  String name();

  /** {@return what messages call a task, a word of small letters: {@code member}} */
  String unit();

  /** {@return how many tasks there are, at least 1} */
  int size();

  /**
   * A task.
   *
   * @param index from 0 on
   * @return the same task each time
   */
  Task<S, R> task(int index);

  /** {@return what all tasks share, not to be changed} */
  S shared();

  /**
   * What all tasks share, to be sent to other machines.
   *
   * @return a copy of it
   * @throws IllegalArgumentException if it, or a task, cannot be sent
   */
  Packed<S> packed();

  /** {@return how results are written and read back} */
  ResultFormat<R> format();
}
