package io.github.dl4jx.ensembles;

import org.deeplearning4j.nn.api.Model;

/** Is called for each trained member of an ensemble. */
@FunctionalInterface
public interface EnsembleListener {

  /**
   * Called when a member is trained: once for each member, in the order in which they finish, in
   * the thread that trains the ensemble. An exception stops the training.
   *
   * @param member index of the member, from 0 on
   * @param finished number of trained members, this one included
   * @param members number of members in all, at most
   * @param network the member; not to be changed, and valid during this call only
   */
  void memberTrained(int member, int finished, int members, Model network);
}
