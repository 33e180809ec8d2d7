package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bounds of statistical tests. Every one of them is exceeded by truly random numbers with a
 * probability below 1e-6; seeds are fixed, so a test that passes once passes always.
 */
final class Statistics {

  /** P(|N(0, 1)| &gt; 5.2) = 2.0e-7. */
  static final double SIGMAS = 5.2;

  private Statistics() {}

  /** An estimate that is normally distributed around the expected value. */
  static void assertNormal(String name, double estimate, double expected, double deviation) {
    assertThat((estimate - expected) / deviation)
        .as("%s: %s against %s, in standard deviations", name, estimate, expected)
        .isBetween(-SIGMAS, SIGMAS);
  }

  /** Counts of equally probable cells: chi squared, by Wilson's and Hilferty's normal variable. */
  static void assertUniform(String name, long[] counts) {
    long n = 0;
    for (long count : counts) {
      n += count;
    }
    double expected = (double) n / counts.length;
    double chiSquared = 0;
    for (long count : counts) {
      chiSquared += (count - expected) * (count - expected) / expected;
    }
    double degrees = counts.length - 1;
    double v = 2 / (9 * degrees);
    assertNormal(name, Math.cbrt(chiSquared / degrees), 1 - v, Math.sqrt(v));
  }

  /** A count of rare events: each tail of the Poisson distribution below 1e-7. */
  static void assertPoisson(String name, long count, double mean) {
    assertThat(poissonTail(count, mean))
        .as("%s: %s against %s, probability of the tail", name, count, mean)
        .isGreaterThan(1e-7);
  }

  /** P(X &lt;= count) or P(X &gt;= count), the smaller one. */
  static double poissonTail(long count, double mean) {
    double below = 0;
    double term = Math.exp(-mean);
    for (long k = 0; k < count; k++) {
      below += term;
      term *= mean / (k + 1);
    }
    return Math.min(below + term, 1 - below);
  }
}
