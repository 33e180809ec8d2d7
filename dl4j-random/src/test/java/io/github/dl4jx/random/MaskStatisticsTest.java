package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Statistics of masks of 10^8 elements; bounds: {@link Statistics}. */
class MaskStatisticsTest {

  private static final int ROWS = 1000;
  private static final int COLUMNS = 1000;
  private static final int SIZE = ROWS * COLUMNS;

  /** Iterations, each a stream of its own. */
  private static final int MASKS = 100;

  /** Words that are counted at once. */
  private static final int BLOCK = 1 << 12;

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.8, 0.95, 0.999})
  void applyMask_hundredMillionElements_areIndependentBernoulli(double p) {
    INDArray x = Nd4j.create(DataType.FLOAT, ROWS, COLUMNS);
    FloatBuffer buffer = x.data().asNioFloat();
    float[] floats = new float[SIZE];
    byte[] mask = new byte[SIZE];
    byte[] last = new byte[SIZE];
    // A row and a column on, to both sides; the element with the same counter in the next part, of
    // the other word, and in the one after, of the same word.
    int[] lags = {1, COLUMNS, COLUMNS + 1, COLUMNS - 1, 63 * COLUMNS, 126 * COLUMNS};
    long kept = 0;
    Pairs[] pairs = new Pairs[lags.length];
    Arrays.setAll(pairs, l -> new Pairs("elements at distance " + lags[l]));
    Pairs streams = new Pairs("elements of neighbouring streams");
    for (int iteration = 0; iteration < MASKS; iteration++) {
      x.assign(1);
      KeyedRandom.of(5, iteration).applyMask(x, x, p);
      buffer.position(0);
      buffer.get(floats);
      for (int i = 0; i < SIZE; i++) {
        mask[i] = (byte) (floats[i] > 0 ? 1 : 0);
        kept += mask[i];
      }
      for (int l = 0; l < lags.length; l++) {
        pairs[l].add(mask, 0, mask, lags[l], SIZE - lags[l]);
      }
      if (iteration > 0) {
        streams.add(last, 0, mask, 0, SIZE);
      }
      byte[] swap = last;
      last = mask;
      mask = swap;
    }

    double n = (double) SIZE * MASKS;
    Statistics.assertNormal("kept", kept / n, p, Math.sqrt(p * (1 - p) / n));
    for (Pairs each : pairs) {
      each.assertIndependent(p);
    }
    streams.assertIndependent(p);
  }

  /** Counts of pairs of elements. */
  private static final class Pairs {

    private final String name;
    private long all;
    private long firstKept;
    private long secondKept;
    private long bothKept;

    Pairs(String name) {
      this.name = name;
    }

    void add(byte[] first, int from, byte[] second, int to, int n) {
      int a = 0;
      int b = 0;
      int both = 0;
      for (int i = 0; i < n; i++) {
        a += first[from + i];
        b += second[to + i];
        both += first[from + i] & second[to + i];
      }
      all += n;
      firstKept += a;
      secondKept += b;
      bothKept += both;
    }

    void assertIndependent(double p) {
      double n = all;
      double covariance = bothKept / n - firstKept / n * (secondKept / n);
      Statistics.assertNormal(name, covariance / (p * (1 - p)), 0, 1 / Math.sqrt(n));
    }
  }

  /**
   * What {@link MaskKernel} says of its multiplier, counted over all 2^32 words: how often all
   * decisions of every subset keep their elements.
   */
  @Test
  void multiplier_allWords_decisionsOfAWordAreIndependent() {
    double p = 0.8;
    int threshold = (int) Math.round(p * 0x1p31);
    long[] counts =
        LongStream.range(0, 1 << 12)
            .parallel()
            .mapToObj(part -> countPatterns((int) (part << 20), 1 << 20, threshold))
            .reduce(new long[256], MaskStatisticsTest::sum);
    for (int subset = 1; subset < 256; subset++) {
      double expected = Math.pow(p, Integer.bitCount(subset));
      double bound = Integer.bitCount(subset) <= 2 ? 1e-8 : 2e-6;
      assertThat(Math.abs(withAll(subset, counts) * 0x1p-32 - expected)).isLessThan(bound);
    }
  }

  /** How often each pattern of the eight decisions comes up. */
  private static long[] countPatterns(int start, int n, int threshold) {
    int[] words = new int[BLOCK];
    int[] patterns = new int[BLOCK];
    long[] counts = new long[256];
    for (int at = 0; at < n; at += BLOCK) {
      for (int i = 0; i < BLOCK; i++) {
        words[i] = start + at + i;
        patterns[i] = 0;
      }
      for (int j = 0; j < 8; j++) {
        decide(words, patterns, threshold);
      }
      for (int pattern : patterns) {
        counts[pattern]++;
      }
    }
    return counts;
  }

  /** The next decision of each word; simple enough for the compiler to use vectors. */
  private static void decide(int[] words, int[] patterns, int threshold) {
    for (int i = 0; i < BLOCK; i++) {
      patterns[i] = 2 * patterns[i] + (((words[i] >>> 1) - threshold) >>> 31);
      words[i] *= 0x93D765DD;
    }
  }

  private static long[] sum(long[] x, long[] y) {
    long[] sum = new long[x.length];
    Arrays.setAll(sum, i -> x[i] + y[i]);
    return sum;
  }

  private static long withAll(int subset, long[] counts) {
    long n = 0;
    for (int pattern = 0; pattern < counts.length; pattern++) {
      n += (pattern & subset) == subset ? counts[pattern] : 0;
    }
    return n;
  }
}
