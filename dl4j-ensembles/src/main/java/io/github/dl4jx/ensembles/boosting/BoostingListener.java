package io.github.dl4jx.ensembles.boosting;

/** Is told of the rounds of boosting. */
@FunctionalInterface
public interface BoostingListener {

  /**
   * A round is done and its member is part of the ensemble. Called from the thread that trains the
   * ensemble, in order, for members out of a folder, too; an exception stops the training.
   *
   * @param round index of the round and of its member, from 0 on
   * @param error what the trainer measures of the round: see {@link AdaBoost} and {@link
   *     GradientBoosting}
   * @param weight the member's weight in the ensemble
   */
  void roundDone(int round, double error, double weight);
}
