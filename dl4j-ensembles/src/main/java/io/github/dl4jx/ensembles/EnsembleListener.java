package io.github.dl4jx.ensembles;

import org.deeplearning4j.nn.api.Model;

/** Is told how the training of an ensemble gets on. */
@FunctionalInterface
public interface EnsembleListener {

  /**
   * A member is there. Called from the thread that trains the ensemble, once for each member, in
   * the order in which they finish; an exception stops the training.
   *
   * @param member index of the member, from 0 on
   * @param finished how many are there, this one included
   * @param members how many there will be, at most
   * @param network the member; not to be changed, and valid during this call only
   */
  void memberTrained(int member, int finished, int members, Model network);
}
