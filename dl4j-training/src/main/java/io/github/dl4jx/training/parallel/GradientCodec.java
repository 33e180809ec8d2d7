package io.github.dl4jx.training.parallel;

import io.github.dl4jx.training.parallel.GradientLayout.Segment;
import io.github.dl4jx.updaters.wrapper.OneBitQuantizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes gradients into messages, and reads their sum from them.
 *
 * <pre>
 * message:    iteration (int), examples (int), then for every parameter its columns
 * column:     up (float), down (float), a bit a value in whole bytes
 * bit i:      byte i / 8, value 1 &lt;&lt; (i mod 8); set for up: v[i] >= 0
 * unquantized parameters, or all:  a float a value
 * </pre>
 *
 * <p>All numbers are little-endian. A codec serves one thread, and allocates nothing after it is
 * made.
 */
final class GradientCodec {

  private static final int HEADER = 2 * Integer.BYTES;

  /** Position of a float's bit that is set in 1.0 and not in 0.0. */
  private static final int ONE = 29;

  private static final int CHUNK = 1024;

  private final GradientLayout layout;
  private final @Nullable OneBitQuantizer quantizer;
  private final int bytes;

  /** A column, and its residual. */
  private final float[] values;

  private final float[] feedback;

  /** Down and up. */
  private final float[] pair = new float[2];

  /**
   * A codec.
   *
   * @param quantizer null for exact messages
   */
  GradientCodec(GradientLayout layout, @Nullable OneBitQuantizer quantizer) {
    this.layout = layout;
    this.quantizer = quantizer;
    long size = HEADER;
    int longest = CHUNK;
    for (Segment segment : layout.segments) {
      longest = Math.max(longest, segment.column);
      size +=
          isRaw(segment) ? 4L * segment.length : segment.length / segment.column * cost(segment);
    }
    this.bytes = Math.toIntExact(size);
    this.values = new float[longest];
    this.feedback = new float[longest];
  }

  private boolean isRaw(Segment segment) {
    return quantizer == null || segment.statistic;
  }

  private static long cost(Segment segment) {
    return 2L * Float.BYTES + (segment.column + 7) / 8;
  }

  /** The size of every message. */
  int bytes() {
    return bytes;
  }

  /** Memory for a message. */
  static ByteBuffer message(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The number of examples whose gradient is in a message. */
  static int examples(ByteBuffer message) {
    return message.getInt(Integer.BYTES);
  }

  /** The number of examples whose gradients are in messages. */
  static int examples(ByteBuffer[] messages) {
    return Arrays.stream(messages).mapToInt(GradientCodec::examples).sum();
  }

  /** The parts that messages have of all examples. */
  static float[] weights(ByteBuffer[] messages) {
    int examples = examples(messages);
    float[] weights = new float[messages.length];
    for (int m = 0; m < weights.length; m++) {
      weights[m] = (float) ((double) examples(messages[m]) / examples);
    }
    return weights;
  }

  /**
   * Writes a gradient.
   *
   * @param gradient the sum over the examples; only read
   * @param residual the quantization error of earlier messages, which is added; becomes the error
   *     of this one; null without error feedback
   * @param message the target; its limit becomes the message's end
   */
  void encode(
      FloatBuffer gradient,
      float @Nullable [] residual,
      int iteration,
      int examples,
      ByteBuffer message) {
    message.clear();
    message.putInt(iteration).putInt(examples);
    for (Segment segment : layout.segments) {
      int end = segment.offset + segment.length;
      int step = isRaw(segment) ? CHUNK : segment.column;
      for (int at = segment.offset; at < end; at += step) {
        int n = Math.min(step, end - at);
        gradient.position(at);
        gradient.get(values, 0, n);
        if (isRaw(segment)) {
          for (int i = 0; i < n; i++) {
            message.putFloat(values[i]);
          }
        } else {
          quantize(residual, at, n, message);
        }
      }
    }
    message.flip();
  }

  private void quantize(float @Nullable [] residual, int at, int n, ByteBuffer message) {
    float @Nullable [] r = null;
    if (residual != null) {
      System.arraycopy(residual, at, feedback, 0, n);
      r = feedback;
    }
    OneBitQuantizer.Column column = quantizer().quantize(values, r, n);
    if (r != null) {
      System.arraycopy(feedback, 0, residual, at, n);
    }
    message.putFloat(column.up()).putFloat(column.down());
    float[] minus = column.minus();
    int i = 0;
    for (; i + Long.SIZE <= n; i += Long.SIZE) {
      message.putLong(bits(minus, i, Long.SIZE));
    }
    if (i < n) {
      long rest = bits(minus, i, n - i);
      for (; i < n; i += Byte.SIZE) {
        message.put((byte) rest);
        rest >>>= Byte.SIZE;
      }
    }
  }

  private OneBitQuantizer quantizer() {
    if (quantizer == null) {
      throw new IllegalStateException("exact messages have no columns");
    }
    return quantizer;
  }

  private static long bits(float[] minus, int from, int n) {
    long word = 0;
    for (int k = 0; k < n; k++) {
      word |= (~(Float.floatToRawIntBits(minus[from + k]) >>> ONE) & 1L) << k;
    }
    return word;
  }

  /**
   * Adds up the gradients in messages, in their order.
   *
   * @param messages all of one round
   * @param weights weight of the running statistics in each message
   * @param iteration the number of the round
   * @param sum becomes the sum of the gradients, and the mean of the statistics
   * @throws IllegalStateException if a message is of another round or size; nothing is written then
   */
  void decode(ByteBuffer[] messages, float[] weights, int iteration, FloatBuffer sum) {
    for (ByteBuffer message : messages) {
      message.rewind();
      if (message.remaining() != bytes || message.getInt() != iteration) {
        throw new IllegalStateException(
            "a message of iteration "
                + iteration
                + " must have "
                + bytes
                + " bytes and that number");
      }
      message.getInt();
    }
    for (Segment segment : layout.segments) {
      int end = segment.offset + segment.length;
      int step = isRaw(segment) ? CHUNK : segment.column;
      for (int at = segment.offset; at < end; at += step) {
        int n = Math.min(step, end - at);
        for (int m = 0; m < messages.length; m++) {
          if (isRaw(segment)) {
            addRaw(messages[m], segment.statistic ? weights[m] : 1, n, m == 0);
          } else {
            addBits(messages[m], n, m == 0);
          }
        }
        sum.position(at);
        sum.put(values, 0, n);
      }
    }
  }

  private void addRaw(ByteBuffer message, float weight, int n, boolean first) {
    for (int i = 0; i < n; i++) {
      float value = weight * message.getFloat();
      values[i] = first ? value : values[i] + value;
    }
  }

  private void addBits(ByteBuffer message, int n, boolean first) {
    pair[1] = message.getFloat();
    pair[0] = message.getFloat();
    int i = 0;
    for (; i + Long.SIZE <= n; i += Long.SIZE) {
      add(message.getLong(), i, Long.SIZE, first);
    }
    for (; i < n; i += Byte.SIZE) {
      add(message.get(), i, Math.min(Byte.SIZE, n - i), first);
    }
  }

  private void add(long word, int from, int n, boolean first) {
    if (first) {
      for (int k = 0; k < n; k++) {
        values[from + k] = pair[(int) (word >>> k) & 1];
      }
    } else {
      for (int k = 0; k < n; k++) {
        values[from + k] += pair[(int) (word >>> k) & 1];
      }
    }
  }
}
