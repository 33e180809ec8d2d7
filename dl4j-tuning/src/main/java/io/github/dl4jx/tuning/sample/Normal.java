package io.github.dl4jx.tuning.sample;

/**
 * The distribution function of the standard normal distribution, right to about 15 digits in the
 * tails, too.
 *
 * <p>Reference: W. J. Cody, "Rational Chebyshev Approximations for the Error Function", Mathematics
 * of Computation 23, 1969, doi:10.1090/S0025-5718-1969-0247736-4.
 */
final class Normal {

  static final double LOG_SQRT_2_PI = 0.9189385332046727;

  private static final double SQRT_2 = 1.4142135623730951;
  private static final double ONE_BY_SQRT_PI = 0.5641895835477563;

  private static final double FAR = 8.3; // beyond is less than half of the last digit of 1

  private static final double MOST = 26.6; // beyond is less than the least number
  private static final int PARTS = 16;

  /** exp(-(k/16)^2) */
  private static final double[] EXP_SQUARES = new double[(int) (MOST * PARTS) + 1];

  static {
    for (int k = 0; k < EXP_SQUARES.length; k++) {
      double high = k / (double) PARTS;
      EXP_SQUARES[k] = StrictMath.exp(-high * high);
    }
  }

  private static final double[] A = {
    0.18577770618460315,
    3.1611237438705655,
    113.86415415105016,
    377.485237685302,
    3209.3775891384694
  };
  private static final double[] B = {
    1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171
  };
  private static final double[] C = {
    2.1531153547440383e-08, 0.5641884969886701, 8.883149794388377,
    66.11919063714163, 298.6351381974001, 881.952221241769,
    1712.0476126340707, 2051.0783778260716, 1230.3393547979972
  };
  private static final double[] D = {
    1,
    15.744926110709835,
    117.6939508913125,
    537.1811018620099,
    1621.3895745666903,
    3290.7992357334597,
    4362.619090143247,
    3439.3676741437216,
    1230.3393548037495
  };
  private static final double[] P = {
    0.016315387137302097, 0.30532663496123236, 0.36034489994980445,
    0.12578172611122926, 0.016083785148742275, 0.0006587491615298378
  };
  private static final double[] Q = {
    1,
    2.568520192289822,
    1.8729528499234604,
    0.5279051029514285,
    0.06051834131244132,
    0.0023352049762686918
  };

  private Normal() {}

  /** The probability of a number between a and b, {@code a <= b}. */
  static double between(double a, double b) {
    if (a > 0) { // the tail has more digits
      return upper(a) - upper(b);
    }
    if (b < 0) {
      return upper(-b) - upper(-a);
    }
    double above = b > FAR ? 0 : upper(b); // most kernels end far from the ends of the range
    double below = a < -FAR ? 0 : upper(-a);
    return 1 - (above + below);
  }

  /** The probability of more than z, which is at least 0. */
  private static double upper(double z) {
    return erfc(z / SQRT_2) / 2;
  }

  private static double erfc(double x) {
    if (x <= 0.46875) {
      return 1 - x * ratio(A, B, x * x);
    }
    if (x > MOST) {
      return 0;
    }
    double factor;
    if (x <= 4) {
      factor = ratio(C, D, x);
    } else {
      double y = 1 / (x * x);
      factor = (ONE_BY_SQRT_PI - y * ratio(P, Q, y)) / x;
    }
    int part = (int) (x * PARTS);
    double high = part / (double) PARTS; // x^2 without loss
    return EXP_SQUARES[part] * StrictMath.exp(-(x - high) * (x + high)) * factor;
  }

  private static double ratio(double[] over, double[] under, double x) {
    double a = over[0];
    double b = under[0];
    for (int i = 1; i < over.length; i++) {
      a = a * x + over[i];
      b = b * x + under[i];
    }
    return a / b;
  }
}
