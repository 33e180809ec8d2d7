package io.github.dl4jx.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import org.apache.spark.network.util.IOMode;
import org.apache.spark.network.util.NettyUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers in this JVM, strangers on plain sockets. */
@Timeout(60)
class PeersTest {

  private static final String HOST = "127.0.0.1";
  private static final byte[] TOKEN =
      "thirty-two secret bytes, or more".getBytes(StandardCharsets.UTF_8);
  private static final int LARGEST = 1 << 20;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final AtomicBoolean cancelled = new AtomicBoolean();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private Peers peers(int index, int workers, byte[] token, Duration patience) throws IOException {
    Peers peers = new Peers(index, workers, HOST, token, LARGEST, patience, cancelled::get);
    open.add(peers);
    return peers;
  }

  /** All workers, connected. */
  private List<Peers> mesh(int workers, Duration patience) throws Exception {
    List<Peers> all = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      all.add(peers(w, workers, TOKEN, patience));
    }
    connect(all);
    return all;
  }

  private static void connect(List<Peers> all) throws Exception {
    List<InetSocketAddress> addresses = all.stream().map(Peers::address).toList();
    CompletableFuture<?>[] connecting =
        all.stream()
            .map(
                peers ->
                    CompletableFuture.runAsync(() -> peers.connect(addresses), PeersTest::start))
            .map(future -> (CompletableFuture<?>) future)
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(connecting).get(30, TimeUnit.SECONDS);
  }

  private static void start(Runnable work) {
    new Thread(work, "worker").start();
  }

  private static ByteBuffer message(int length, int start) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (start + 31 * i);
    }
    return ByteBuffer.wrap(bytes);
  }

  @Test
  void send_anyPair_arrivesWholeAndInOrder() throws Exception {
    List<Peers> all = mesh(4, Duration.ofSeconds(20));
    for (int round = 0; round < 3; round++) {
      int length = new int[] {1, 70_000, LARGEST}[round];
      for (Peers from : all) {
        for (int to = 0; to < 4; to++) {
          if (to != from.index()) {
            from.send(to, message(length, 10 * from.index() + to));
          }
        }
      }
      for (Peers to : all) {
        for (int from = 0; from < 4; from++) {
          if (from != to.index()) {
            assertThat(to.receive(from)).isEqualTo(message(length, 10 * from + to.index()));
          }
        }
      }
    }
    // four bytes of the length, nine of the header
    assertThat(all.get(0).bytes()).isEqualTo(3L * (3 * 13 + 1 + 70_000 + LARGEST));
    assertThat(all.get(0).messages()).isEqualTo(9);
  }

  /** What a stranger sends, and how its connection ends. */
  private static void stranger(Peers server, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      socket.setSoTimeout(20_000);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      in.readFully(new byte[4 + 6 + 32]); // the server's nonce
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
      socket.shutdownOutput();
      assertThat(in.read()).as("the connection is closed, without an answer").isNegative();
    } catch (java.net.SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  private static byte[] frame(int length, byte[] content) {
    return ByteBuffer.allocate(4 + content.length).putInt(length).put(content).array();
  }

  private static byte[] hello(int client, int server, byte[] proof) {
    byte[] magic = "dl4jx".getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(magic.length + 1 + 8 + 32 + proof.length)
        .put(magic)
        .put((byte) 1)
        .putInt(client)
        .putInt(server)
        .put(new byte[32])
        .put(proof)
        .array();
  }

  @Test
  void strangers_anythingTheySend_isRefusedAndChangesNothing() throws Exception {
    List<Peers> all = new ArrayList<>();
    for (int w = 0; w < 2; w++) {
      all.add(peers(w, 2, TOKEN, Duration.ofSeconds(20)));
    }
    byte[] garbage = message(500, 3).array();
    byte[] forged = hello(1, 0, new byte[32]);
    byte[] otherVersion = forged.clone();
    otherVersion[5] = 2;
    List<byte[]> attacks =
        List.of(
            garbage,
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8),
            frame(Integer.MAX_VALUE, garbage), // no memory is taken for it
            frame(-1, garbage),
            frame(0, new byte[0]),
            Arrays.copyOf(frame(forged.length, forged), 20), // truncated
            frame(forged.length, forged),
            frame(otherVersion.length, otherVersion),
            new byte[0]);
    for (byte[] attack : attacks) {
      stranger(all.get(0), attack);
    }
    connect(all);
    for (byte[] attack : attacks) {
      stranger(all.get(0), attack);
    }
    all.get(1).send(0, message(1000, 1));
    assertThat(all.get(0).receive(1)).isEqualTo(message(1000, 1));
  }

  @Test
  void connect_otherToken_isRefusedOnBothSides() throws IOException {
    Peers server = peers(0, 2, TOKEN, Duration.ofSeconds(2));
    byte[] other = TOKEN.clone();
    other[31] ^= 1;
    Peers client = peers(1, 2, other, Duration.ofSeconds(2));
    List<InetSocketAddress> addresses = List.of(server.address(), client.address());
    assertThatThrownBy(() -> client.connect(addresses))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("worker 0 did not connect within 2 s");
  }

  @Test
  void connect_nobodyThere_isNamed() throws Exception {
    Peers server = peers(0, 2, TOKEN, Duration.ofSeconds(10));
    InetSocketAddress gone = server.address();
    server.close();
    Peers client = peers(1, 2, TOKEN, Duration.ofSeconds(10));
    assertThatThrownBy(() -> client.connect(List.of(gone, client.address())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("worker 0 cannot be reached")
        .hasMessageContaining(String.valueOf(gone.getPort()));
  }

  @Test
  void receive_silentWorker_timesOutWithItsName() throws Exception {
    List<Peers> all = mesh(2, Duration.ofSeconds(1));
    assertThatThrownBy(() -> all.get(0).receive(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("worker 1 \\(.*127.0.0.1.*\\) did not send a message within 1 s");
  }

  /** The worker may have died before it could connect: nothing else would tell. */
  @Test
  void connect_taskCancelled_endsAtOnce() throws IOException {
    Peers server = peers(0, 2, TOKEN, Duration.ofMinutes(5));
    cancelled.set(true);
    assertThatThrownBy(() -> server.connect(List.of(server.address(), server.address())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("worker 1 did not connect before the task was cancelled");
  }

  @Test
  void receive_workerGone_failsAtOnceWithItsName() throws Exception {
    List<Peers> all = mesh(3, Duration.ofMinutes(5));
    all.get(2).close();
    assertThatThrownBy(() -> all.get(0).receive(2))
        .hasMessageMatching("worker 2 \\(.*\\) has closed the connection");
  }

  @Test
  void fail_reasonReachesTheOthers() throws Exception {
    List<Peers> all = mesh(2, Duration.ofMinutes(5));
    all.get(1).send(0, message(10, 0));
    all.get(1).fail(new IllegalArgumentException("no labels"));
    all.get(1).close();
    assertThat(all.get(0).receive(1)).isEqualTo(message(10, 0)); // what came before counts
    assertThatThrownBy(() -> all.get(0).receive(1))
        .hasMessageContaining("has failed: java.lang.IllegalArgumentException: no labels");
  }

  /** A worker that has the token, and sends what it should not. */
  private Channel worker(Peers server) throws InterruptedException {
    EventLoopGroup loop = NettyUtils.createEventLoop(IOMode.NIO, 1, "test");
    CountDownLatch known = new CountDownLatch(1);
    Channel channel =
        new Bootstrap()
            .group(loop)
            .channel(NettyUtils.getClientChannelClass(IOMode.NIO))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    Handshake.client(
                        connection,
                        new Handshake.Secret(TOKEN),
                        1,
                        0,
                        (opened, worker) -> known.countDown());
                  }
                })
            .connect(server.address())
            .sync()
            .channel();
    open.add(() -> loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync());
    assertThat(known.await(20, TimeUnit.SECONDS)).isTrue();
    return channel;
  }

  private static ByteBuf message(byte kind, int number, byte[] content, int damage) {
    CRC32 crc = new CRC32();
    crc.update(kind);
    crc.update(ByteBuffer.allocate(4).putInt(number).flip());
    crc.update(content);
    return Unpooled.buffer()
        .writeInt(9 + content.length)
        .writeByte(kind)
        .writeInt(number)
        .writeInt((int) crc.getValue() ^ damage)
        .writeBytes(content);
  }

  private void assertRefused(ByteBuf sent, String why) throws Exception {
    Peers server = peers(0, 2, TOKEN, Duration.ofSeconds(20));
    CompletableFuture<Void> connecting =
        CompletableFuture.runAsync(
            () ->
                server.connect(
                    List.of(
                        server.address(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))),
            PeersTest::start);
    Channel worker = worker(server);
    connecting.get(20, TimeUnit.SECONDS);
    worker.writeAndFlush(sent).sync();
    if (!sent.isReadable()) {
      worker.close().sync();
    }
    assertThatThrownBy(() -> server.receive(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("worker 1 (/127.0.0.1:")
        .hasMessageContaining(why);
  }

  @Test
  void receive_badFramesOfAWorker_endTheConnectionWithItsName() throws Exception {
    byte[] content = message(100, 1).array();
    assertRefused(message((byte) 0, 0, content, 1), "its checksum is wrong");
    assertRefused(message((byte) 0, 1, content, 0), "has sent frame 1 in the place of 0");
    assertRefused(message((byte) 7, 0, content, 0), "of the unknown kind 7");
    assertRefused(Unpooled.buffer().writeInt(3).writeBytes(new byte[3]), "without a header");
    assertRefused(
        Unpooled.buffer().writeInt(Integer.MAX_VALUE).writeBytes(content), "TooLongFrameException");
    assertRefused(Unpooled.buffer().writeInt(-5).writeBytes(content), "TooLongFrameException");
  }

  @Test
  void connect_sameWorkerTwice_secondIsRefused() throws Exception {
    List<Peers> all = mesh(2, Duration.ofSeconds(20));
    Channel second = worker(all.get(0));
    assertThat(second.closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
    all.get(1).send(0, message(10, 5));
    assertThat(all.get(0).receive(1)).isEqualTo(message(10, 5));
  }
}
