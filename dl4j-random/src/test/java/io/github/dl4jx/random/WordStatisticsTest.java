package io.github.dl4jx.random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statistics of 10^8 raw words; bounds: {@link Statistics}. */
class WordStatisticsTest {

  private static final long BLOCKS = 100_000_000 / WordStream.BLOCK + 1;
  private static final double N = (double) BLOCKS * WordStream.BLOCK;

  @Test
  void words_bitsAndCells_areUniform() {
    long[] high = new long[1 << 16];
    long[] low = new long[1 << 16];
    long[] pairs = new long[1 << 16];
    long[] ones = new long[32];
    new WordStream(2024, 1)
        .forEachBlock(
            BLOCKS,
            words -> {
              for (int i = 0; i < words.length; i++) {
                high[words[i] >>> 16]++;
                low[words[i] & 0xFFFF]++;
              }
              for (int i = 1; i < words.length; i++) {
                pairs[(words[i - 1] >>> 24) << 8 | words[i] >>> 24]++;
              }
            });
    for (int cell = 0; cell < 1 << 16; cell++) {
      for (int bit = 0; bit < 16; bit++) {
        ones[bit + 16] += (cell >>> bit & 1) * high[cell];
        ones[bit] += (cell >>> bit & 1) * low[cell];
      }
    }

    Statistics.assertUniform("upper halves", high);
    Statistics.assertUniform("lower halves", low);
    Statistics.assertUniform("pairs of neighbours", pairs);
    for (int bit = 0; bit < 32; bit++) {
      Statistics.assertNormal("bit " + bit, ones[bit] / N, 0.5, 0.5 / Math.sqrt(N));
    }
  }

  @Test
  void words_serialCorrelation_isZero() {
    int[] lags = {1, 2, 512, 1024};
    double[] sums = new double[lags.length];
    long[] products = new long[lags.length];
    new WordStream(2024, 2)
        .forEachBlock(
            BLOCKS,
            words -> {
              for (int l = 0; l < lags.length; l++) {
                double sum = 0;
                for (int i = lags[l]; i < words.length; i++) {
                  sum += (double) words[i - lags[l]] * words[i];
                }
                sums[l] += sum;
                products[l] += words.length - lags[l];
              }
            });
    for (int l = 0; l < lags.length; l++) {
      double variance = 0x1p64 / 12;
      Statistics.assertNormal(
          "lag " + lags[l],
          sums[l] / products[l] / variance,
          0,
          1 / Math.sqrt((double) products[l]));
    }
  }

  /** The same positions of streams whose seeds or numbers differ in one bit. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 1, 1",
    "1, 1, 1, 2",
    "1, 5, 2, 5",
    "0, 0, 0, 4294967296",
    "0, 7, 4294967296, 7",
    "9, 10, 10, 9",
  })
  void words_neighbouringSeedsAndStreams_areIndependent(
      long seed, long stream, long otherSeed, long otherStream) {
    WordStream other = new WordStream(otherSeed, otherStream);
    int[] others = new int[WordStream.BLOCK];
    long[] distances = new long[33];
    double[] sum = new double[1];
    long[] block = new long[1];
    new WordStream(seed, stream)
        .forEachBlock(
            BLOCKS,
            words -> {
              other.fill(block[0]++, others);
              for (int i = 0; i < words.length; i++) {
                sum[0] += (double) words[i] * others[i];
                distances[Integer.bitCount(words[i] ^ others[i])]++;
              }
            });
    double n = (double) block[0] * WordStream.BLOCK;
    Statistics.assertNormal("correlation", sum[0] / n / (0x1p64 / 12), 0, 1 / Math.sqrt(n));
    double different = 0;
    for (int bits = 0; bits <= 32; bits++) {
      different += (double) bits * distances[bits];
    }
    Statistics.assertNormal("different bits", different / n, 16, Math.sqrt(8 / n));
    Statistics.assertPoisson("equal words", distances[0], n * 0x1p-32);
  }
}
