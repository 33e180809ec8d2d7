package io.github.dl4jx.spark;

/** What workers have sent to each other over their network. */
public final class SentBytes {

  private final long messages;
  private final long bytes;

  SentBytes(long messages, long bytes) {
    this.messages = messages;
    this.bytes = bytes;
  }

  SentBytes plus(long moreMessages, long moreBytes) {
    return new SentBytes(messages + moreMessages, bytes + moreBytes);
  }

  /** {@return the number of messages; what goes to several workers counts for each} */
  public long messages() {
    return messages;
  }

  /** {@return the size of all messages and their frames in bytes, without TCP's} */
  public long bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return messages + " messages, " + bytes + " bytes";
  }
}
