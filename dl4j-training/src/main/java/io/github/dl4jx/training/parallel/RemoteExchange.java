package io.github.dl4jx.training.parallel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.common.base.Preconditions;

/**
 * One worker's exchange of messages with workers elsewhere, and the step that follows.
 *
 * <pre>
 * one bit:          Q(v_k) to everybody
 * quantized twice:  part p of Q(v_k) to worker p;  worker p's sum, quantized again, to everybody
 * exact:            part p of g_k to worker p;  worker p's sum to everybody
 * no minibatch:     a header that says so, to everybody
 * </pre>
 */
final class RemoteExchange {

  private static final int HEADER = 2 * Integer.BYTES;

  /** The size of a message with a checksum. */
  static final int COMPARISON = HEADER + Long.BYTES;

  /** In the place of a number of examples. */
  private static final int IS_COMPARISON = -1;

  private final Worker worker;
  private final DataParallelSettings settings;
  private final WorkerLink link;
  private final ByteBuffer small = GradientCodec.message(COMPARISON);

  RemoteExchange(Worker worker, DataParallelSettings settings, WorkerLink link) {
    this.worker = worker;
    this.settings = settings;
    this.link = link;
  }

  /**
   * Exchanges the gradients of a round, and makes the step; or finds that nobody has a minibatch.
   *
   * @param takesPart whether the worker has computed a gradient
   * @return whether anybody has
   */
  boolean round(boolean takesPart, int iteration) {
    boolean exactly = iteration < settings.exactIterations;
    boolean byParts = exactly || settings.twice;
    return byParts ? exchangeParts(takesPart, exactly, iteration) : exchange(takesPart, iteration);
  }

  /** Everybody reads everybody's message. */
  private boolean exchange(boolean takesPart, int iteration) {
    ByteBuffer own = takesPart ? worker.encode(false, iteration) : nothing(iteration);
    ByteBuffer[] messages = takingPart(gather(own));
    if (messages.length == 0) {
      return false;
    }
    worker.apply(
        messages,
        GradientCodec.weights(messages),
        false,
        iteration,
        GradientCodec.examples(messages));
    return true;
  }

  /** Everybody adds up a part of all messages, and reads the sums. */
  private boolean exchangeParts(boolean takesPart, boolean exactly, int iteration) {
    int index = link.index();
    ByteBuffer[] own;
    if (takesPart) {
      own = worker.encodeParts(exactly, iteration);
    } else {
      own = new ByteBuffer[settings.workers];
      Arrays.fill(own, nothing(iteration));
    }
    for (int p = 0; p < own.length; p++) {
      if (p != index) {
        link.send(p, own[p]);
      }
    }
    ByteBuffer[] messages = takingPart(received(own[index]));
    if (messages.length == 0) {
      return false;
    }
    int examples = GradientCodec.examples(messages);
    float[] weights = GradientCodec.weights(messages);
    ByteBuffer sum = worker.sum(exactly, messages, weights, iteration, examples);
    worker.applySums(exactly, gather(sum), iteration, examples);
    return true;
  }

  private ByteBuffer nothing(int iteration) {
    small.clear();
    small.putInt(iteration).putInt(0).flip();
    return small;
  }

  /** Sends a message to everybody, and returns everybody's. */
  private ByteBuffer[] gather(ByteBuffer own) {
    for (int w = 0; w < settings.workers; w++) {
      if (w != link.index()) {
        link.send(w, own);
      }
    }
    return received(own);
  }

  private ByteBuffer[] received(ByteBuffer own) {
    ByteBuffer[] all = new ByteBuffer[settings.workers];
    for (int w = 0; w < all.length; w++) {
      all[w] = w == link.index() ? own : link.receive(w);
      Preconditions.checkState(
          all[w].remaining() >= HEADER,
          "a message must have at least %s bytes, got %s from worker %s",
          HEADER,
          all[w].remaining(),
          w);
    }
    return all;
  }

  private static ByteBuffer[] takingPart(ByteBuffer[] messages) {
    return Arrays.stream(messages)
        .filter(message -> GradientCodec.examples(message) > 0)
        .toArray(ByteBuffer[]::new);
  }

  /** Fails if the replicas are not the same after some iterations. */
  void compareReplicas(int iteration) {
    long checksum = worker.checksum();
    small.clear();
    small.putInt(iteration).putInt(IS_COMPARISON).putLong(checksum).flip();
    ByteBuffer[] all = gather(small);
    List<Integer> others = new ArrayList<>();
    for (int w = 0; w < all.length; w++) {
      ByteBuffer message = all[w];
      Preconditions.checkState(
          message.remaining() == COMPARISON
              && message.getInt(0) == iteration
              && message.getInt(Integer.BYTES) == IS_COMPARISON,
          "the message of worker %s is not one of the comparison before iteration %s",
          w,
          iteration);
      if (message.getLong(HEADER) != checksum) {
        others.add(w);
      }
    }
    Preconditions.checkState(
        others.isEmpty(),
        "before iteration %s the replica of worker %s differs from those of the workers %s: their"
            + " machines give other bits (versions, OPENBLAS_CORETYPE, number of threads), or an"
            + " updater takes numbers from elsewhere",
        iteration,
        link.index(),
        others);
  }
}
