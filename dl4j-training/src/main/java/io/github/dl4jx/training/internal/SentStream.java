package io.github.dl4jx.training.internal;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import org.nd4j.common.base.Preconditions;

/** A stream that the machines of a cluster open. */
public final class SentStream {

  private SentStream() {}

  /**
   * Refuses a source that cannot be sent.
   *
   * @param source opens the stream
   * @throws IllegalArgumentException if it, or what it refers to, is not serializable
   */
  public static void check(Object source) {
    Preconditions.checkArgument(
        source instanceof Serializable,
        "a stream is opened by the machines of the cluster: its source must be serializable, as an"
            + " IteratorFactory is, got a %s, which cannot be sent",
        source.getClass().getName());
    try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
      out.writeObject(source);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "a stream's source must refer to what can be sent to another machine only, got " + e, e);
    }
  }
}
