package io.github.dl4jx.training.guard;

import org.nd4j.linalg.api.ops.executioner.OpExecutioner;

/** The place where ND4J keeps the executioner of all operations. */
interface ExecutionerSlot {

  /** The current executioner. */
  OpExecutioner get();

  /**
   * Replaces the executioner in one atomic step.
   *
   * @param expected the current one; if another one is current, nothing is done
   * @param replacement the new one
   * @return whether it was replaced
   * @throws ReflectiveOperationException if the place cannot be reached
   */
  boolean replace(OpExecutioner expected, OpExecutioner replacement)
      throws ReflectiveOperationException;
}
