package io.github.dl4jx.training.parallel;

import io.github.dl4jx.updaters.wrapper.OneBitQuantizer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One worker's share of an exchange in which every worker adds up one part of the gradient, and
 * sends the sum to all: in one bit a value, too, or exactly.
 *
 * <pre>
 * part p of the gradient: 1/n of its columns, worker p's
 * worker k:   v_k = g_k + r_k;  part p of Q(v_k) to worker p;  r_k = v_k - Q(v_k)
 * worker p:   s_p = part p of Q(v_0) + Q(v_1) + .. + its residual R_p;  Q(s_p) to all
 *             R_p = s_p - Q(s_p)
 * everybody:  g = Q(s_0), Q(s_1), ..
 * exactly:    the same with Q(v) = v, and no residuals
 * </pre>
 *
 * <p>A worker sends (n - 1) / n of its message twice, however many workers there are. All arrays
 * are as long as the gradient, of which only a part is used where that is said.
 */
final class PartSums {

  private static final float[] ONCE = {1};

  private final int index;
  private final GradientCodec[] codecs;
  private final ByteBuffer[] messages;
  private final ByteBuffer sum;
  private final float @Nullable [] residual;
  private final float @Nullable [] sumResidual;
  private final ByteBuffer[] single = new ByteBuffer[1];

  /**
   * The share of a worker.
   *
   * @param index its index
   * @param parts of the gradient, one for each worker
   * @param quantizer null if messages are exact
   * @param residual of its own gradient; null without error feedback
   * @param sumResidual of the sum, of which its own part is used; null without error feedback
   */
  PartSums(
      int index,
      List<GradientLayout> parts,
      @Nullable OneBitQuantizer quantizer,
      float @Nullable [] residual,
      float @Nullable [] sumResidual) {
    this.index = index;
    this.residual = residual;
    this.sumResidual = sumResidual;
    this.codecs = new GradientCodec[parts.size()];
    this.messages = new ByteBuffer[parts.size()];
    for (int p = 0; p < codecs.length; p++) {
      codecs[p] = new GradientCodec(parts.get(p), quantizer);
      messages[p] = GradientCodec.message(codecs[p].bytes());
    }
    this.sum = GradientCodec.message(codecs[index].bytes());
  }

  /** The size of a part's messages. */
  int bytes(int part) {
    return codecs[part].bytes();
  }

  /** Writes the worker's gradient, the sum over its examples: a message for each part. */
  ByteBuffer[] encode(FloatBuffer gradient, int iteration, int examples) {
    for (int p = 0; p < codecs.length; p++) {
      codecs[p].encode(gradient, residual, iteration, examples, messages[p]);
    }
    return messages;
  }

  /**
   * Adds up the worker's own part of all workers' messages, and writes the sum.
   *
   * @param all the messages of the part, in the order of the workers
   * @param weights of the workers in the mean of running statistics
   * @param scratch its part becomes the sum
   * @return the sum's message
   */
  ByteBuffer sum(
      ByteBuffer[] all, float[] weights, int iteration, int examples, FloatBuffer scratch) {
    codecs[index].decode(all, weights, iteration, scratch);
    codecs[index].encode(scratch, sumResidual, iteration, examples, sum);
    return sum;
  }

  /** Reads the sums of all parts. */
  void decode(ByteBuffer[] sums, int iteration, FloatBuffer gradient) {
    for (int p = 0; p < codecs.length; p++) {
      single[0] = sums[p];
      codecs[p].decode(single, ONCE, iteration, gradient);
    }
  }
}
