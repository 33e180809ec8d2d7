package io.github.dl4jx.updaters.internal;

/**
 * A step of ND4J's {@code Adam}, and with a fourth array h of its {@code AMSGrad}.
 *
 * <pre>
 * m = b1 m + (1 - b1) g
 * v = b2 v + (1 - b2) g^2
 * h = max(h, v)                        AMSGrad; of Adam, h = v
 * update = m a / (sqrt(h) + eps),      a = rate sqrt(1 - b2^(t+1)) / (1 - b1^(t+1))
 * </pre>
 *
 * <p>References: D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, the
 * order of computation at the end of section 2; S. J. Reddi, S. Kale, S. Kumar, "On the Convergence
 * of Adam and Beyond", ICLR 2018.
 */
final class AdamLoop extends FloatLoop {

  private final float b1;
  private final float b2;
  private final float eps;
  private final float a;

  AdamLoop(double b1, double b2, double eps, double rate, int iteration) {
    this.b1 = (float) b1;
    this.b2 = (float) b2;
    this.eps = (float) eps;
    float t = (float) iteration + 1;
    float root = (float) Math.sqrt((float) (1.0 - FloatPower.of(this.b2, t)));
    float scale = (float) ((float) rate * root / (1.0 - FloatPower.of(this.b1, t)));
    // as ND4J has it, rate 0 included
    this.a = scale != 0 && Float.isFinite(scale) ? scale : this.eps;
  }

  @Override
  public void floats(float[][] x, int n) {
    if (x.length == 3) {
      adam(x[0], x[1], x[2], b1, 1 - b1, b2, 1 - b2, a, eps, n);
    } else {
      amsGrad(x[0], x[1], x[2], x[3], b1, 1 - b1, b2, 1 - b2, a, eps, n);
    }
  }

  private static void adam(
      float[] g,
      float[] m,
      float[] v,
      float b1,
      float add1,
      float b2,
      float add2,
      float a,
      float eps,
      int n) {
    for (int i = 0; i < n; i++) {
      float mean = b1 * m[i] + g[i] * add1;
      float square = b2 * v[i] + g[i] * g[i] * add2;
      m[i] = mean;
      v[i] = square;
      g[i] = mean * a / ((float) Math.sqrt(square) + eps);
    }
  }

  private static void amsGrad(
      float[] g,
      float[] m,
      float[] v,
      float[] h,
      float b1,
      float add1,
      float b2,
      float add2,
      float a,
      float eps,
      int n) {
    for (int i = 0; i < n; i++) {
      float mean = b1 * m[i] + g[i] * add1;
      float square = b2 * v[i] + g[i] * g[i] * add2;
      float largest = Math.max(h[i], square);
      m[i] = mean;
      v[i] = square;
      h[i] = largest;
      g[i] = a * mean / ((float) Math.sqrt(largest) + eps);
    }
  }
}
