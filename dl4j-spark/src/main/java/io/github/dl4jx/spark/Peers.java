package io.github.dl4jx.spark;

import io.github.dl4jx.training.parallel.WorkerLink;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.spark.network.util.IOMode;
import org.apache.spark.network.util.NettyUtils;
import org.jspecify.annotations.Nullable;

/**
 * A worker's connections to all others, one for each pair, over TCP by Netty.
 *
 * <p>Every worker listens on its executor's address; the one with the higher index connects. Both
 * sides prove that they know the training's token ({@link Handshake}) before anything else is read;
 * until then a frame has at most {@link Handshake#MOST_BYTES} bytes. What fails is named by the
 * worker, its address and what it did.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails reaches exceptionCaught
final class Peers implements WorkerLink, AutoCloseable {

  private static final IOMode MODE = IOMode.NIO;
  private static final int CONNECT_MILLIS = 30_000;
  private static final int QUIET_MILLIS = 0;
  private static final int CLOSE_MILLIS = 5_000;

  private final int index;
  private final int largest;
  private final Handshake.Secret secret;
  private final EventLoopGroup loop;
  private final Channel server;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong messages = new AtomicLong();

  /** By index; the worker's own is null. */
  private final List<@Nullable Peer> peers = new ArrayList<>();

  private volatile Set<InetAddress> allowed = Set.of();

  /**
   * Starts to listen; nobody can connect yet.
   *
   * @param host own address
   * @param token that the workers of this training share
   * @param largest number of bytes of the largest message
   * @param patience how long a worker may be silent
   * @param cancelled whether nobody waits for this worker's task any more
   */
  Peers(
      int index,
      int workers,
      String host,
      byte[] token,
      int largest,
      Duration patience,
      BooleanSupplier cancelled)
      throws IOException {
    this.index = index;
    this.largest = largest;
    this.secret = new Handshake.Secret(token);
    for (int w = 0; w < workers; w++) {
      peers.add(w == index ? null : new Peer(w, patience, cancelled));
    }
    this.loop = NettyUtils.createEventLoop(MODE, 1, "dl4jx-worker-" + index);
    Channel channel =
        new ServerBootstrap()
            .group(loop)
            .channel(NettyUtils.getServerChannelClass(MODE))
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    accept(connection);
                  }
                })
            .bind(new InetSocketAddress(host, 0))
            .awaitUninterruptibly()
            .channel();
    if (!channel.isActive()) {
      loop.shutdownGracefully();
      throw new IOException("worker " + index + " cannot listen on " + host);
    }
    this.server = channel;
  }

  /** {@return the address on which others can connect, as host and port} */
  InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /**
   * Connects to all others.
   *
   * @param addresses theirs and its own, by index
   * @throws IllegalStateException if one cannot be reached, or does not know the token
   */
  void connect(List<InetSocketAddress> addresses) {
    Set<InetAddress> hosts = new HashSet<>();
    addresses.forEach(address -> hosts.add(address.getAddress()));
    allowed = hosts;
    for (int w = 0; w < index; w++) {
      Peer peer = peer(w);
      new Bootstrap()
          .group(loop)
          .channel(NettyUtils.getClientChannelClass(MODE))
          .option(ChannelOption.TCP_NODELAY, true)
          .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
          .handler(
              new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel connection) {
                  Handshake.client(connection, secret, index, peer.worker, Peers.this::connected);
                }
              })
          // from the own address: others know it
          .connect(addresses.get(w), new InetSocketAddress(address().getAddress(), 0))
          .addListener(
              done -> {
                if (!done.isSuccess()) {
                  peer.fail("cannot be reached: " + done.cause());
                }
              });
    }
    for (int w = 0; w < peers.size(); w++) {
      if (w != index) {
        peer(w).awaitConnection();
      }
    }
  }

  private void accept(Channel connection) {
    InetAddress from = ((InetSocketAddress) connection.remoteAddress()).getAddress();
    if (!allowed.isEmpty() && !allowed.contains(from)) {
      Handshake.refuse(connection, "its address is not that of a worker");
      return;
    }
    Handshake.server(connection, secret, index, peers.size(), this::connected);
  }

  /** A connection whose other side knows the token. */
  private void connected(Channel connection, int worker) {
    peer(worker).connected(connection, largest);
  }

  private Peer peer(int worker) {
    Peer peer = peers.get(worker);
    if (peer == null) {
      throw new IllegalArgumentException("worker " + worker + " does not write to itself");
    }
    return peer;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public int workers() {
    return peers.size();
  }

  @Override
  public void send(int to, ByteBuffer message) {
    bytes.addAndGet(peer(to).send(message));
    messages.incrementAndGet();
  }

  @Override
  public ByteBuffer receive(int from) {
    ByteBuf message = peer(from).receive();
    return message.nioBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Tells all others why this worker cannot go on. */
  void fail(Throwable problem) {
    for (Peer peer : peers) {
      if (peer != null) {
        peer.tell(String.valueOf(problem));
      }
    }
  }

  /** {@return number of messages sent} */
  long messages() {
    return messages.get();
  }

  /** {@return bytes sent, frames included} */
  long bytes() {
    return bytes.get();
  }

  @Override
  public void close() {
    server.close();
    for (Peer peer : peers) {
      if (peer != null) {
        peer.close();
      }
    }
    loop.shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_MILLIS);
  }
}
