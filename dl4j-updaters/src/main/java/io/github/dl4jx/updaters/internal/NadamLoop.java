package io.github.dl4jx.updaters.internal;

/**
 * A step of ND4J's {@code Nadam}.
 *
 * <pre>
 * m = b1 m + (1 - b1) g
 * v = b2 v + (1 - b2) g^2
 * update = rate (b1 m + (1 - b1) g) / (1 - b1^(t+1)) / (sqrt(v) + eps)
 * </pre>
 *
 * <p>Reference: T. Dozat, "Incorporating Nesterov Momentum into Adam", ICLR workshop 2016; ND4J
 * leaves out the bias correction of v.
 */
final class NadamLoop extends FloatLoop {

  private final float b1;
  private final float b2;
  private final float eps;
  private final float rate;
  private final float correction;

  NadamLoop(double b1, double b2, double eps, double rate, int iteration) {
    this.b1 = (float) b1;
    this.b2 = (float) b2;
    this.eps = (float) eps;
    this.rate = (float) rate;
    this.correction = (float) (1.0 - FloatPower.of(this.b1, (float) iteration + 1));
  }

  @Override
  public void floats(float[][] x, int n) {
    step(x[0], x[1], x[2], b1, 1 - b1, b2, 1 - b2, rate, correction, eps, n);
  }

  private static void step(
      float[] g,
      float[] m,
      float[] v,
      float b1,
      float add1,
      float b2,
      float add2,
      float rate,
      float correction,
      float eps,
      int n) {
    for (int i = 0; i < n; i++) {
      float part = g[i] * add1;
      float mean = b1 * m[i] + part;
      float square = b2 * v[i] + g[i] * g[i] * add2;
      m[i] = mean;
      v[i] = square;
      g[i] = rate * ((mean * b1 + part) / correction) / ((float) Math.sqrt(square) + eps);
    }
  }
}
