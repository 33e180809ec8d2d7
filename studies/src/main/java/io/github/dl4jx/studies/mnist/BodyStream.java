package io.github.dl4jx.studies.mnist;

import io.github.dl4jx.studies.mnist.SourceException.Reach;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of a response, never longer than it may be and never silent for long.
 *
 * <p>The HTTP client knows no timeout once the head of the response has come, and its stream waits
 * for ever; closing the stream from outside ends the wait.
 */
final class BodyStream extends FilterInputStream {

  private static final Logger LOG = LoggerFactory.getLogger(BodyStream.class);

  /** Gzip adds less than this to what it cannot shrink: 18 bytes, a name, 5 bytes per 32 KiB. */
  private static final int GZIP_OVERHEAD = 4096;

  private static final int GZIP_OVERHEAD_DIVISOR = 1000;

  private final long limit;
  private final URI uri;
  private final Duration stall;
  private long total;
  private volatile boolean stalled;

  /**
   * Guards a body.
   *
   * @param size of the unpacked file in bytes
   * @param stall longest wait for the next byte
   */
  BodyStream(InputStream body, long size, URI uri, Duration stall) {
    super(body);
    this.limit = size + size / GZIP_OVERHEAD_DIVISOR + GZIP_OVERHEAD;
    this.uri = uri;
    this.stall = stall;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int n = read(one, 0, 1);
    return n < 0 ? n : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = readInTime(buffer, offset, length);
    total += Math.max(0, n);
    if (total > limit) {
      throw new SourceException(
          Reach.FILE, uri + " must be at most " + limit + " bytes long, and is longer", null);
    }
    return n;
  }

  private int readInTime(byte[] buffer, int offset, int length) throws IOException {
    CompletableFuture<Integer> alarm =
        new CompletableFuture<Integer>().orTimeout(stall.toMillis(), TimeUnit.MILLISECONDS);
    CompletableFuture<Integer> unused =
        alarm.whenComplete(
            (n, late) -> {
              if (late instanceof TimeoutException) {
                hangUp();
              }
            });
    try {
      return in.read(buffer, offset, length);
    } catch (IOException e) {
      if (stalled) {
        String message = uri + " sent nothing for " + stall.toMillis() + " ms";
        throw new SourceException(Reach.MOMENT, message, e);
      }
      throw e;
    } finally {
      alarm.complete(0);
    }
  }

  private void hangUp() {
    stalled = true;
    try {
      in.close();
    } catch (IOException e) {
      LOG.debug("closing {} failed; the read ends on its own", uri, e);
    }
  }
}
