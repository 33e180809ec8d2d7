package io.github.dl4jx.training.network;

import java.io.IOException;
import org.nd4j.common.base.Preconditions;

/** How much memory may still be taken for one file. Parts of the file share it. */
public final class MemoryBudget {

  private final long all;
  private long left;

  /**
   * A budget.
   *
   * @param bytes its size, at least 0
   */
  public MemoryBudget(long bytes) {
    Preconditions.checkArgument(bytes >= 0, "bytes must be >= 0, got %s", bytes);
    all = bytes;
    left = bytes;
  }

  /**
   * Takes memory, before it is really taken.
   *
   * @param what what for, for the message
   * @param bytes how much, at least 0
   * @throws IllegalArgumentException if what is null, or bytes below 0
   * @throws IOException if less is left; nothing is taken then
   */
  public void take(String what, long bytes) throws IOException {
    Preconditions.checkArgument(what != null, "what must not be null");
    Preconditions.checkArgument(bytes >= 0, "bytes must be >= 0, got %s", bytes);
    if (bytes > left) {
      throw new IOException(
          what
              + " must fit in the memory that the file may take, "
              + all
              + " bytes in all of which "
              + left
              + " are left (LoadPolicy.atMost(..) changes it), got "
              + bytes);
    }
    left -= bytes;
  }

  /**
   * What is left.
   *
   * @return bytes, at least 0
   */
  public long left() {
    return left;
  }
}
