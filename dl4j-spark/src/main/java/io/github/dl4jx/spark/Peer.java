package io.github.dl4jx.spark;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Another worker, and the frames between it and this one.
 *
 * <pre>
 * frame:  length of the rest (int), kind (byte), number of the frame (int), CRC-32 (int), content
 * kind:   0 a message;  1 why the worker cannot go on, in UTF-8
 * </pre>
 *
 * <p>Numbers are big-endian, as on networks; the checksum is over the frame's number and content. A
 * frame that is too long is refused when its length is read, before it has memory; one that is
 * damaged, out of turn or unasked for ends the connection, and the training with the worker's name.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails reaches exceptionCaught
final class Peer {

  /** Kind, number and checksum. */
  static final int HEADER = 1 + 2 * Integer.BYTES;

  private static final byte MESSAGE = 0;
  private static final byte FAILURE = 1;
  private static final int LONGEST_TEXT = 1000;
  private static final int BYTES_OF_TEXT = 3 * LONGEST_TEXT;

  /** Workers are two messages ahead at most; one more is a failure's. */
  private static final int WAITING = 4;

  private static final long POLL_MILLIS = 100;

  final int worker;
  private final Duration patience;
  private final BooleanSupplier cancelled;
  private final CountDownLatch connection = new CountDownLatch(1);
  private final BlockingQueue<ByteBuf> received = new ArrayBlockingQueue<>(WAITING);
  private final CRC32 crcOfSent = new CRC32();

  private volatile @Nullable Channel channel;
  private volatile @Nullable String failure;
  private volatile boolean closing;
  private int sent;

  /** The message that is being read. */
  private @Nullable ByteBuf current;

  /**
   * A worker that is not connected yet.
   *
   * @param patience how long it may be silent
   * @param cancelled whether nobody waits for this worker's task any more
   */
  Peer(int worker, Duration patience, BooleanSupplier cancelled) {
    this.worker = worker;
    this.patience = patience;
    this.cancelled = cancelled;
  }

  /** The connection is there, and the other side has the token. */
  void connected(Channel open, int largest) {
    if (channel != null) {
      Handshake.refuse(open, "worker " + worker + " is connected already");
      return;
    }
    channel = open;
    open.pipeline()
        .addLast(
            new LengthFieldBasedFrameDecoder(
                Integer.BYTES + HEADER + Math.max(largest, BYTES_OF_TEXT),
                0,
                Integer.BYTES,
                0,
                Integer.BYTES))
        .addLast(new Receiver());
    connection.countDown();
  }

  /** What arrives. */
  private final class Receiver extends SimpleChannelInboundHandler<ByteBuf> {

    private final CRC32 crc = new CRC32();
    private int count;

    Receiver() {
      super(false); // a message is released when the next one is asked for
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
      String problem = take(frame);
      if (problem != null) {
        frame.release();
        fail(problem);
        context.close();
      }
    }

    private @Nullable String take(ByteBuf frame) {
      if (frame.readableBytes() < HEADER) {
        return "has sent a frame without a header";
      }
      byte kind = frame.readByte();
      int number = frame.readInt();
      int checksum = frame.readInt();
      if (checksum != checksum(crc, kind, number, frame.nioBuffer())) {
        return "has sent a damaged frame: its checksum is wrong";
      }
      if (number != count) {
        return "has sent frame " + number + " in the place of " + count;
      }
      count++;
      if (kind == FAILURE) {
        return "has failed: " + frame.toString(StandardCharsets.UTF_8);
      }
      if (kind != MESSAGE) {
        return "has sent a frame of the unknown kind " + kind;
      }
      return received.offer(frame) ? null : "has sent more than was asked for";
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      fail("has closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      fail("has broken the connection: " + cause);
      context.close();
    }
  }

  private static int checksum(CRC32 crc, byte kind, int number, ByteBuffer content) {
    crc.reset();
    crc.update(kind);
    for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      crc.update(number >>> shift);
    }
    crc.update(content);
    return (int) crc.getValue();
  }

  /** Waits until the worker is connected. */
  void awaitConnection() {
    await(() -> connection.await(POLL_MILLIS, TimeUnit.MILLISECONDS) ? this : null, "connect");
  }

  /** {@return the next message, which is valid until the next call} */
  ByteBuf receive() {
    release();
    ByteBuf message =
        await(() -> received.poll(POLL_MILLIS, TimeUnit.MILLISECONDS), "send a message");
    current = message;
    return message;
  }

  private void release() {
    if (current != null) {
      current.release();
      current = null;
    }
  }

  /** Something that is waited for a little. */
  private interface Wait<T> {
    @Nullable T poll() throws InterruptedException;
  }

  private <T> T await(Wait<T> wait, String what) {
    long start = System.nanoTime();
    try {
      while (true) {
        T result = wait.poll();
        if (result != null) {
          return result;
        }
        checkAlive();
        if (cancelled.getAsBoolean()) { // Spark does not interrupt the tasks of a barrier stage
          throw failed("did not " + what + " before the task was cancelled");
        }
        if (System.nanoTime() - start > patience.toNanos()) {
          throw failed("did not " + what + " within " + patience.toSeconds() + " s");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + this, e);
    }
  }

  private void checkAlive() {
    if (failure != null) {
      throw failed(failure);
    }
  }

  private IllegalStateException failed(@Nullable String how) {
    return new IllegalStateException(this + " " + how);
  }

  /**
   * Sends a message.
   *
   * @return the frame's size
   */
  int send(ByteBuffer message) {
    checkAlive();
    return write(MESSAGE, message.duplicate());
  }

  private int write(byte kind, ByteBuffer content) {
    Channel open = channel;
    if (open == null) {
      throw failed("is not connected");
    }
    int length = HEADER + content.remaining();
    ByteBuf frame = open.alloc().buffer(Integer.BYTES + length);
    int number = sent++;
    frame.writeInt(length).writeByte(kind).writeInt(number);
    frame.writeInt(checksum(crcOfSent, kind, number, content.duplicate()));
    frame.writeBytes(content);
    open.writeAndFlush(frame, open.voidPromise());
    return Integer.BYTES + length;
  }

  /** Tells it why this worker cannot go on. */
  void tell(String why) {
    if (channel != null && failure == null) {
      String text = why.length() > LONGEST_TEXT ? why.substring(0, LONGEST_TEXT) : why;
      write(FAILURE, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** The first reason counts: what comes later follows from it. */
  void fail(String how) {
    if (failure == null && !closing) {
      failure = how;
    }
  }

  void close() {
    closing = true;
    Channel open = channel;
    if (open != null) {
      open.close().awaitUninterruptibly();
    }
    release();
    received.forEach(ByteBuf::release);
    received.clear();
  }

  @Override
  public String toString() {
    Channel open = channel;
    return "worker " + worker + (open == null ? "" : " (" + open.remoteAddress() + ")");
  }
}
