package io.github.dl4jx.spark;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first frames of a connection, in which both sides prove that they know the token, which is
 * never sent.
 *
 * <pre>
 * server:  "dl4jx", version, server's nonce
 * client:  "dl4jx", version, client, server, client's nonce, HMAC(token, "client", all of these)
 * server:  "dl4jx", version, HMAC(token, "server", all of these)
 * </pre>
 *
 * <p>HMAC is HMAC-SHA256, a nonce 32 random bytes. Whoever sends anything else, or nothing for ten
 * seconds, is disconnected, with a line in the log.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails reaches exceptionCaught
final class Handshake extends SimpleChannelInboundHandler<ByteBuf> {

  /** The longest frame until both sides are known. */
  static final int MOST_BYTES = 128;

  private static final Logger log = LoggerFactory.getLogger(Handshake.class);

  private static final byte[] MAGIC = {'d', 'l', '4', 'j', 'x'};
  private static final byte VERSION = 1;
  private static final int NONCE = 32;
  private static final int PATIENCE_SECONDS = 10;
  private static final String ALGORITHM = "HmacSHA256";
  private static final String DECODER = "handshake-frames";
  private static final String TIMEOUT = "handshake-timeout";
  private static final byte SERVER = 's';
  private static final byte CLIENT = 'c';

  /** Called when the other side is known. */
  interface Known {
    void connected(Channel connection, int worker);
  }

  /** A token as a key. */
  static final class Secret {

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    Secret(byte[] token) {
      key = new SecretKeySpec(token, ALGORITHM);
    }

    private byte[] nonce() {
      byte[] nonce = new byte[NONCE];
      random.nextBytes(nonce);
      return nonce;
    }

    private byte[] proof(byte side, int client, int server, byte[] nonces) {
      try {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(key);
        mac.update(side);
        mac.update(ByteBuffer.allocate(2 * Integer.BYTES).putInt(client).putInt(server).flip());
        return mac.doFinal(nonces);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e); // every JDK has it
      }
    }
  }

  private final Secret secret;
  private final boolean isServer;
  private final int index;
  private final Known known;
  private final byte[] nonce;

  /** The other worker; of a server's, how many there are until it is known. */
  private int other;

  /** The server's nonce, then the client's, as far as they are known. */
  private byte @Nullable [] nonces;

  /** The other side's, as long as it is connected and later. */
  private @Nullable SocketAddress address;

  private boolean refused;

  private Handshake(Secret secret, boolean isServer, int index, int other, Known known) {
    this.secret = secret;
    this.isServer = isServer;
    this.index = index;
    this.other = other;
    this.known = known;
    this.nonce = secret.nonce();
  }

  /** Begins as the side that was connected to. */
  static void server(Channel connection, Secret secret, int index, int workers, Known known) {
    begin(connection, new Handshake(secret, true, index, workers, known));
  }

  /** Begins as the side that connects. */
  static void client(Channel connection, Secret secret, int index, int server, Known known) {
    begin(connection, new Handshake(secret, false, index, server, known));
  }

  private static void begin(Channel connection, Handshake handshake) {
    connection
        .pipeline()
        .addLast(TIMEOUT, new ReadTimeoutHandler(PATIENCE_SECONDS))
        .addLast(DECODER, new LengthFieldBasedFrameDecoder(MOST_BYTES, 0, Integer.BYTES, 0, 4))
        .addLast(handshake);
  }

  /** Closes a connection, and says so. */
  static void refuse(Channel connection, String why) {
    log.warn("Refused a connection from {}: {}", connection.remoteAddress(), why);
    connection.close();
  }

  private void refuse(String why) {
    if (!refused) {
      refused = true;
      log.warn("Refused a connection from {}: {}", address, why);
    }
  }

  private void refuse(ChannelHandlerContext context, String why) {
    refuse(why);
    context.close();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    address = context.channel().remoteAddress();
    if (isServer) {
      send(context, nonce);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
    byte[] content = content(frame);
    if (content == null) {
      refuse(context, "it does not speak this version of the protocol");
    } else if (isServer) {
      asServer(context, content);
    } else {
      asClient(context, content);
    }
  }

  private void asServer(ChannelHandlerContext context, byte[] content) {
    ByteBuffer answer = ByteBuffer.wrap(content);
    if (content.length != 2 * Integer.BYTES + 2 * NONCE) {
      refuse(context, "its answer has " + content.length + " bytes");
      return;
    }
    int client = answer.getInt();
    int server = answer.getInt();
    byte[] clientNonce = new byte[NONCE];
    byte[] proof = new byte[NONCE];
    answer.get(clientNonce).get(proof);
    byte[] both = joined(nonce, clientNonce);
    if (!MessageDigest.isEqual(proof, secret.proof(CLIENT, client, index, both))) {
      refuse(context, "it does not have the token of this training");
      return;
    }
    if (server != index || client <= index || client >= other) {
      refuse(context, "worker " + client + " looks for worker " + server);
      return;
    }
    other = client;
    byte[] answered = secret.proof(SERVER, client, index, both);
    send(context, answered);
    done(context);
  }

  private void asClient(ChannelHandlerContext context, byte[] content) {
    if (content.length != NONCE) {
      refuse(context, "its answer has " + content.length + " bytes");
    } else if (nonces == null) {
      nonces = joined(content, nonce);
      send(
          context,
          ByteBuffer.allocate(2 * Integer.BYTES + 2 * NONCE)
              .putInt(index)
              .putInt(other)
              .put(nonce)
              .put(secret.proof(CLIENT, index, other, nonces))
              .array());
    } else if (MessageDigest.isEqual(content, secret.proof(SERVER, index, other, nonces))) {
      done(context);
    } else {
      refuse(context, "it does not have the token of this training");
    }
  }

  /** From now on there are messages. */
  private void done(ChannelHandlerContext context) {
    known.connected(context.channel(), other);
    context.pipeline().remove(TIMEOUT);
    context.pipeline().remove(this);
    context.pipeline().remove(DECODER); // hands on what it has not decoded
  }

  private static byte[] joined(byte[] serverNonce, byte[] clientNonce) {
    return ByteBuffer.allocate(2 * NONCE).put(serverNonce).put(clientNonce).array();
  }

  private static void send(ChannelHandlerContext context, byte[] content) {
    int length = MAGIC.length + 1 + content.length;
    context.writeAndFlush(
        Unpooled.buffer(Integer.BYTES + length)
            .writeInt(length)
            .writeBytes(MAGIC)
            .writeByte(VERSION)
            .writeBytes(content));
  }

  /** What follows the name and the version; null if they are others. */
  private static byte @Nullable [] content(ByteBuf frame) {
    if (frame.readableBytes() < MAGIC.length + 1) {
      return null;
    }
    for (byte letter : MAGIC) {
      if (frame.readByte() != letter) {
        return null;
      }
    }
    if (frame.readByte() != VERSION) {
      return null;
    }
    byte[] content = new byte[frame.readableBytes()];
    frame.readBytes(content);
    return content;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    refuse("it was closed early");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    refuse(context, cause.toString());
  }
}
