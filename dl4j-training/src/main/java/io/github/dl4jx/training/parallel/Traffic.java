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

  /** With those of one more iteration. */
  Traffic plus(int moreMessages, long moreBytes) {
    return new Traffic(iterations + 1, messages + moreMessages, bytes + moreBytes);
  }

  /** {@return the number of iterations} */
  public long iterations() {
    return iterations;
  }

  /**
   * {@return the number of messages: one for each worker and iteration, but none of a worker
   * without a minibatch; if they are quantized twice, one for each other worker's part, and one of
   * every worker with the sum of its own}
   */
  public long messages() {
    return messages;
  }

  /**
   * {@return the size of all messages in bytes, each counted once: over a network without multicast
   * it would be sent to every other worker, but for the parts that are quantized twice, which go to
   * one}
   */
  public long bytes() {
    return bytes;
  }

  /** {@return the mean size of a message in bytes, NaN before the first one} */
  public double bytesPerMessage() {
    return messages == 0 ? Double.NaN : (double) bytes / messages;
  }

  @Override
  public String toString() {
    return iterations + " iterations, " + messages + " messages, " + bytes + " bytes";
  }
}
