package io.github.dl4jx.training.jobs;

/**
 * Tasks that do not depend on each other, and what they share.
 *
 * @param <S> type of what all tasks share
 * @param <R> type of the results
 */
public interface Job<S, R> {

  /**
   * What is done, for logs.
   *
   * @return a name with its settings, such as {@code Bagging of 3}
   */
  String name();

  /**
   * What messages call a task.
   *
   * @return a noun, such as {@code member}
   */
  String unit();

  /**
   * How many tasks there are.
   *
   * @return at least 1
   */
  int size();

  /**
   * A task.
   *
   * @param index from 0 on
   * @return the same task each time
   */
  Task<S, R> task(int index);

  /**
   * What all tasks share.
   *
   * @return not to be changed
   */
  S shared();

  /**
   * What all tasks share, to be sent to other machines.
   *
   * @return a copy of it
   * @throws IllegalArgumentException if it, or a task, cannot be sent
   */
  Packed<S> packed();

  /**
   * How results are written and read back.
   *
   * @return the format
   */
  ResultFormat<R> format();
}
