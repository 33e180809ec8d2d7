package io.github.dl4jx.updaters;

import io.github.dl4jx.random.Elementwise;

/**
 * The loop of {@link Signum} and {@link Lion}: array 0 is the gradient g, array 1 the momentum m.
 *
 * <pre>
 * c = beta1 m + (1 - beta1) g
 * m = beta2 m + (1 - beta2) g
 * g = sign(c)
 * </pre>
 */
final class SignedMomentum implements Elementwise.Loop {

  /** Two factors that together bring the smallest number above 1. */
  private static final float HUGE = 1e38f;

  private static final double HUGE_DOUBLE = 1e300;

  private final double beta1;
  private final double beta2;

  SignedMomentum(double beta1, double beta2) {
    this.beta1 = beta1;
    this.beta2 = beta2;
  }

  @Override
  public void floats(float[][] x, int n) {
    step(x[0], x[1], (float) beta1, (float) (1 - beta1), (float) beta2, (float) (1 - beta2), n);
  }

  @Override
  public void doubles(double[][] x, int n) {
    step(x[0], x[1], beta1, 1 - beta1, beta2, 1 - beta2, n);
  }

  private static void step(
      float[] g, float[] m, float b1, float oneMinusB1, float b2, float oneMinusB2, int n) {
    for (int i = 0; i < n; i++) {
      float c = b1 * m[i] + oneMinusB1 * g[i];
      m[i] = b2 * m[i] + oneMinusB2 * g[i];
      g[i] = c;
    }
    for (int i = 0; i < n; i++) {
      g[i] = Math.min(1f, Math.max(-1f, g[i] * HUGE * HUGE)); // the sign, in vector instructions
    }
  }

  private static void step(
      double[] g, double[] m, double b1, double oneMinusB1, double b2, double oneMinusB2, int n) {
    for (int i = 0; i < n; i++) {
      double c = b1 * m[i] + oneMinusB1 * g[i];
      m[i] = b2 * m[i] + oneMinusB2 * g[i];
      g[i] = c;
    }
    for (int i = 0; i < n; i++) {
      g[i] = Math.min(1d, Math.max(-1d, g[i] * HUGE_DOUBLE * HUGE_DOUBLE));
    }
  }
}
