package io.github.dl4jx.ensembles.train;

import org.deeplearning4j.nn.api.Model;

/**
 * Where the members of an ensemble are trained, if not on threads of this machine.
 *
 * <p>Members do not depend on each other, and each is a function of its task and the data. An
 * execution must give what {@link MemberTask#train} gives, wherever that is called. Finished
 * members are collected, told to the listener and kept in the folder of {@code resumeIn} by the
 * trainer.
 */
public interface MemberExecution {

  /**
   * Makes ready to train the members of a job.
   *
   * @param job what is trained
   * @return what trains them; closed by the caller when the training is over or has failed
   * @throws IllegalArgumentException if a setting of the job cannot be had with this execution;
   *     nothing is started then
   */
  Session open(MemberJob job);

  /** The training of one job's members. */
  interface Session extends AutoCloseable {

    /**
     * How many members may be waited for at once.
     *
     * @return number of threads that call {@link #train}, at least 1
     */
    int parallelism();

    /**
     * Trains a member and waits for it; called from several threads.
     *
     * @param task the member
     * @return its network, to be released by the caller
     * @throws IllegalStateException if its training failed; the message has the cause
     * @throws java.util.concurrent.CancellationException if the thread was interrupted; the member
     *     is then stopped
     */
    Model train(MemberTask task);

    @Override
    void close();
  }
}
