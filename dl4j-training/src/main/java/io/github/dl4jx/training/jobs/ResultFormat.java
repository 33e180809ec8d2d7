package io.github.dl4jx.training.jobs;

import io.github.dl4jx.training.network.RegularFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * How a result is written, to be kept or sent, and read back.
 *
 * @param <R> type of the result
 */
public interface ResultFormat<R> extends Serializable {

  /**
   * How the names of files end.
   *
   * @return an extension without its dot
   */
  String extension();

  /**
   * Writes a result; called where the task ran.
   *
   * @param result the result
   * @return its bytes
   * @throws IOException if it cannot be written
   */
  byte[] write(R result) throws IOException;

  /**
   * Reads a result, whose bytes are not to be trusted.
   *
   * @param bytes what {@link #write} gave
   * @param name what to call it in messages
   * @return the result
   * @throws IOException if it is damaged or holds what is not allowed; the message has the name
   */
  R read(byte[] bytes, String name) throws IOException;

  /**
   * Reads a result from a file.
   *
   * @param file what {@link #write} gave
   * @return the result
   * @throws IOException if it is damaged or holds what is not allowed; the message names the file
   */
  default R read(Path file) throws IOException {
    try (InputStream in = RegularFiles.open(file)) {
      return read(in.readAllBytes(), file.toString());
    }
  }

  /**
   * Releases a result that is not handed out, as another task has failed.
   *
   * @param result a result, whose memory may be off-heap
   */
  default void release(R result) {}
}
