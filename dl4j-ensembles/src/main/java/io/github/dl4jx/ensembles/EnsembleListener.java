package io.github.dl4jx.ensembles;

import org.deeplearning4j.nn.api.Model;

/**
 * Is told how far the training of an ensemble is.
 *
 * <pre>{@code
 * Bagging.of(conf).members(10).progress(
 *     new EnsembleListener() {
 *       public void epochTrained(int member, int epoch, int epochs, double score) { .. }
 *       public void memberTrained(int member, int finished, int members, Model network) { .. }
 *     });
 * }</pre>
 *
 * <p>Nothing of this is needed to see the progress: it is logged, at most every ten seconds.
 */
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

  /**
   * Called when a member has finished an epoch, in the thread that trains it; no two methods of a
   * listener run at the same time. The next member may have begun when {@link #memberTrained} is
   * called. Members that are trained in other processes, as on Spark, are not heard. By default
   * nothing happens; an exception fails the member.
   *
   * @param member index of the member, from 0 on
   * @param epoch number of its finished epochs, this one included
   * @param epochs how many it has, at most
   * @param score the loss of its last minibatch
   */
  default void epochTrained(int member, int epoch, int epochs, double score) {}
}
