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
    int[] lags = {1, COLUMNS, COLUMNS + 1, COLUMNS - 1, 125 * COLUMNS, 250 * COLUMNS};
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
   * What {@link MaskKernel} says of its multiplier, counted over all 2^32 words: how often two and
   * all four decisions of a word keep their elements.
   */
  @Test
  void multiplier_allWords_decisionsOfAWordAreIndependent() {
    double p = 0.8;
    int k1 = 0x93D765DD;
    int k2 = k1 * k1;
    int k3 = k2 * k1;
    int threshold = (int) Math.round(p * 0x1p31);
    int parts = 1 << 12;
    long[] counts =
        LongStream.range(0, parts)
            .parallel()
            .mapToObj(
                part -> {
                  int start = (int) (part << 20);
                  int b = 0;
                  int c = 0;
                  int d = 0;
                  int all = 0;
                  for (int i = 0; i < 1 << 20; i++) {
                    int word = start + i;
                    int keep0 = ((word >>> 1) - threshold) >>> 31;
                    int keep1 = (((word * k1) >>> 1) - threshold) >>> 31;
                    int keep2 = (((word * k2) >>> 1) - threshold) >>> 31;
                    int keep3 = (((word * k3) >>> 1) - threshold) >>> 31;
                    b += keep0 & keep1;
                    c += keep0 & keep2;
                    d += keep0 & keep3;
                    all += keep0 & keep1 & keep2 & keep3;
                  }
                  return new long[] {b, c, d, all};
                })
            .reduce(
                new long[4],
                (x, y) -> new long[] {x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3]});
    for (int i = 0; i < 3; i++) {
      assertThat(Math.abs(counts[i] * 0x1p-32 - p * p)).isLessThan(2e-8);
    }
    assertThat(Math.abs(counts[3] * 0x1p-32 - p * p * p * p)).isLessThan(2e-8);
  }
}
