package io.github.dl4jx.training.network;

import java.io.IOException;
import org.nd4j.common.base.Preconditions;

/** The memory that reading one file may take, all of its parts together. */
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
   * Reserves memory before it is allocated.
   *
   * @param what what it is for, for the message
   * @param bytes how much, at least 0
   * @throws IllegalArgumentException if what is null, or bytes below 0
   * @throws IOException if less is left; nothing is reserved then
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

  /** {@return how many bytes are left} */
  public long left() {
    return left;
  }
}
