package io.github.dl4jx.training.parallel;

/** What the workers of a {@link OneBitDataParallel} have sent so far. */
public final class Traffic {

  private final long iterations;
  private final long messages;
  private final long bytes;

  Traffic(long iterations, long messages, long bytes) {
    this.iterations = iterations;
    this.messages = messages;
    this.bytes = bytes;
  }

  Traffic plus(int moreMessages, int bytesOfEach) {
    return new Traffic(
        iterations + 1, messages + moreMessages, bytes + (long) moreMessages * bytesOfEach);
  }

  /**
   * Number of iterations.
   *
   * @return the number, from 0 on
   */
  public long iterations() {
    return iterations;
  }

  /**
   * Number of messages: one a worker and iteration, but none of a worker without a minibatch.
   *
   * @return the number, from 0 on
   */
  public long messages() {
    return messages;
  }

  /**
   * Size of all messages, each counted once: over a network without multicast it is sent to each of
   * the other workers.
   *
   * @return a number of bytes, from 0 on
   */
  public long bytes() {
    return bytes;
  }

  /**
   * Mean size of a message: what a worker sends in an iteration.
   *
   * @return a number of bytes; NaN before the first message
   */
  public double bytesPerMessage() {
    return messages == 0 ? Double.NaN : (double) bytes / messages;
  }

  @Override
  public String toString() {
    return iterations + " iterations, " + messages + " messages, " + bytes + " bytes";
  }
}
