package io.github.dl4jx.training.jobs;

import java.io.Serializable;

/**
 * What all tasks share, in a form that can be sent to another machine by Java's serialization or
 * any other.
 *
 * @param <S> type of what is shared
 */
public interface Packed<S> extends Serializable {

  /**
   * What was packed.
   *
   * @return the same object each time, for all tasks of a machine
   */
  S unpack();
}
