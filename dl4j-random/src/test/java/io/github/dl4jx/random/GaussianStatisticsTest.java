package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Statistics of 10^8 normal numbers; bounds: {@link Statistics}. */
class GaussianStatisticsTest {

  private static final int N = 100_000_000;
  private static final int CHUNK = 1_000_000;
  private static final int CELLS = 1 << 20;
  private static final double RANGE = 8;

  /** P(|n| &gt; t) of the normal distribution. */
  private static final double[][] TAILS = {
    {3, 2.699796063260190e-3},
    {4, 6.334248366623993e-5},
    {5, 5.733031437583878e-7},
    {5.5, 3.797912493177544e-8},
  };

  @Test
  void fillGaussian_hundredMillionNumbers_areNormal() {
    INDArray x = Nd4j.create(DataType.FLOAT, CHUNK);
    FloatBuffer buffer = x.data().asNioFloat();
    KeyedRandom random = KeyedRandom.of(31, 41);
    float[] numbers = new float[CHUNK];
    double[] powers = new double[5];
    double neighbours = 0;
    double pairs = 0;
    int[] cells = new int[CELLS];
    int[] beyond = new int[TAILS.length];
    for (int chunk = 0; chunk < N / CHUNK; chunk++) {
      random.fillGaussian(x, (long) chunk * CHUNK);
      buffer.position(0);
      buffer.get(numbers);
      for (int i = 0; i < CHUNK; i++) {
        double number = numbers[i];
        double square = number * number;
        powers[1] += number;
        powers[2] += square;
        powers[3] += square * number;
        powers[4] += square * square;
        neighbours += number * numbers[i == 0 ? CHUNK - 1 : i - 1];
        pairs += number * numbers[i < 1024 ? i + CHUNK - 1024 : i - 1024];
        cells[(int) ((number + RANGE) * (CELLS / (2 * RANGE)))]++;
        if (square > 9) {
          for (int t = 0; t < TAILS.length; t++) {
            beyond[t] += Math.abs(number) > TAILS[t][0] ? 1 : 0;
          }
        }
      }
    }

    double root = Math.sqrt(N);
    Statistics.assertNormal("mean", powers[1] / N, 0, 1 / root);
    Statistics.assertNormal("variance", powers[2] / N, 1, Math.sqrt(2) / root);
    Statistics.assertNormal("third moment", powers[3] / N, 0, Math.sqrt(15) / root);
    Statistics.assertNormal("fourth moment", powers[4] / N, 3, Math.sqrt(96) / root);
    double mean = powers[1] / N;
    double variance = powers[2] / N - mean * mean;
    double third = powers[3] / N - 3 * mean * powers[2] / N + 2 * mean * mean * mean;
    Statistics.assertNormal("skewness", third / Math.pow(variance, 1.5), 0, Math.sqrt(6) / root);
    double fourth =
        powers[4] / N
            - 4 * mean * powers[3] / N
            + 6 * mean * mean * powers[2] / N
            - 3 * Math.pow(mean, 4);
    Statistics.assertNormal("kurtosis", fourth / (variance * variance), 3, Math.sqrt(24) / root);
    Statistics.assertNormal("correlation of neighbours", neighbours / N, 0, 1 / root);
    Statistics.assertNormal("correlation of sine and cosine", pairs / N, 0, 1 / root);
    for (int t = 0; t < TAILS.length; t++) {
      double expected = N * TAILS[t][1];
      if (expected > 1000) {
        Statistics.assertNormal("beyond " + TAILS[t][0], beyond[t], expected, Math.sqrt(expected));
      } else {
        Statistics.assertPoisson("beyond " + TAILS[t][0], beyond[t], expected);
      }
    }

    // Kolmogorov and Smirnov's distance, at the edges of a million cells: P(D sqrt(n) > 2.8) is
    // 2 exp(-2 2.8^2) = 3e-7.
    double distance = 0;
    double cumulative = 0;
    double sum = 0;
    double width = 2 * RANGE / CELLS;
    for (int cell = 0; cell < CELLS; cell++) {
      sum += cells[cell];
      cumulative += density(-RANGE + cell * width, width);
      distance = Math.max(distance, Math.abs(sum / N - cumulative));
    }
    assertThat(cumulative).isBetween(1 - 1e-12, 1 + 1e-12);
    assertThat(distance * root).as("Kolmogorov-Smirnov").isLessThan(2.8);
  }

  /** Integral of the normal density over a cell, by Simpson's rule. */
  private static double density(double x, double width) {
    double a = Math.exp(-x * x / 2);
    double m = Math.exp(-(x + width / 2) * (x + width / 2) / 2);
    double b = Math.exp(-(x + width) * (x + width) / 2);
    return (a + 4 * m + b) * width / 6 / Math.sqrt(2 * Math.PI);
  }
}
