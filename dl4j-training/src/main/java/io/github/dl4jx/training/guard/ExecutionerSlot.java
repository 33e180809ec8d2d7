package io.github.dl4jx.training.guard;

import org.nd4j.linalg.api.ops.executioner.OpExecutioner;

/** The place that every operation takes its executioner from. */
interface ExecutionerSlot {

  /** The executioner that is there. */
  OpExecutioner get();

  /**
   * Replaces it in one atomic step.
   *
   * @param expected what must be there
   * @param replacement what shall be there
   * @return whether it was, and so is now
   * @throws ReflectiveOperationException if the place cannot be reached
   */
  boolean replace(OpExecutioner expected, OpExecutioner replacement)
      throws ReflectiveOperationException;
}
