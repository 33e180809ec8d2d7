package io.github.dl4jx.regularizers.dropout;

import io.github.dl4jx.random.KeyedRandom;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Sets square blocks of the channels of an array to zero: the mask of {@link DropBlock}.
 *
 * <p>Few blocks are dropped, so they are found one by one, without a number for each place where
 * one might start, and written element by element, without a mask as large as the array.
 */
final class Blocks {

  private final DataBuffer data;

  /** Channels of all examples. */
  private final long count;

  private final int channels;
  private final int height;
  private final int width;
  private final long[] strides;

  Blocks(INDArray array, boolean channelsLast) {
    data = array.data();
    int c = channelsLast ? 3 : 1;
    int h = channelsLast ? 1 : 2;
    channels = Math.toIntExact(array.size(c));
    height = Math.toIntExact(array.size(h));
    width = Math.toIntExact(array.size(h + 1));
    strides = new long[] {array.stride(0), array.stride(c), array.stride(h), array.stride(h + 1)};
    count = array.size(0) * channels;
  }

  /** Sets blocks to zero and returns how many elements that are. */
  long drop(KeyedRandom random, double p, int blockSize) {
    int blockHeight = Math.min(blockSize, height);
    int blockWidth = Math.min(blockSize, width);
    int starts = width - blockWidth + 1;
    long places = (long) (height - blockHeight + 1) * starts;
    double gamma =
        (1 - p) / ((double) blockHeight * blockWidth) * ((double) height * width / places);
    Gaps gaps = new Gaps(random, gamma);
    boolean[] mask = new boolean[Math.multiplyExact(height, width)];
    long plane = -1;
    long first = 0;
    long dropped = 0;
    for (long at = gaps.next(0, count * places);
        at < count * places;
        at = gaps.next(at + 1, count * places)) {
      if (at / places != plane) {
        plane = at / places;
        first = plane / channels * strides[0] + plane % channels * strides[1];
        Arrays.fill(mask, false);
      }
      int top = (int) (at % places / starts);
      int left = (int) (at % places % starts);
      for (int y = top; y < top + blockHeight; y++) {
        for (int x = left; x < left + blockWidth; x++) {
          if (!mask[y * width + x]) {
            mask[y * width + x] = true;
            data.put(first + y * strides[2] + x * strides[3], 0f);
            dropped++;
          }
        }
      }
    }
    return dropped;
  }

  /**
   * The successes among independent trials of a small probability, found by the lengths of the gaps
   * between them: {@code floor(ln(1 - u) / ln(1 - gamma))}, with u uniform to 48 bits.
   */
  private static final class Gaps {

    private static final int NUMBERS = 2048;

    /** This thread's memory for numbers. */
    private static final ThreadLocal<INDArray> SCRATCH =
        ThreadLocal.withInitial(
            () -> {
              try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
                return Nd4j.createUninitialized(DataType.FLOAT, NUMBERS);
              }
            });

    private final KeyedRandom random;
    private final double logOfFailure;
    private float[] numbers = new float[0];
    private int used;
    private long position;

    Gaps(KeyedRandom random, double gamma) {
      this.random = random;
      logOfFailure = Math.log1p(-gamma);
    }

    /** The first success among the trials from the given one on; the end, if there is none. */
    long next(long from, long end) {
      double gap = Math.floor(Math.log1p(-uniform()) / logOfFailure);
      return gap < end - from ? from + (long) gap : end;
    }

    private double uniform() {
      if (used == numbers.length) {
        INDArray scratch = SCRATCH.get();
        random.fillUniform(scratch, position);
        numbers = scratch.toFloatVector();
        position += NUMBERS;
        used = 0;
      }
      double high = numbers[used];
      double low = numbers[used + 1];
      used += 2;
      return high + low * 0x1p-24;
    }
  }
}
