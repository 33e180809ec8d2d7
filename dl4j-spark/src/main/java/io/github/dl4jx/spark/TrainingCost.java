package io.github.dl4jx.spark;

/** What a {@link SparkDataParallel} has cost. */
public final class TrainingCost {

  private final int iterations;
  private final double seconds;
  private final long messages;
  private final long bytes;

  TrainingCost(int iterations, double seconds, long messages, long bytes) {
    this.iterations = iterations;
    this.seconds = seconds;
    this.messages = messages;
    this.bytes = bytes;
  }

  /** With one more stretch. */
  TrainingCost plus(int moreIterations, double moreSeconds, long moreMessages, long moreBytes) {
    return new TrainingCost(
        iterations + moreIterations,
        seconds + moreSeconds,
        messages + moreMessages,
        bytes + moreBytes);
  }

  /** {@return the number of iterations} */
  public int iterations() {
    return iterations;
  }

  /**
   * {@return how long they took, without the beginnings and ends of stretches, in which state goes
   * out and comes back}
   */
  public double seconds() {
    return seconds;
  }

  /** {@return the number of messages; what goes to several workers counts for each} */
  public long messages() {
    return messages;
  }

  /** {@return the size of all workers' messages and their frames in bytes, without TCP's} */
  public long bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return iterations
        + " iterations, "
        + Math.round(seconds)
        + " s, "
        + messages
        + " messages, "
        + bytes
        + " bytes";
  }
}
