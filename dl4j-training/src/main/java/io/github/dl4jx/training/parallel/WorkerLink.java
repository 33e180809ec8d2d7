package io.github.dl4jx.training.parallel;

import java.nio.ByteBuffer;

/**
 * How a worker of a data-parallel training reaches the others: the transport of a {@link
 * ParallelWorker}.
 *
 * <p>Messages from one worker to another arrive whole and in their order, once each. A worker is at
 * most two messages ahead of any other. All calls come from the worker's thread.
 */
public interface WorkerLink {

  /** {@return the worker's index, from 0 on} */
  int index();

  /** {@return the number of workers} */
  int workers();

  /**
   * Sends a message; it is not waited for.
   *
   * @param to index of another worker
   * @param message what to send, from its position to its limit, which stay; it may be changed when
   *     this returns
   * @throws IllegalStateException if the other worker is gone
   */
  void send(int to, ByteBuffer message);

  /**
   * Waits for the next message of another worker.
   *
   * @param from its index
   * @return the message, from position 0 on, little-endian; valid until the next one of that worker
   *     is waited for
   * @throws IllegalStateException if the other worker is gone, has failed or is silent for too long
   */
  ByteBuffer receive(int from);
}
